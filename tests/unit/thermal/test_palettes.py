"""The palettes: complete, told apart, and refused where there is none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from thermview.errors import ThermviewError
from thermview.thermal import palettes
from thermview.thermal.palettes import NAMES, palette


def lightness(table: np.ndarray) -> np.ndarray:
    """CIE L* of each colour, 0 .. 100."""
    lab: np.ndarray = cv2.cvtColor(table[None].astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    return lab[0, :, 0]


@pytest.mark.parametrize("name", NAMES)
def test_every_palette_has_256_colours_that_nobody_can_change(name: str) -> None:
    table = palette(name)
    assert table.shape == (256, 3)
    assert table.dtype == np.uint8
    with pytest.raises(ValueError, match="read-only"):
        table[0] = 0
    assert palette(name) is table


def test_no_two_palettes_are_the_same() -> None:
    assert len({palette(name).tobytes() for name in NAMES}) == len(NAMES)


@pytest.mark.parametrize("name", ["inferno", "grey", "plasma", "viridis", "cividis", "iron"])
def test_hotter_is_lighter(name: str) -> None:
    """These are read by their lightness alone, so also in a grey print and with every colour vision."""
    steps = np.diff(lightness(palette(name)))
    assert steps.min() > -0.5
    assert np.ptp(lightness(palette(name))) > 60


def test_grey_is_grey_and_rainbow_like_ones_are_not_by_lightness() -> None:
    assert (palette("grey") == np.arange(256)[:, None]).all()
    for name in ("jet", "turbo", "rainbow"):
        assert np.diff(lightness(palette(name))).min() < -0.5


@pytest.mark.parametrize("name", ["", "nope", "Inferno", "../inferno", "a b", "grey\n", "\0"])
def test_an_unknown_name_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(ThermviewError, match="no palette named") as caught:
        palette(name)
    assert "inferno" in str(caught.value)


def test_a_palette_of_ones_own_is_read_from_the_resources(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "palettes").mkdir()
    table = np.arange(768, dtype=np.int64).reshape(256, 3) % 256
    np.savetxt(tmp_path / "palettes" / "house_style.csv", table, fmt="%d", delimiter=",")
    np.savetxt(tmp_path / "palettes" / "too_short.csv", table[:10], fmt="%d", delimiter=",")
    monkeypatch.setattr(palettes, "resources_folder", lambda: tmp_path)
    palette.cache_clear()
    try:
        np.testing.assert_array_equal(palette("house_style"), table)
        with pytest.raises(ThermviewError, match="too_short"):
            palette("too_short")
    finally:
        palette.cache_clear()
