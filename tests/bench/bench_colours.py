"""What temperatures from colours cost here: `pytest tests/bench/bench_colours.py -s`; reports, never gates."""

from __future__ import annotations

import io
from time import perf_counter

import numpy as np
import pytest
from PIL import Image

from thermview.thermal.colour_scale import ColourScale, bar_in, estimate, own_line
from thermview.thermal.display import Display, paint
from thermview.thermal.palette_fit import fits_of, refusal
from thermview.thermal.palettes import palette


def spent_ms(work: object, times: int = 5) -> float:
    """The shortest of a few runs."""
    best = float("inf")
    for _ in range(times):
        begun = perf_counter()
        work()  # type: ignore[operator]
        best = min(best, perf_counter() - begun)
    return 1000 * best


@pytest.mark.bench
@pytest.mark.parametrize("stored", ["PNG", "JPEG"])
def test_a_picture_of_640_x_480(stored: str) -> None:
    rows, columns = np.mgrid[:480, :640] / 90
    noise = np.random.default_rng(1).normal(0, 0.3, rows.shape)
    rgb = paint(
        (20 + 9 * np.sin(rows) + 8 * np.cos(columns) + noise).astype(np.float32), Display(), (0.0, 40.0)
    )
    packed = io.BytesIO()
    Image.fromarray(rgb).save(packed, stored)
    frame, lossy = np.asarray(Image.open(packed)), stored == "JPEG"
    scale = ColourScale("mine", 0.0, 40.0, palette("inferno").tobytes())
    scale.line().look_up(frame)  # libraries are loaded
    own_line.cache_clear()
    figures = {
        "all colours new": spent_ms(lambda: scale.line().look_up(frame), 1),
        "colours known": spent_ms(lambda: scale.line().look_up(frame)),
        "temperatures, residual, uncertainty": spent_ms(lambda: estimate(frame, scale, lossy)),
        "best of all palettes": spent_ms(lambda: fits_of(frame, lossy)),
        "refusal or not": spent_ms(lambda: refusal(frame, scale.line(), lossy)),
        "colour bar in the picture": spent_ms(lambda: bar_in(frame, scale, lossy)),
    }
    for name, cost_ms in figures.items():
        print(f"{stored:<5} {name:<38} {cost_ms:6.1f} ms")
