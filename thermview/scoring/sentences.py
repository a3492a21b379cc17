"""One sentence for an event, made of what was measured within it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.counts import counted
from thermview.scoring.cycle import cycle_of
from thermview.scoring.naming import STEP
from thermview.scoring.sharpness import loss_and_blur, wider

Values = NDArray[np.float32]
DEAD = 0.3  # share of its light that a pixel lacks from which it is called dead, not hot
ALIKE = 0.7  # of the usual deviation, from which what all frames are off alike is the path's offset
LASTING = 20  # frames of a detour from which it is one, and not a few frames that happen to look like it
SEEN_WIDER = 0.02  # log of a squared size: 1 % wider
HARDLY = 0.5  # percent that are written as 0: what is off is not the usual of the event's frames
HALF = 0.45  # of a cycle: from there nobody can tell whether a scan is ahead or behind
NEARLY = 0.25  # frames from a whole one
BESIDE_CYCLES = 3  # what lasts longer than lost frames by so much is not about them
LASTING_CYCLES = 1.5  # a leap shows in the cycle after it; a scan at another speed shows for longer
SMOOTH = 5  # frames a measure is averaged over before its extent is read: a fault is not one noisy frame


def sentence(
    cause: str,
    measures: Mapping[str, Values],
    first: int,
    score: float,
    frame_rate: float | None,
    *,
    noticed: int = 0,
    later: Mapping[str, Values] | None = None,
) -> str:
    """Cause, by how much, for how long and from when; without measures how far above normal.

    `measures` are those of the event's frames, `later` those of some frames after it, `first` its first frame,
    `noticed` the frame that it was noticed in, `frame_rate` in Hz.
    """
    phrase = _PHRASES.get(cause)
    told = _late_detour(measures, later or {}) if cause == "obstacle" else None
    if told is None and phrase is not None:
        told = phrase(measures)
    if told is None:
        frames = len(next(iter(measures.values()))) if measures else 0
        text, start, stop = f"{cause or 'score'} {score:.1f} times the limit of normal recordings", 0, frames
    else:
        text, start, stop = told
    late = _noticed(noticed, frame_rate) if first + start < noticed else ""
    return f"{text}{_when(first + start, stop - start, frame_rate)}{late}"


def _when(first: int, frames: int, frame_rate: float | None) -> str:
    length = f" for {counted(frames, 'frame')}" if frames else ""
    if not frame_rate:
        return f"{length} from frame {first}"
    if frames:
        length = f" for {1000 * frames / frame_rate:.0f} ms"
    return f"{length} from {first / frame_rate:.3f} s"


def _noticed(frame: int, frame_rate: float | None) -> str:
    return f", noticed at {frame / frame_rate:.3f} s" if frame_rate else f", noticed at frame {frame}"


Told = tuple[str, int, int] | None
"""What is wrong, and the frames of the event in which it is: first and the one after the last."""


def _power(measures: Mapping[str, Values]) -> Told:
    if "power" not in measures:
        return None
    amount, start, stop = _extent(np.clip(measures["power"], -9, 9))
    percent = 100 * (float(np.exp(amount)) - 1)
    if percent < -90:
        return "laser off", start, stop
    return f"power {abs(percent):.0f} % {'below' if percent < 0 else 'above'} its running median", start, stop


def _position(measures: Mapping[str, Values]) -> Told:
    if "row" not in measures or "column" not in measures:
        return None
    rows, columns = np.nan_to_num(measures["row"]), np.nan_to_num(measures["column"])
    down, right = float(np.mean(rows)), float(np.mean(columns))
    length = float(np.hypot(down, right)) or 1.0
    amount, start, stop = _extent((rows * down + columns * right) / length)
    if abs(down) >= abs(right):
        side = "down" if down * amount > 0 else "up"
    else:
        side = "right" if right * amount > 0 else "left"
    away = np.hypot(rows, columns)[start:stop]
    common = float(np.hypot(rows[start:stop].mean(), columns[start:stop].mean()))
    # single frames of an offset path are farther off, for along the path an offset looks like another phase
    if common >= ALIKE * float(np.median(away)):
        return f"spot {common:.1f} px off its path, {side}", start, stop
    return f"spot up to {float(np.percentile(away, 90)):.1f} px off its path, {side}", start, stop


def _size(measures: Mapping[str, Values]) -> Told:
    if "size" not in measures:
        return None
    if wider(measures):
        _, start, stop = _extent(measures["sharpness"])
        amount = float(np.median(np.nan_to_num(measures["size"][start:stop])))
        if amount < SEEN_WIDER:
            # what of a wider spot is too weak for the camera is not seen: what is left of it is hardly wider
            percent = 100 * (1 - float(np.exp(-loss_and_blur(measures)[1])))
            return f"spot wider than usual, its middle {percent:.0f} % less bright for its light", start, stop
    else:
        amount, start, stop = _extent(measures["size"])
    percent = 100 * (float(np.exp(amount / 2)) - 1)  # the measure is the log of a squared size
    if abs(percent) < HARDLY:
        return "size of the spot changes more than usual", start, stop
    return f"spot {abs(percent):.0f} % {'wider' if percent > 0 else 'narrower'} than usual", start, stop


def _timing(measures: Mapping[str, Values]) -> Told:
    if "progress" not in measures:
        return None
    told = _lost(measures)
    if told is None or len(measures["progress"]) > told[2] - told[1] + BESIDE_CYCLES * cycle_of(measures):
        told = _leap(measures)
    if told is not None:
        return told
    steps = np.nan_to_num(measures["progress"])
    start, stop = (0, len(steps)) if "step row" in measures else _extent(steps)[1:]
    percent = 100 * float(np.mean(steps[start:stop]))
    return f"scan {abs(percent):.1f} % {'slower' if percent < 0 else 'faster'} than usual", start, stop


def _leap(measures: Mapping[str, Values]) -> Told:
    """None where the scan did not leap, or where it is ahead or behind because it runs at another speed."""
    leaps = np.nan_to_num(measures.get("leap", np.zeros(0, np.float32)))
    share = float(leaps[np.argmax(np.abs(leaps))]) if len(leaps) else 0.0
    if abs(share) < STEP:
        return None
    cycle = cycle_of(measures)
    ahead = np.flatnonzero(leaps * np.sign(share) >= abs(share) / 2)
    start, stop = int(ahead[0]), int(ahead[-1]) + 1
    if stop - start > LASTING_CYCLES * cycle:
        return None
    if abs(share) >= HALF:
        return "scan half a cycle off its clock", start, start
    missing = ", as if a frame were missing" if abs(share * cycle - 1.0) < NEARLY else ""
    side = "ahead of" if share > 0 else "behind"
    far = f"{abs(share) * cycle:.1f} frames {side} its clock"
    return f"scan {far}{missing} ({100 * abs(share):.0f} % of a cycle)", start, start


def _lost(measures: Mapping[str, Values]) -> Told:
    empty = np.flatnonzero(measures.get("lost", np.zeros(0, np.float32)) > 0.5)
    if not len(empty):
        return None
    return f"{counted(len(empty), 'frame')} empty or lost", int(empty[0]), int(empty[-1]) + 1


def _sensor(measures: Mapping[str, Values]) -> Told:
    told = _lost(measures)
    if told is not None:
        return told
    if "dead" not in measures:
        return None
    worst = int(np.argmax(measures["dead"]))
    behind, row, column = (float(measures[name][worst]) for name in ("dead", "dead row", "dead column"))
    if not behind > DEAD:
        return "one pixel alone flashes", 0, len(measures["dead"])
    place = f"pixel in row {row:.0f}, column {column:.0f}"
    return f"{place} sees {100 * behind:.0f} % less than its neighbours", 0, len(measures["dead"])


def _order(measures: Mapping[str, Values]) -> Told:
    if "still" in measures:
        return _out_of_turn(measures)
    if "step row" not in measures or "step column" not in measures:
        return None
    steps = np.hypot(measures["step row"], measures["step column"])
    return f"spot up to {float(steps.max()):.1f} px from where its path goes on", 0, len(steps)


def _out_of_turn(measures: Mapping[str, Values]) -> Told:
    still = np.flatnonzero(measures["still"] > 0.5)
    if len(still):
        # the first frame of a standing spot is still bright
        return "spot standing still", max(int(still[0]) - 1, 0), int(still[-1]) + 1
    if (told := _leap(measures)) is not None:
        return told
    away = np.nan_to_num(np.hypot(measures["row"], measures["column"]))
    return f"spot up to {float(away.max()):.1f} px from where it should be in its cycle", 0, len(away)


def _shape(measures: Mapping[str, Values]) -> Told:
    if "row" not in measures or "column" not in measures:
        return None
    away = np.hypot(measures["row"], measures["column"])
    typical = float(np.median(away))
    return f"picture or path of the spot differs from its usual shape, {typical:.2f} px off", 0, len(away)


def _spatter(measures: Mapping[str, Values]) -> Told:
    if "spatter" not in measures:
        return None
    light = measures["spatter"]
    bright = np.flatnonzero(light > 0.5 * light.max()) if light.max() > 0 else np.array([0])
    return "light beside the spot's path", int(bright[0]), int(bright[-1]) + 1


def _obstacle(measures: Mapping[str, Values]) -> Told:
    if "stated" in measures and "pattern" in measures:
        if not (measures["stated"] > 0.5).any() and not (measures["pattern"] > 0.5).any():
            return _unknown_detour(measures)
        return _detour(measures["stated"] > 0.5, measures["pattern"] > 0.5)
    if "detour" not in measures:
        return None
    return "path and stated obstacle do not agree", 0, len(measures["detour"])


def _late_detour(measures: Mapping[str, Values], later: Mapping[str, Values]) -> Told:
    """None where an event does not begin with a detour that is due and missing, or where it is not made later on."""
    if "stated" not in measures or "pattern" not in measures:
        return None
    stated, made = (
        np.concatenate([measures[name], later.get(name, measures[name][:0])]) > 0.5
        for name in ("stated", "pattern")
    )
    if len(made) < LASTING or made[0]:
        return None
    both = made & stated
    lasting = both[: 1 - LASTING] & (np.convolve(both, np.ones(LASTING), "valid") >= 0.8 * LASTING)
    begins = int(np.argmax(lasting))
    due = stated[begins:]
    if not lasting.any() or not stated[:begins].all() or (made[begins:] & due).sum() < due.sum() / 2:
        return None
    return "detour around the stated obstacle comes late, missing", 0, begins


def _unknown_detour(measures: Mapping[str, Values]) -> Told:
    """No pattern is known that this could be one of: told by the light that lies off the path."""
    away = np.nan_to_num(np.hypot(measures["row"], measures["column"]))
    far = np.flatnonzero(away > 0.5 * away.max())
    text = f"path goes up to {np.percentile(away[far], 90):.1f} px around something in a part of each cycle"
    return f"{text}, no obstacle is stated", int(far[0]), int(far[-1]) + 1


def _detour(stated: NDArray[np.bool_], made: NDArray[np.bool_]) -> Told:
    missed, extra = np.flatnonzero(stated & ~made), np.flatnonzero(made & ~stated)
    if len(missed) > max(len(extra), 0.3 * len(stated)):
        return "stated obstacle not avoided", int(missed[0]), int(missed[-1]) + 1
    if len(extra) > 0.3 * len(stated):
        return "detour where no obstacle is stated", int(extra[0]), int(extra[-1]) + 1
    return "another detour than normal recordings make here", 0, len(stated)


_PHRASES: Mapping[str, Callable[[Mapping[str, Values]], Told]] = {
    "power": _power,
    "position": _position,
    "order": _order,
    "timing": _timing,
    "shape": _shape,
    "obstacle": _obstacle,
    "spot size": _size,
    "spatter": _spatter,
    "sensor": _sensor,
}


def _extent(measure: NDArray[Any]) -> tuple[float, int, int]:
    """How far a signed measure deviates, and the frames in which it deviates by at least half of that."""
    measure = np.nan_to_num(measure)
    smooth: NDArray[Any] = measure
    if len(measure) > 2 * SMOOTH:
        smooth = np.convolve(
            np.pad(measure, SMOOTH // 2, mode="edge"), np.ones(SMOOTH) / SMOOTH, mode="valid"
        )
    peak = float(smooth[int(np.argmax(np.abs(smooth)))])
    inside = np.flatnonzero(smooth * np.sign(peak) >= abs(peak) / 2) if peak else np.arange(len(measure))
    start, stop = int(inside[0]), int(inside[-1]) + 1
    return float(np.median(measure[inside])), start, stop
