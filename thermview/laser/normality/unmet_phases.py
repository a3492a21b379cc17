"""Pictures at phases that no frame met, from those on both sides of the gap.

Where camera and scan are nearly in step a short detour is met at a few phases only. A mean of the pictures beside a gap
shows two spots, or a wide one; what the camera would see is one, part of the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

LEAST = 3
"""Phases in a row from which the spot moves by a share of its width that matters."""
MOST_SHARE = 0.2
"""Share of the cycle over which it is not known any more which way it goes."""
SOLID = 0.5
"""Share of the mean weight of a phase from which its picture is made of enough frames to be moved."""
THIN = 0.1
"""Share of the mean weight of a phase below which hardly any frame met it."""
FAINT = 0.2
"""Share of the brightest pixel from which light says where the spot is."""


@dataclass(frozen=True)
class Gap:
    """So many `steps` from the phase `before` to the next one whose picture enough frames made."""

    before: int
    steps: int


def gaps_of(weight: NDArray[np.float64]) -> list[Gap]:
    """Gaps over which the spot is moved, of `weight` (phases,) frames that were met."""
    return [gap for gap in _long_gaps(weight) if gap.steps <= MOST_SHARE * len(weight)]


def _long_gaps(weight: NDArray[np.float64]) -> list[Gap]:
    met, count = np.flatnonzero(weight >= SOLID * weight.mean()), len(weight)
    if len(met) < 2:
        return []
    steps = (np.roll(met, -1) - met) % count
    found = (Gap(int(before), int(length)) for before, length in zip(met, steps, strict=True))
    return [gap for gap in found if gap.steps > LEAST]


def bridged_places(weight: NDArray[np.float64]) -> Iterator[tuple[Gap, int, int]]:
    """Phases whose pictures are bridged, of `weight` (phases,) frames that were met: the gap, the step into it, and the
    phase."""
    unmet, count = unmet_at(weight), len(weight)
    for gap in gaps_of(weight):
        for step in range(1, gap.steps):
            place = (gap.before + step) % count
            if unmet[place]:
                yield gap, step, place


def unmet_share(weight: NDArray[np.float64]) -> float:
    """Share of the cycle that lies in longer gaps where hardly any frame was met, of `weight` (phases,) frames."""
    unmet, count = unmet_at(weight), len(weight)
    inside = [unmet[(gap.before + np.arange(1, gap.steps)) % count].sum() for gap in _long_gaps(weight)]
    return float(sum(inside)) / count


def unmet_at(weight: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Phases (phases,) that hardly any frame met."""
    return weight < THIN * max(float(weight.mean()), 1e-9)


def bridge_gaps(pictures: Floats, weight: NDArray[np.float64], gain: Floats) -> None:
    """Put the spot on its way into `pictures` (phases, rows * columns) at unmet phases of longer gaps.

    It goes from the nearest pictures on both sides that frames of enough `weight` (phases,) in all made; `gain` (rows,
    columns) is the camera's.
    """
    for gap, step, place in bridged_places(weight):
        pictures[place] = _bridged(pictures, gap, step, gain)


def bridged_where_met(
    pictures: Floats, weight: NDArray[np.float64], steps: int, gain: Floats
) -> tuple[Floats, NDArray[np.int64]]:
    """What would stand in the middle of gaps of so many `steps` at phases that were met: pictures (m, rows * columns),
    and their phases (m,). They tell how far one may miss."""
    met, count = weight >= SOLID * weight.mean(), len(pictures)
    half = steps // 2
    middle = np.flatnonzero(met & np.roll(met, half) & np.roll(met, half - steps))
    made = [_bridged(pictures, Gap(int(place - half) % count, steps), half, gain) for place in middle]
    return np.array(made, np.float32).reshape(-1, pictures.shape[1]), middle


def _bridged(pictures: Floats, gap: Gap, step: int, gain: Floats) -> Floats:
    """The picture (rows * columns,) so many steps into a gap."""
    ends = (gap.before, (gap.before + gap.steps) % len(pictures))
    one, other = (pictures[place].reshape(gain.shape) / gain for place in ends)
    return np.asarray((_between(one, other, step / gap.steps) * gain).ravel())


def _between(one: Floats, other: Floats, share: float) -> Floats:
    """The picture at a share of the way from one to the other."""
    way = _centre(other) - _centre(one)
    return (1.0 - share) * _shifted(one, share * way) + share * _shifted(other, (share - 1.0) * way)


def _centre(picture: Floats) -> NDArray[np.float64]:
    """Row and column of its light."""
    light = np.where(picture >= FAINT * picture.max(), picture, 0.0).astype(np.float64)
    rows, columns = np.indices(picture.shape)
    return np.asarray(np.array([(light * rows).sum(), (light * columns).sum()]) / max(light.sum(), 1e-9))


def _shifted(picture: Floats, way: NDArray[np.float64]) -> Floats:
    """Moved by so many rows and columns; nothing comes in from outside."""
    moves = np.array([[1.0, 0.0, way[1]], [0.0, 1.0, way[0]]])
    moved = cv2.warpAffine(picture, moves, picture.shape[::-1], flags=cv2.INTER_CUBIC)
    return np.asarray(np.maximum(moved, 0.0), np.float32)
