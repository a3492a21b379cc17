"""Back from a colour to its place in a palette: the nearest point of the poly-line through the palette's colours.

Colours are points (R, G, B); a palette is the line from its coldest to its hottest colour. How far a colour lies
off that line, its residual, tells colours of the palette from everything else.
"""

from __future__ import annotations

from functools import lru_cache
from mmap import mmap
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from thermview.errors import ThermviewError
from thermview.thermal.palettes import palette

Floats = NDArray[np.float32]

_SPACING = 4.0  # RGB units between neighbouring points of the line, so that the nearest one is at the nearest segment
_DETOUR = (
    3.0  # two places are of different branches where the way along the line is so many times the way across
)
_FIRST_LOOK = 16  # every 16th pixel holds most colours of a picture
_AT_ONCE = 2048  # colours held against the whole line at a time: what fits a processor's cache
_MOST_COLOURS = 4096
_LONGEST = 12_000.0  # RGB units: rainbows with many turns are some 2 000 long


class Places(NamedTuple):
    """Where colours lie in a palette: steps from its first colour, and RGB units off its line."""

    position: Floats
    residual: Floats


class PaletteLine:
    """The poly-line of a palette's colours (n, 3) uint8, n >= 2; the colours of a picture are looked up once each.

    ThermviewError for fewer colours, too many, one colour throughout, or colours that jump about.
    """

    def __init__(self, name: str, colours: NDArray[np.uint8]) -> None:
        if colours.ndim != 2 or colours.shape[1:] != (3,) or not 2 <= len(colours) <= _MOST_COLOURS:
            raise ThermviewError(
                f"{name}: a palette has 2 to {_MOST_COLOURS} colours of red, green and blue each."
            )
        if (colours == colours[0]).all():
            raise ThermviewError(f"{name}: this palette is one colour throughout.")
        steps = np.diff(colours.astype(np.float64), axis=0)
        if np.linalg.norm(steps, axis=1).sum() > _LONGEST:
            raise ThermviewError(f"{name}: these colours jump about; a palette's change little by little.")
        self.name, self.colours = name, colours
        self._points, self._steps = _resampled(colours.astype(np.float64))
        self._lock = Lock()
        self._known: Places | None = None
        self.apart = _distance_to_other_branches(self._points)
        """RGB units from each point of the line to the nearest other branch of it."""

    @property
    def last(self) -> int:
        """The position of the hottest colour."""
        return len(self.colours) - 1

    def project(self, colours: NDArray[np.uint8]) -> Places:
        """Nearest places of colours (..., 3 or 4) uint8, alpha left out; both results (...)."""
        rgb = colours[..., :3].reshape(-1, 3)
        found = self._nearest(rgb)
        return Places(found.position.reshape(colours.shape[:-1]), found.residual.reshape(colours.shape[:-1]))

    def look_up(self, frame: NDArray[np.uint8]) -> Places:
        """The same for whole pictures (rows, columns, 3 or 4): each colour is worked out once and remembered."""
        known = self._tables()
        codes: NDArray[np.uint32] = frame[..., 0].astype(np.uint32) << np.uint32(16)
        codes |= frame[..., 1].astype(np.uint32) << np.uint32(8)
        codes |= frame[..., 2]
        self._learn(codes.reshape(-1)[::_FIRST_LOOK], known)
        position = known.position[codes]
        unknown = position == 0
        if unknown.any():
            self._learn(codes[unknown], known)
            position = known.position[codes]
        return Places(position - 1, known.residual[codes])

    def _tables(self) -> Places:
        """What is known of every colour there is; positions are 1 more than they are, 0 is not known yet."""
        with self._lock:  # several threads may look at pictures by one palette
            if self._known is None:
                self._known = Places(_sparse_table(), _sparse_table())
            return self._known

    def _learn(self, codes: NDArray[np.uint32], known: Places) -> None:
        new = np.unique(codes[known.position[codes] == 0])
        rgb = np.stack([new >> 16, new >> 8 & 255, new & 255], axis=1).astype(np.uint8)
        found = self._nearest(rgb)
        known.residual[new] = found.residual
        known.position[new] = found.position + 1  # last: whoever sees it finds the residual too

    def _nearest(self, rgb: NDArray[np.uint8]) -> Places:
        position, residual = np.empty(len(rgb), np.float32), np.empty(len(rgb), np.float32)
        for first in range(0, len(rgb), _AT_ONCE):
            part = slice(first, first + _AT_ONCE)
            position[part], residual[part] = self._nearest_of_few(rgb[part].astype(np.float32))
        return Places(position, residual)

    def _nearest_of_few(self, colours: Floats) -> Places:
        """The nearest point of the line first, then the nearest place on the two segments that meet there."""
        points, middle = self._points, np.float32(128)  # centred, single precision tells neighbours apart
        near = points - middle
        far = (near * near).sum(axis=1) - 2 * ((colours - middle) @ near.T)
        at = far.argmin(axis=1)
        best, off = _on_segment(colours, points, self._steps, np.maximum(at - 1, 0))
        other, other_off = _on_segment(colours, points, self._steps, np.minimum(at, len(points) - 2))
        return Places(np.where(other_off < off, other, best), np.sqrt(np.minimum(off, other_off)))

    def speed(self, position: Floats) -> Floats:
        """RGB units per step of the palette around positions (...); small where colours hardly change."""
        steps = np.linalg.norm(np.diff(self.colours.astype(np.float32), axis=0), axis=1)
        wide = np.convolve(np.pad(steps, 2, mode="edge"), np.full(5, 0.2, np.float32), mode="valid")
        at = np.clip(position, 0, self.last - 1).astype(np.intp)
        return np.maximum(wide[at], 0.05).astype(np.float32)

    def is_clear(self, places: Places) -> NDArray[np.bool_]:
        """False where another branch of the line is too near to tell which one the colour is of.

        A colour at residual r belongs to the nearest branch for certain where the next one is farther than 2 r away.
        """
        points = np.clip(np.searchsorted(self._steps, places.position), 0, len(self.apart) - 1)
        return np.asarray(self.apart[points] > 2 * places.residual + 1)

    @property
    def folded(self) -> float:
        """Share of the palette that comes as near to another part of itself as rounding goes, 0 to 1."""
        steps = np.interp(np.arange(len(self.colours)), self._steps, self.apart)
        return float(np.mean(steps <= 1.75))


def _sparse_table() -> Floats:
    """Zeros for every colour there is, of which only touched pages take memory; np.zeros would take huge ones."""
    return np.frombuffer(mmap(-1, 4 << 24), np.float32)


@lru_cache(maxsize=16)
def line_of(name: str) -> PaletteLine:
    """The line of one of the program's palettes; ThermviewError if unknown."""
    return PaletteLine(name, palette(name))


def _on_segment(
    colours: Floats, points: Floats, steps: Floats, at: NDArray[np.intp]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Positions on the segments that begin at `at`, and squared distances."""
    start, along = points[at], points[at + 1] - points[at]
    long = np.maximum((along * along).sum(axis=1), np.float32(1e-9))
    from_start = colours - start
    share = np.clip((from_start * along).sum(axis=1) / long, 0, 1)
    off = from_start - share[:, None] * along
    return steps[at] + share * (steps[at + 1] - steps[at]), (off * off).sum(axis=1)


def _resampled(colours: NDArray[np.float64]) -> tuple[Floats, Floats]:
    """Points of the line no farther apart than the spacing, and the palette step of each."""
    lengths = np.linalg.norm(np.diff(colours, axis=0), axis=1)
    parts = np.maximum(np.ceil(lengths / _SPACING), 1).astype(int)
    steps = np.concatenate(
        [np.arange(count) / count + i for i, count in enumerate(parts)] + [np.array([len(colours) - 1.0])]
    )
    whole = np.arange(len(colours))
    points = np.stack([np.interp(steps, whole, colours[:, channel]) for channel in range(3)], axis=1)
    return points.astype(np.float32), steps.astype(np.float32)


def _distance_to_other_branches(points: Floats) -> Floats:
    """From each point to the nearest one that is far along the line; infinite where there is none."""
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    nearest = np.full(len(points), np.inf, np.float32)
    for first in range(0, len(points), 512):
        part = slice(first, first + 512)
        across = np.linalg.norm(points[part, None] - points[None], axis=2)
        way = np.abs(along[part, None] - along[None])
        across[(way < _DETOUR * across) | (way < _DETOUR)] = np.inf
        nearest[part] = across.min(axis=1)
    return nearest
