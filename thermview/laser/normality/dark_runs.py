"""Runs of dark frames: of a laser that is off, of a spot that stands still, or of frames that were not taken."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from thermview.laser.normality.glow import KEEPS, likeness
from thermview.laser.normality.shape import Shape

Floats = NDArray[np.float32]

ALIKE, RATHER = 0.6, 0.1
"""A spot stands still where a dim frame is so like the frame before, and by so much more than like its own picture."""
SURELY = 0.25
"""The same of one such frame alone: between two places a faint one may be a little like each."""
ELSEWHERE = 0.35
"""Likeness to its own picture below which a frame shows the spot elsewhere."""
AFTERGLOW = 0.6
"""Share of the light before that heat piling up under a standing spot shows at most."""
GLIMMER = 4.0
"""Light above the noise, in its counts, that says something about where it is."""
STIRRING = 6.0
"""Pixels that noise alone lights in a dark frame, from which a frame of nothing but zeros was never taken."""
LESS = 0.5
"""Share of the heat kept from the frame before, below which a frame was not taken: it cannot cool down faster."""

OFF, STILL, LOST, MAYBE, OUT = range(5)


class Dark(NamedTuple):
    """Of frames: `still` 1 where a dark one belongs to a spot that stands, `lost` 1 where the camera took none, and
    `blind` where one cannot be compared with its picture: it was not taken, shows a spot that stands, follows a
    dark run and so spans a gap, or is the first and has nothing to differ from."""

    still: Floats
    lost: Floats
    blind: NDArray[np.bool_]


class DarkRuns:
    """Runs of dark frames: of a laser that is off, of a spot that stands still, or not taken at all."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._run: int | None = None
        self._before: tuple[Floats, Floats, Floats] | None = None
        self._dim_before = False
        self._started = False

    def push(self, frames: Floats, pictures: Floats, light: Floats, dim: NDArray[np.bool_]) -> Dark | None:
        """The next frames, not to be changed afterwards, `dim` being those without light; None where none is dark."""
        found = None
        if not self._started or self._dim_before or np.count_nonzero(dim):
            still, lost = np.zeros(len(frames), np.float32), np.zeros(len(frames), np.float32)
            self._name_runs(frames, pictures, light, dim, still, lost)
            blind = (still > 0) | (lost > 0)
            blind[1:] |= dim[:-1] & ~dim[1:]
            blind[0] |= (self._dim_before and not dim[0]) or (not self._started and light[0] <= 0)
            found = Dark(still, lost, blind)
        self._keep(frames, pictures)
        self._dim_before, self._started = bool(dim[-1]), True
        return found

    def empty(self, light: Floats) -> NDArray[np.bool_]:
        """(n,): of the next frames those that were not taken. They lack even noise, or the heat that those before them
        must have left whatever the laser did."""
        empty = (light <= 0) & (self._shape.stirring >= STIRRING)
        if self._shape.glow > KEEPS:
            former = self._before[1].sum() if self._before is not None else 0.0
            empty |= light < LESS * self._shape.glow * np.concatenate([[former], light[:-1]])
        if not self._started:
            empty[0] = False  # before the first frame there is none that it could repeat
        return np.asarray(empty)

    def _keep(self, frames: Floats, pictures: Floats) -> None:
        """The last two frames and the last picture, which a dark frame after them is compared with."""
        former = self._before[1] if self._before is not None else frames[0] * 0
        self._before = frames[-2] if len(frames) > 1 else former, frames[-1], pictures[-1]

    def _name_runs(
        self,
        frames: Floats,
        pictures: Floats,
        light: Floats,
        dim: NDArray[np.bool_],
        still: Floats,
        lost: Floats,
    ) -> None:
        rows = np.flatnonzero(dim)
        stands, surely = self._stands(frames, pictures, rows, dim)
        empty = self.empty(light)
        if not dim[0]:
            self._run = None
        for row, standing, sure in zip(rows.tolist(), stands.tolist(), surely.tolist(), strict=True):
            if row > 0 and not dim[row - 1]:
                self._run = None
            self._run = _kind(self._run, bool(empty[row]), standing, sure)
            still[row], lost[row] = self._run == STILL, self._run == LOST
        if not dim[-1]:
            self._run = None

    def _stands(
        self, frames: Floats, pictures: Floats, rows: NDArray[np.int64], dim: NDArray[np.bool_]
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Of dim frames `rows`, where a dark run of a standing spot may be: a dim frame is a faint picture of the
        frame before, though the spot should have moved on, or the bright frame before it already was no picture
        of its own place but of the place before: the spot had not gone where it should.

        And where that is sure of one frame alone. Neither where frames keep heat of the frame before: what glows
        there glows on with the laser off."""
        if self._shape.glow > KEEPS:
            nowhere = np.zeros(len(rows), np.bool_)
            return nowhere, nowhere
        blank = frames[0] * 0
        earlier, before, picture = self._before or (blank, blank, blank)
        taken = np.concatenate([earlier[None], before[None], frames]).reshape(len(frames) + 2, -1)
        due = np.concatenate([picture[None], pictures]).reshape(len(frames) + 1, -1)
        light, alike, rather = self._likenesses(taken[rows + 2], taken[rows + 1], due[rows + 1])
        told = (light > GLIMMER * self._shape.quiet) & (light < AFTERGLOW * taken[rows + 1].sum(axis=1))
        afterglow = told & (alike > ALIKE) & (rather > RATHER)
        surely = rather > SURELY
        _, alike, rather = self._likenesses(taken[rows + 1], taken[rows], due[rows])
        bright = ~np.concatenate([[self._dim_before], dim[:-1]])[rows]
        bright[rows == 0] &= self._started
        elsewhere = bright & (alike - rather < ELSEWHERE) & (rather > RATHER)
        return afterglow | elsewhere, (afterglow & surely) | elsewhere

    def _likenesses(self, taken: Floats, former: Floats, due: Floats) -> tuple[Floats, Floats, Floats]:
        """Light above the noise, how like the frame before it is, and by how much more than like its picture."""
        glow = np.maximum(taken - self._shape.quiet, 0.0)
        alike = likeness(glow, former)
        return glow.sum(axis=1), alike, alike - likeness(glow, due)


def _kind(run: int | None, empty: bool, stands: bool, sure: bool) -> int:
    """What a run of dark frames is, once one more frame of it is known: one alone that may be like another place is
    nothing yet. A spot that stands glows at first; what glows after two frames without is a restless pixel."""
    if run is None:
        return LOST if empty else STILL if sure else MAYBE if stands else OFF
    if run == MAYBE or (run == OFF and stands):
        return STILL
    if run == OFF:
        return OUT
    return OFF if run == LOST and not empty else run
