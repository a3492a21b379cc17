"""Temperatures estimated from colours: right within their stated uncertainty, refused where the palette is another."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from thermview.errors import ThermviewError
from thermview.thermal.colour_scale import (
    ColourScale,
    bar_in,
    checked_ends,
    estimate,
    kept_values,
    stated_colours,
)
from thermview.thermal.display import Display, paint
from thermview.thermal.palette_fit import best_palette, fit_of, fits_of, is_grey, refusal
from thermview.thermal.palette_line import PaletteLine, line_of
from thermview.thermal.palettes import NAMES, palette

LOW, HIGH = -5.0, 35.0


def scene(seed: int = 3, size: tuple[int, int] = (90, 120)) -> np.ndarray:
    """Smooth temperatures between 0 and 30 °C."""
    rows, columns = np.mgrid[: size[0], : size[1]] / 30
    phase = np.random.default_rng(seed).uniform(0, 6, 4)
    waves = np.sin(rows + phase[0]) + np.cos(columns * 1.3 + phase[1]) + np.sin(rows + columns + phase[2])
    return (15 + 5 * waves).astype(np.float32)


def picture(celsius: np.ndarray, name: str) -> np.ndarray:
    return paint(celsius, Display(palette=name), (LOW, HIGH))


def as_jpeg(rgb: np.ndarray, quality: int = 90) -> np.ndarray:
    packed = io.BytesIO()
    Image.fromarray(rgb).save(packed, "JPEG", quality=quality)
    return np.asarray(Image.open(packed))


@pytest.mark.parametrize("name", NAMES)
def test_a_painted_picture_gives_its_temperatures_back_within_the_stated_uncertainty(name: str) -> None:
    celsius = scene()
    found = estimate(picture(celsius, name), ColourScale(name, LOW, HIGH), lossy=False)
    assert refusal(picture(celsius, name), line_of(name), lossy=False) is None
    step_k = (HIGH - LOW) / 255
    assert np.abs(found.celsius - celsius).max() <= 2 * step_k  # neighbours may have the same colour
    assert np.mean(np.abs(found.celsius - celsius) <= found.uncertainty_k) >= 0.95
    assert found.uncertainty_k <= 3 * step_k


@pytest.mark.parametrize("name", ["inferno", "iron", "jet", "viridis"])
def test_jpeg_costs_accuracy_and_says_so(name: str) -> None:
    celsius = scene()
    sharp, blurred = picture(celsius, name), as_jpeg(picture(celsius, name))
    scale = ColourScale(name, LOW, HIGH)
    assert refusal(blurred, scale.line(), lossy=True) is None
    found = estimate(blurred, scale, lossy=True)
    known = np.isfinite(found.celsius)
    assert known.mean() > 0.95
    assert found.uncertainty_k > estimate(sharp, scale, lossy=False).uncertainty_k
    assert np.mean(np.abs(found.celsius - celsius)[known] <= found.uncertainty_k) > 0.9


@pytest.mark.parametrize("lossy", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_every_other_palette_is_refused_and_the_right_one_is_guessed(name: str, lossy: bool) -> None:
    rgb = as_jpeg(picture(scene(), name)) if lossy else picture(scene(), name)
    for other in set(NAMES) - {name}:
        said = refusal(rgb, line_of(other), lossy)
        assert said is not None
        assert other in said
    assert best_palette(fits_of(rgb, lossy), lossy) == name


def test_the_reason_names_the_palette_that_fits() -> None:
    said = refusal(picture(scene(), "iron"), line_of("jet"), lossy=False)
    assert said is not None
    assert said.startswith("The colours are those of the palette iron")


def test_greys_are_no_colours_of_another_palette_even_as_colour_jpeg() -> None:
    grey = as_jpeg(picture(scene(), "grey"))
    assert is_grey(grey)
    assert "greys only" in (refusal(grey, line_of("inferno"), lossy=True) or "")
    assert refusal(grey[..., 0], line_of("grey"), lossy=True) is None


def test_colours_of_no_palette_are_refused() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (60, 60, 3)).astype(np.uint8)
    for name in NAMES:
        assert refusal(noise, line_of(name), lossy=True) is not None
    assert best_palette(fits_of(noise, lossy=True), lossy=True) is None


def test_a_folded_palette_is_refused() -> None:
    there = palette("iron")[::2]
    line = PaletteLine("both ways", np.concatenate([there, there[::-1]]))
    assert "comes back" in (refusal(picture(scene(), "iron"), line, lossy=False) or "")


def test_a_picture_in_an_own_palette_is_read_by_it_alone() -> None:
    table = palette("iron")[::-1, ::-1].copy()
    rgb = table[np.clip(np.rint((scene() - LOW) * 255 / (HIGH - LOW)), 0, 255).astype(int)]
    scale = ColourScale("mine", LOW, HIGH, table.tobytes())
    assert refusal(rgb, scale.line(), lossy=False) is None
    assert all(refusal(rgb, line_of(name), lossy=False) for name in NAMES)
    np.testing.assert_allclose(estimate(rgb, scale, lossy=False).celsius, scene(), atol=0.16)


def test_the_ends_of_the_colour_bar_are_bounds_and_no_temperatures() -> None:
    celsius = np.linspace(LOW - 20, HIGH + 20, 400, dtype=np.float32).reshape(20, 20)
    found = estimate(picture(celsius, "inferno"), ColourScale("inferno", LOW, HIGH), lossy=False).celsius
    assert (found[celsius < LOW] < LOW).all()
    assert (found[celsius > HIGH] > HIGH).all()
    inside = (celsius > LOW + 1) & (celsius < HIGH - 1)
    assert ((found[inside] > LOW) & (found[inside] < HIGH)).all()
    np.testing.assert_allclose(found[celsius < LOW], LOW, atol=1e-4)


def test_foreign_pixels_have_no_value() -> None:
    rgb = picture(scene(), "inferno").copy()
    rgb[5:9, 40:60] = (30, 200, 90)
    found = estimate(rgb, ColourScale("inferno", LOW, HIGH), lossy=False)
    assert np.isnan(found.celsius[5:9, 40:60]).all()
    assert found.residual[5:9, 40:60].min() > 50
    assert np.isnan(found.celsius).sum() == 80


@pytest.mark.parametrize("upright", [True, False])
@pytest.mark.parametrize("hot_first", [True, False])
def test_a_colour_bar_in_the_picture_is_found_and_left_out(upright: bool, hot_first: bool) -> None:
    rgb = picture(scene(), "inferno").copy()
    bar = np.repeat(palette("inferno")[np.linspace(0, 255, 60).astype(int), None], 6, axis=1)
    bar = bar[::-1] if hot_first else bar
    window = (slice(10, 70), slice(8, 14))
    rgb[window if upright else window[::-1]] = bar if upright else bar.transpose(1, 0, 2)
    scale = ColourScale("inferno", LOW, HIGH)
    found = bar_in(rgb, scale, lossy=False)
    assert found is not None
    celsius = estimate(rgb, scale, lossy=False, bar=found).celsius
    assert np.isnan(celsius[window if upright else window[::-1]]).all()
    assert np.isnan(celsius).sum() == 64 * 10


@given(st.integers(0, 200))
def test_scenes_hold_no_colour_bar(seed: int) -> None:
    assert bar_in(picture(scene(seed), "inferno"), ColourScale("inferno", LOW, HIGH), lossy=False) is None


@pytest.mark.parametrize("ends", [(3, 3), (4, 3), (float("nan"), 3), (-300, 3), (0, 1e6), (1, float("inf"))])
def test_ends_that_cannot_be_are_refused(ends: tuple[float, float]) -> None:
    with pytest.raises(ThermviewError):
        checked_ends(*ends)


@given(
    st.sampled_from(NAMES), st.floats(-200, 1000, allow_nan=False), st.floats(0.5, 900, allow_nan=False),
    st.booleans(),
)  # fmt: skip
def test_what_is_kept_comes_back(name: str, low: float, span: float, own: bool) -> None:
    scale = ColourScale(name, low, low + span, palette(name).tobytes() if own else b"")
    assert stated_colours(kept_values(scale)) == scale


@pytest.mark.parametrize(
    "values",
    [
        {}, {"palette": "inferno"}, {"palette": "none", "low_c": 1, "high_c": 2},
        {"palette": "inferno", "low_c": 2, "high_c": 1}, {"palette": "inferno", "low_c": True, "high_c": 9},
        {"palette": "x", "low_c": 1, "high_c": 2, "colours": "zz"},
        {"palette": "x", "low_c": 1, "high_c": 2, "colours": "0102"}, {"palette": 3, "low_c": 1, "high_c": 2},
    ],
)  # fmt: skip
def test_what_makes_no_scale_is_none(values: dict[str, object]) -> None:
    assert stated_colours(values) is None


def test_the_residual_of_a_sample_is_told() -> None:
    fit = fit_of(picture(scene(), "inferno"), line_of("inferno"), lossy=False)
    assert fit.median == pytest.approx(0, abs=0.01)
    assert fit.foreign == 0
