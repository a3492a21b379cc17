"""Which cause an event is told with, where several lanes rise.

The highest lane mostly names it. But one fault raises several lanes, and which of them rises highest depends on
the batch; where what was measured within the event tells two causes apart, that decides. The shares below were
found on simulated faults of four batches.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thermview.scoring.cycle import cycle_of
from thermview.scoring.sharpness import loss_and_blur, wider

Values = NDArray[np.float32]
Peaks = Mapping[str, float]

FAR_PX = 3.0
"""Spots so far from where they should be are at another place of the scan, not on a path that moved."""
CLEARLY = 1.2
"""Times its limit from which a lane says something of its own, and times another from which it is the larger."""
LONE_DETOUR = 4.0
"""In a detour the farthest frames lie so many times as far off as the median: most of the cycle is as always."""
DETOUR_PX = 1.5
DETOUR_CYCLES = 3
LEAST_FRAMES = 15
"""Frames of an event from which a shift of the path and a change of its form can be told apart."""
SHAPED_PX = 0.12
DROPLET = 8
"""Frames within which a droplet has crossed the path's surroundings or gone out."""
BRIEF = 30
"""Frames of an event that may be a droplet's: its own and those of the windows around it."""
SHARE = 0.5
"""Of the highest lane, that a droplet's reaches at least."""
LEAP = 0.2
"""Cycles within one cycle from which a scan is not early or late but elsewhere: a lost frame is half of that."""
STEP = 0.05
"""Cycles from which it is not merely slower or faster."""


@dataclass(frozen=True)
class _Place:
    """Where the spot was within an event: px off its place.

    `far` and `median` of the cycles that are off most, `cycles` of these; `shift` of all frames alike, `form`
    in proportion to the place on the path: a narrower, wider or turned one.
    """

    far: float
    median: float
    cycles: float
    shift: float
    form: float


def named_cause(lanes: Mapping[str, Values], measures: Mapping[str, Values]) -> tuple[str, float]:
    """The cause of an event and how high its lane rises, of the event's lanes and measures.

    ("", NaN) where there is no lane or no number in any.
    """
    peaks = {name: float(np.nanmax(lane)) for name, lane in lanes.items() if not np.isnan(lane).all()}
    if not peaks:
        return "", float("nan")
    cause = max(peaks, key=lambda name: peaks[name])
    place = _place_of(measures)
    if place is not None:
        for rule in _RULES:
            cause = rule(cause, peaks, place, measures) or cause
    return cause, peaks[cause]


# --- what was measured -------------------------------------------------------------------------------

_NEEDED = ("row", "column", "expected row", "expected column", "spot row")


def _place_of(measures: Mapping[str, Values]) -> _Place | None:
    """None where a model does not say where the spot should be."""
    if any(name not in measures for name in _NEEDED):
        return None
    known = np.isfinite(measures["spot row"]) & np.isfinite(measures["row"])
    off = np.column_stack([measures["row"], measures["column"]])[known].astype(np.float64)
    if not len(off):
        return _Place(0.0, 0.0, 0.0, 0.0, 0.0)
    due = np.column_stack([measures["expected row"], measures["expected column"]])[known].astype(np.float64)
    cycle = cycle_of(measures)
    distance = np.hypot(*off.T)
    worst = distance[_worst_cycles(distance, cycle)]
    far = float(np.percentile(worst, 95))
    return _Place(far, float(np.median(worst)), len(worst) / cycle, *_shift_and_form(off, due))


def _worst_cycles(distance: NDArray[np.float64], cycle: int) -> NDArray[np.bool_]:
    """The frames of those cycles whose farthest frame is at least half as far off as that of the worst."""
    count = -(-len(distance) // cycle)
    padded = np.zeros(count * cycle)
    padded[: len(distance)] = distance
    farthest = np.repeat(padded.reshape(count, cycle).max(axis=1), cycle)[: len(distance)]
    return np.asarray(farthest >= 0.5 * farthest.max())


def _shift_and_form(off: NDArray[np.float64], due: NDArray[np.float64]) -> tuple[float, float]:
    """What all frames are off alike, and the rest that goes with the place on the path (least squares); px."""
    if len(off) < LEAST_FRAMES:
        return float(np.hypot(*off.mean(axis=0))), 0.0
    about = due - due.mean(axis=0)
    found, *_ = np.linalg.lstsq(np.column_stack([np.ones(len(about)), about]), off, rcond=None)
    formed = about @ found[1:]
    return float(np.hypot(*found[0])), float(np.sqrt((formed**2).sum(axis=1).mean()))


# --- rules: another cause, or "" ------------------------------------------------------------------------


def _lone_flash(cause: str, peaks: Peaks, place: _Place, measures: Mapping[str, Values]) -> str:
    """A pixel that flashes alone is lit, and one that sees nothing is not, where the light itself is off."""
    if cause != "sensor" or (measures.get("lost", _NONE) > 0.5).any():
        return ""
    others = {name: peaks.get(name, 0.0) for name in ("position", "spatter")}
    other = max(others, key=lambda name: others[name])
    share = 0.6 if (measures.get("dead", _NONE) > 0.3).any() else 0.3
    return other if others[other] >= max(CLEARLY, share * peaks[cause]) else ""


def _another_place(cause: str, peaks: Peaks, place: _Place, measures: Mapping[str, Values]) -> str:
    """A spot that is pixels away and fits its picture elsewhere is out of turn."""
    moved = cause in ("position", "shape", "spatter") and place.far >= FAR_PX
    return "order" if moved and place.form > place.shift and peaks.get("order", 0.0) >= CLEARLY else ""


def _early_or_late(cause: str, peaks: Peaks, place: _Place, measures: Mapping[str, Values]) -> str:
    """The clock tells: a scan that leaps is out of turn, one that is early or late by a frame is not."""
    if cause not in ("order", "timing", "spatter") or (measures.get("still", _NONE) > 0.5).any():
        return ""
    leaps = np.abs(measures.get("leap", _NONE))
    leap = float(leaps[np.isfinite(leaps)].max(initial=0.0))
    if cause == "spatter":  # no droplet moves the clock
        clock = "order" if leap >= LEAP else "timing"
        return clock if leap >= STEP and peaks.get(clock, 0.0) >= CLEARLY else ""
    if cause == "timing":
        return "order" if leap >= LEAP and peaks.get("order", 0.0) >= 1.0 else ""
    near = place.far < 1.0 and peaks.get("timing", 0.0) >= 0.9 * peaks[cause]
    return "timing" if peaks.get("timing", 0.0) >= 1.0 and (near or STEP <= leap < LEAP) else ""


def _off_not_astray(cause: str, peaks: Peaks, place: _Place, measures: Mapping[str, Values]) -> str:
    """Off alike for cycles while the clock goes on: the path is at another position, though its frames fit others."""
    if cause != "order" or (measures.get("still", _NONE) > 0.5).any():
        return ""
    on_time = not (np.abs(measures.get("leap", _NONE)) >= STEP).any()
    off = place.cycles >= DETOUR_CYCLES - 0.5 and place.shift > 2.0 * place.form
    return "position" if on_time and off and peaks.get("position", 0.0) >= 0.4 * peaks[cause] else ""


def _wider_not_weaker(cause: str, peaks: Peaks, place: _Place, measures: Mapping[str, Values]) -> str:
    """A wider spot also loses light to the camera's threshold, and what is left of it is less bright in its middle;
    a weaker one keeps its form."""
    if cause not in ("power", "spot size") or not {"power", "spot size"} <= peaks.keys():
        return ""
    is_wider = wider(measures)
    if is_wider is None:
        return ""
    if is_wider:
        return "spot size"
    return "power" if peaks["power"] >= 1.0 else ""


def _moved_or_formed(cause: str, peaks: Peaks, place: _Place, measures: Mapping[str, Values]) -> str:
    """A path that is off as a whole is at another position; one that is narrower or turned has another shape."""
    shape, position = peaks.get("shape", 0.0), peaks.get("position", 0.0)
    formed = place.form >= SHAPED_PX and place.form > place.shift
    if cause == "shape" and place.shift > CLEARLY * place.form and position >= 0.6 * shape:
        return "position"
    if cause == "position" and formed and shape >= 0.6 * position:
        return "shape"
    if cause == "spot size" and formed and shape >= 0.75 * peaks[cause] and not wider(measures):
        return "shape"
    return ""


def _droplet(cause: str, peaks: Peaks, place: _Place, measures: Mapping[str, Values]) -> str:
    """Light beside the path for less than a cycle is a droplet, whatever else of the spot it seems to change, so long
    as it adds light: a spot that is elsewhere is off its path rather, one that goes out loses light."""
    spatter = peaks.get("spatter", 0.0)
    if cause not in _DROPLETS_SEEM or not _shines_once(measures):
        return ""
    if cause == "shape" and spatter >= CLEARLY:
        return "spatter"
    brief = len(measures["spatter"]) <= BRIEF and loss_and_blur(measures)[0] == 0.0
    return (
        "spatter" if brief and spatter >= max(1.0, SHARE * peaks[cause], peaks.get("position", 0.0)) else ""
    )


def _path_beside(cause: str, peaks: Peaks, place: _Place, measures: Mapping[str, Values]) -> str:
    """Light beside the path cycle after cycle is the path."""
    enough = len(measures.get("spatter", _NONE)) >= DETOUR_CYCLES * cycle_of(measures)
    lasting = enough and not _shines_once(measures)
    moved = cause == "spatter" and lasting and place.shift > place.form
    return "position" if moved and peaks.get("position", 0.0) >= 1.0 else ""


def _shines_once(measures: Mapping[str, Values]) -> bool:
    """Whether light beside the path is there for no longer than a droplet."""
    spatter = measures.get("spatter", _NONE)
    bright = np.flatnonzero(spatter > 0.5 * max(float(np.nanmax(spatter)), 1e-6))
    return len(bright) > 0 and int(bright[-1] - bright[0]) < DROPLET


def _detour(cause: str, peaks: Peaks, place: _Place, measures: Mapping[str, Values]) -> str:
    """Far off in one part of each cycle and as always in the rest: the path goes around something."""
    part = place.far >= max(DETOUR_PX, LONE_DETOUR * place.median) and place.form > place.shift
    lasting = place.cycles >= DETOUR_CYCLES and "obstacle" in peaks
    return "obstacle" if cause in ("shape", "position") and part and lasting else ""


_NONE = np.zeros(1, np.float32)
_DROPLETS_SEEM = ("shape", "power", "spot size", "sensor")
_RULES: tuple[Callable[[str, Peaks, _Place, Mapping[str, Values]], str], ...] = (
    _lone_flash,
    _another_place,
    _early_or_late,
    _off_not_astray,
    _droplet,
    _wider_not_weaker,
    _moved_or_formed,
    _path_beside,
    _detour,
)
