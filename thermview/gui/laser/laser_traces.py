"""The traces of the dock out of what is known of the spot: units, smoothing over a cycle, usual bands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from thermview.capture.intervals import Interval
from thermview.gui.laser.laser_words import obstacle_text, said_source
from thermview.gui.laser.time_traces import Trace
from thermview.gui.parts import theme
from thermview.laser.detours import Comparison, Stretch, compare, detours_of
from thermview.laser.folding import cycle_mean
from thermview.laser.spot_facts import SpotFacts

Series = NDArray[np.float32]

_BAND_SD = 3.0
_TO_SD = 1.4826  # of a normal distribution, from its median absolute deviation
_STEADY = 0.004  # of the median: a scan frequency that varies less looks steady
_LEAST_PERCENT = 10.0


Bands = Mapping[str, Sequence[float]]
"""Between which values a measure's means over a cycle lie in the model's normal recordings."""


def traces_of(facts: SpotFacts, frame_rate: float | None, bands: Bands) -> list[Trace]:
    """Scan frequency, power and spot size, as far as they are known; `bands` as far as a model has them."""
    found = [_scan_trace(facts, frame_rate, bands.get("period"))]
    cycle = round(facts.mean_period or 1)
    for name, values, cause in (("power", facts.power, "power"), ("size", facts.size, "spot size")):
        if values is not None:
            colour = theme.cause_colour(cause).name()
            found.append(_percent_trace(name, values, cycle, colour, bands.get(name)))
    return [trace for trace in found if trace is not None]


def _scan_trace(facts: SpotFacts, frame_rate: float | None, normal: Sequence[float] | None) -> Trace | None:
    if facts.period is None:
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        values = frame_rate / facts.period if frame_rate else facts.period
    values = np.where(np.isfinite(values), values, np.nan).astype(np.float32)
    middle = float(np.nanmedian(values))
    colour = theme.cause_colour("timing").name()
    unit = "Hz" if frame_rate else "frames"
    band = usual_band(values)
    if normal is not None:
        low, high = (frame_rate / float(end) if frame_rate else float(end) for end in normal)
        band = min(low, high), max(low, high)
    return Trace("scan", unit, values, colour, _STEADY * middle, band=band)


def _percent_trace(
    name: str, log_ratio: Series, cycle: int, colour: str, normal: Sequence[float] | None
) -> Trace:
    """Percent above or below the usual, averaged over a cycle, and every frame's own behind it."""
    fine = _percent(log_ratio)
    mean = cycle_mean(fine, max(cycle, 1))
    band = usual_band(mean)
    if normal is not None:
        low, high = _percent(np.asarray(normal, np.float32)).tolist()
        band = low, high
    return Trace(name, "%", mean, colour, _LEAST_PERCENT, fine=fine, band=band)


def _percent(log_ratio: Series) -> Series:
    return (100.0 * np.expm1(np.clip(log_ratio, -9.0, 2.0))).astype(np.float32)


def usual_band(values: Series) -> tuple[float, float] | None:
    """Median and three robust standard deviations of this recording's own values about it; None without any."""
    known = values[np.isfinite(values)]
    if not known.size:
        return None
    middle = float(np.median(known))
    spread = _TO_SD * float(np.median(np.abs(known - middle)))
    return middle - _BAND_SD * spread, middle + _BAND_SD * spread


def obstacles_of(
    facts: SpotFacts, stated: Sequence[Interval], frame_rate: float | None
) -> list[tuple[Comparison, str]]:
    """Stated obstacles beside the detours that were measured, each with what to write beside it."""
    spans: list[Stretch] = [(item.first, item.last) for item in stated]
    if facts.pattern is None:
        return [(Comparison(span, None), "") for span in spans]
    cycle = round(facts.mean_period or 10)
    measured = detours_of(facts.pattern, gap=3 * cycle, least=2 * cycle)
    return [(item, obstacle_text(item, frame_rate)) for item in compare(spans, measured)]


def traces_caption(facts: SpotFacts, stated: Sequence[Interval], bands: Bands) -> str:
    """What the traces are and where they come from, in a few short sentences."""
    parts = []
    if facts.period is not None:
        about = f", an average over {facts.window} frames" if facts.window else ""
        parts.append(f"Scan frequency {said_source(facts.source_of('period'))}{about}.")
    if facts.power is not None:
        source = said_source(facts.source_of("power"))
        parts.append(f"Power and spot size {source}, mean of one cycle; pale: every frame.")
    if bands:
        parts.append("Band: where the model's normal recordings of this batch lie.")
    else:
        parts.append("Band: this recording's median \u00b1 3 sd.")
    if stated and facts.pattern is None:
        parts.append("Where the path makes a detour, what is measured here swings.")
        parts.append("Measured obstacles need a learnt model (File > Learn normality\u2026).")
    elif facts.pattern is not None:
        parts.append("Obstacles: measured less stated, at start / end.")
    return " ".join(parts)
