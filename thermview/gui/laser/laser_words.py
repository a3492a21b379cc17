"""What the laser views say in words; no Qt here."""

from __future__ import annotations

import math
from typing import Any

from numpy.typing import NDArray

from thermview.gui.parts.plain_words import DASH, THIN, count_text, with_unit
from thermview.laser.detours import Comparison
from thermview.laser.spot_facts import HERE, SpotFacts
from thermview.thermal.ticks import number_text

_AS_GOOD_AS_NONE = 0.005  # px: would be written as 0.00
LEARN = "Learn this batch's normal process (File > Learn normality…) to see where the spot should be."
NOT_LASER = (
    "This dock is about laser videos: scan frequency, power and spot size over time, one cycle folded out of all, "
    "and one line of pixels over time. Choose a laser video in the list."
)
NOTHING_SHOWN = "No recording is shown. " + NOT_LASER
READING = "Reading the frames for the spot's path…"
NO_PHASE = (
    "The spot's movement does not repeat here, so there is no cycle to fold. A recording of at least three cycles "
    "with a moving spot shows one."
)


def frequency_text(period: float | None, frame_rate: float | None) -> str:
    """Scan frequency with its frames per cycle: "101.42 Hz, 9.860 frames per cycle"."""
    if period is None or not math.isfinite(period) or period <= 0:
        return ""
    frames = f"{number_text(period, 3)} frames per cycle"
    return f"{with_unit(number_text(frame_rate / period, 2), 'Hz')}, {frames}" if frame_rate else frames


def scan_line(facts: SpotFacts, frame_rate: float | None) -> str:
    """Mean scan frequency of the recording and where it was measured; empty where it is not known."""
    text = frequency_text(facts.mean_period, frame_rate).partition(",")[0]
    return f"{text} ({said_source(facts.source_of('total'))})" if text else ""


def scan_tip(facts: SpotFacts, frame_rate: float | None) -> str:
    """The same with frames per cycle."""
    text = frequency_text(facts.mean_period, frame_rate)
    return f"Scan frequency of the whole recording: {text}." if text else ""


def said_source(source: str) -> str:
    """Where a series comes from, as it is said beside it."""
    return source if source in ("", HERE) else f"by {source}"


def cycle_line(facts: SpotFacts, index: int) -> str:
    """The cycle and phase of a frame: "cycle 204 of 1 478, phase 0.34"."""
    total = facts.total
    if total is None or not math.isfinite(total[index]):
        return ""
    first = math.floor(total[0])
    number, cycles = math.floor(total[index]) - first + 1, math.floor(total[-1]) - first + 1
    phase = number_text(float(total[index] % 1.0), 2)
    return f"cycle {count_text(number)} of {count_text(cycles)}, phase {phase}"


def spot_line(facts: SpotFacts, index: int, here: tuple[float, float] | None = None) -> str:
    """Where the spot is and how far off: "spot at 17.6, 8.2: 0.31 px off (0.20 down, 0.24 right)"; empty if unknown.

    `here` is (row, column) of the frame on screen, where the series do not know it yet.
    """
    if facts.row is None and here is None:
        return ""
    row, column = _at(facts.row, index), _at(facts.column, index)
    if row is None or column is None:
        row, column = here if here is not None else (None, None)
    if row is None or column is None or not (math.isfinite(row) and math.isfinite(column)):
        return "no light in this frame"
    place = f"spot at {number_text(column, 1)}, {number_text(row, 1)}"
    # a model without an expected path compares frames of this recording with one another
    whose = "" if facts.expected_row is not None else " its usual place"
    off = off_text(_at(facts.off_row, index), _at(facts.off_column, index), whose)
    return f"{place}: {off}" if off else place


def off_text(down: float | None, right: float | None, whose: str = "") -> str:
    """A deviation in words, off what `whose` says; empty where it is not known."""
    if down is None or right is None:
        return ""
    if math.hypot(down, right) < _AS_GOOD_AS_NONE:
        return "on its place"
    distance = with_unit(number_text(math.hypot(down, right), 2), "px")
    ways = (
        f"{number_text(abs(down), 2)} {'down' if down >= 0 else 'up'}",
        f"{number_text(abs(right), 2)} {'right' if right >= 0 else 'left'}",
    )
    return f"{distance} off{whose} ({', '.join(ways)})"


def _at(values: NDArray[Any] | None, index: int) -> float | None:
    if values is None or index >= len(values) or not math.isfinite(values[index]):
        return None
    return float(values[index])


def difference_text(frames: int | None, frame_rate: float | None) -> str:
    """A difference with its sign in ms, or in frames without a clock; a dash where there is none."""
    if frames is None:
        return DASH
    sign = "+" if frames > 0 else "\u2212" if frames < 0 else "\u00b1"
    if frame_rate:
        return f"{sign}{number_text(abs(frames) * 1000 / frame_rate, 0)}{THIN}ms"
    return f"{sign}{count_text(abs(frames), 'frame')}"


def obstacle_text(item: Comparison, frame_rate: float | None) -> str:
    """How a measured detour fits the stated obstacle, at its start and its end."""
    if item.measured is None:
        return "not passed"
    if item.stated is None:
        return "not stated"
    return f"{difference_text(item.late_start, frame_rate)} / {difference_text(item.late_end, frame_rate)}"
