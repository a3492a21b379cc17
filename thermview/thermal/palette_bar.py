"""A colour bar that was drawn into the picture: its colours are the palette's, yet they are no temperatures there."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

_WHOLE = 0.85  # of the palette that a bar runs through without a break
_MOST_STEP = 0.12  # of the palette from one pixel of a bar to the next
_LEAST_LONG, _LEAST_WIDE = 24, 3
_STRAIGHT = 0.998  # correlation of places in the palette with pixels along the bar
_SAME_STEPS, _SAME_STEPS_LOSSY = 0.75, 8.0  # between neighbours across a bar
_FRAME_PX = 2  # a line around it, and what of it the neighbours took on


class Bar(NamedTuple):
    """Rows first .. stop - 1 and columns likewise, with the line around it."""

    first_row: int
    stop_row: int
    first_column: int
    stop_column: int

    @property
    def window(self) -> tuple[slice, slice]:
        """The bar's pixels in a frame."""
        return slice(self.first_row, self.stop_row), slice(self.first_column, self.stop_column)

    def words(self) -> str:
        """Where it is."""
        return (
            f"columns {self.first_column} to {self.stop_column - 1}, "
            f"rows {self.first_row} to {self.stop_row - 1}"
        )


def find_bar(position: NDArray[Any], last: float, lossy: bool) -> Bar | None:
    """The longest strip in which places of the palette (rows, columns) run evenly from one end to the other.

    `last` is the hottest place. None where there is none: scenes hardly ever do so in parallel lines.
    """
    found = []
    for upright in (True, False):
        lines = position.T if upright else position
        strip = _strip(np.ascontiguousarray(lines, np.float32), last, lossy)
        if strip is not None:
            across, along = strip
            found.append((along[1] - along[0], Bar(*(along + across if upright else across + along))))
    if not found:
        return None
    rows, columns = position.shape
    bar = max(found, key=lambda item: item[0])[1]
    return Bar(
        max(bar.first_row - _FRAME_PX, 0), min(bar.stop_row + _FRAME_PX, rows),
        max(bar.first_column - _FRAME_PX, 0), min(bar.stop_column + _FRAME_PX, columns),
    )  # fmt: skip


def _strip(
    lines: NDArray[np.float32], last: float, lossy: bool
) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """(first, stop) across and along of neighbouring lines (lines, pixels) that run through the palette alike."""
    if lines.shape[0] < _LEAST_WIDE or lines.shape[1] < _LEAST_LONG:
        return None
    same = _SAME_STEPS_LOSSY if lossy else _SAME_STEPS
    alike = np.abs(np.diff(lines, axis=0)) < same
    steps = np.diff(lines[:-1], axis=1)
    best: tuple[tuple[int, int], tuple[int, int]] | None = None
    for sign in (1, -1):
        even = (sign * steps > -same) & (sign * steps < _MOST_STEP * last)
        runs = _runs(even & alike[:, 1:] & alike[:, :-1])
        through = sign * (lines[runs[:, 0], runs[:, 2]] - lines[runs[:, 0], runs[:, 1]])
        runs = runs[(through >= _WHOLE * last) & (runs[:, 2] - runs[:, 1] >= _LEAST_LONG)]
        straight = [run for run in runs if _is_straight(lines[run[0], run[1] : run[2] + 1])]
        strip = _widest(straight)
        if strip is not None and (best is None or strip[1][1] - strip[1][0] > best[1][1] - best[1][0]):
            best = strip
    return best


def _runs(good: NDArray[np.bool_]) -> NDArray[np.intp]:
    """(line, first pixel, last pixel) of the stretches of good steps in each line; (0, 3) for none."""
    edge = np.zeros((len(good), 1), np.int8)
    change = np.diff(np.concatenate([edge, good.astype(np.int8), edge], axis=1), axis=1)
    line, first = np.nonzero(change == 1)
    _, stop = np.nonzero(change == -1)
    return np.stack([line, first, stop], axis=1)


def _is_straight(places: NDArray[np.float32]) -> bool:
    return bool(abs(np.corrcoef(places, np.arange(len(places)))[0, 1]) >= _STRAIGHT)


def _widest(runs: list[NDArray[np.intp]]) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """The most neighbouring lines whose runs lie side by side."""
    best: list[NDArray[np.intp]] = []
    group: list[NDArray[np.intp]] = []
    for run in runs:
        beside = group and run[0] - group[-1][0] <= 1 and abs(run[1] - group[-1][1]) <= 4
        group = [*group, run] if beside else [run]
        if len(group) > len(best):
            best = group
    if len(best) + 1 < _LEAST_WIDE:
        return None
    across = int(best[0][0]), int(best[-1][0]) + 2
    return across, (int(min(run[1] for run in best)), int(max(run[2] for run in best)) + 1)
