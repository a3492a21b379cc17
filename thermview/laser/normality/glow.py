"""Frames that keep heat of the frame before: which batches have them, and a spot that stands still in them.

In a difference to the frame before only what grew is seen: of a laser that went off nothing is left at once, and a spot
that stands still is dark. In a difference to a background heat is seen until it is gone: of a laser that went off the
last place glows on, and a spot that stands still is as bright as ever.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from thermview.laser.normality.tables import PHASES

Floats = NDArray[np.float32]

KEEPS = 0.05
"""Share of its heat that a pixel has left a frame later, from which that is seen."""
LIT = 0.3
"""Share of the brightest pixel from which a pixel was hit by the spot."""
LEFT_BEHIND = 0.1
"""Share of the pixels hit that the spot goes away from at least, however slowly it moves."""
STRAYED = 0.5
"""By how much better a frame fits another place where the spot may stand: few normal ones do."""
SAME, RATHER = 0.97, 0.25
"""A spot stands still where a frame is so like the frame before, and by so much more than like its own picture."""
FADED = 0.1
"""Share of its heat below which the place where a spot stood is no longer seen beside the spot."""
LONGEST = 5
"""Frames in which it is looked for at most."""


def heat_kept(pictures: Floats, period: float) -> float:
    """Share of its light that a pixel has left a frame later, of pictures (PHASES, pixels) of a path that takes
    `period` frames; 0 where frames are differences to the frame before, or nothing is bright.

    Heat decays everywhere and the spot only adds to it: what the pixels keep that lose most, as it is at most phases.
    """
    later = np.roll(pictures, -max(round(PHASES / period), 1), axis=0)
    peaks = pictures.max(axis=1)
    bright = np.flatnonzero((peaks > 0) & (peaks >= LIT * peaks.max()))
    if not len(bright):
        return 0.0
    least = []
    for phase in bright:
        hit = pictures[phase] >= LIT * peaks[phase]
        least.append(np.quantile(later[phase, hit] / pictures[phase, hit], LEFT_BEHIND))
    return round(float(np.median(least)), 4)


class Standing(NamedTuple):
    """Of frames: `still` 1 where the spot stands, and `blind` where one cannot be compared with its picture: it
    shows a spot that stands, or also the place where it stood."""

    still: Floats
    blind: NDArray[np.bool_]


class StandingSpot:
    """Finds frames as bright as the frame before and like it, though the spot should have moved on."""

    def __init__(self, glow: float, quiet: float) -> None:
        """`glow` is the share of heat kept, above KEEPS; pixels below `quiet` counts show noise."""
        self._steady = (1.0 + glow) / 2.0
        self._quiet = quiet
        self._fading = min(math.ceil(math.log(FADED) / math.log(min(glow, 0.99))), LONGEST)
        self._before: tuple[Floats, Floats] | None = None
        self._left = 0

    def push(self, frames: Floats, pictures: Floats, light: Floats, astray: Floats) -> Standing | None:
        """The next frames, not to be changed afterwards, what they should show, and (n,) their light and by how much
        better they fit another place; None where no spot stands or stood."""
        found = None
        if self._left or max(astray.tolist()) > STRAYED:  # of one frame the cheapest way to ask
            found = self._found(frames, pictures, light, np.flatnonzero(astray > STRAYED))
        self._before = frames[-1:], light[-1:]
        return found

    def _found(
        self, frames: Floats, pictures: Floats, light: Floats, rows: NDArray[np.int64]
    ) -> Standing | None:
        still, blind = np.zeros(len(frames), np.float32), np.zeros(len(frames), np.bool_)
        blind[: self._left] = True
        self._left = max(self._left - len(frames), 0)
        for row in rows[self._stands(frames, pictures, light, rows)].tolist():
            still[row], blind[row : row + 1 + self._fading] = 1.0, True
            self._left = max(row + 1 + self._fading - len(frames), 0)
        return Standing(still, blind) if blind.any() else None

    def _stands(
        self, frames: Floats, pictures: Floats, light: Floats, rows: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        blank = frames[:1] * 0, light[:1] * 0
        former, former_light = (
            np.concatenate([before, each])[rows]
            for before, each in zip(self._before or blank, (frames, light), strict=True)
        )
        shown = np.maximum(frames[rows] - self._quiet, 0.0)
        same, own = likeness(shown, former), likeness(shown, pictures[rows])
        steady = light[rows] > self._steady * former_light
        return np.asarray(steady & (same > SAME) & (same - own > RATHER))


def likeness(one: Floats, other: Floats) -> Floats:
    """Cosine of each frame with another, (n,): 1 where one is a multiple of the other."""
    pixels = tuple(range(1, one.ndim))
    length = np.sqrt((one * one).sum(axis=pixels) * (other * other).sum(axis=pixels))
    return np.asarray((one * other).sum(axis=pixels) / (length + 1e-6))
