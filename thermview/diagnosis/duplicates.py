"""Pictures that are in a set more than once: equal files, and pictures that look the same.

Near-equal pictures are found by their 64-bit hashes (at most 4 bits apart) and then compared pixel by pixel
in small: similar compositions, which thermal sets are full of, share a hash as well. Frames of one session
are near-equal by nature and only counted, unless they are two boxes of one frame.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from thermview.capture.names import full_frame_stem
from thermview.diagnosis.record_file import key_of
from thermview.diagnosis.results import Rows
from thermview.diagnosis.scan_look import look_at
from thermview.diagnosis.sessions import differing_bits
from thermview.diagnosis.table import PictureTable
from thermview.jobs import Progress, Steps

NEAR_BITS = 4
"""Hashes of near-equal pictures differ in at most so many of 64 bits."""
NEAR_LEVELS = 1.5
"""And their pixels, at 32 x 32 and about their means, by at most so many of 256 levels on average."""
TWICE_LEVELS = 2.0
"""The same for boxes of one frame."""
MOST_COMPARED = 20_000
"""At most so many pictures are decoded once more for that comparison."""
_MOST_PAIRS = 1_000_000
_PARTS = (11, 11, 11, 11, 10, 10)
_WINDOW = 32
_MOST_LEVELS_APART, _MOST_STRETCH = 8.0, 0.06
_SIDE = 32
_CHUNK = 64

Pairs = NDArray[np.intp]
"""(pairs, 2): rows, the smaller first."""


@dataclass(frozen=True, eq=False)
class NearDuplicates:
    """Groups of rows that look the same; `in_session`: pictures near-equal to another of their session."""

    groups: tuple[Rows, ...]
    in_session: int
    notices: tuple[str, ...] = ()


def exact_duplicates(table: PictureTable) -> tuple[Rows, ...]:
    """Groups of rows of equal files, by their first rows; a crop that is its whole frame does not count."""
    there = np.flatnonzero(table.looks["digest"] != b"")
    _, codes, counts = np.unique(table.looks["digest"][there], return_inverse=True, return_counts=True)
    several = there[counts[codes] > 1]
    groups: dict[bytes, list[int]] = {}
    for row in several:
        groups.setdefault(bytes(table.looks["digest"][row]), []).append(int(row))
    kept = [rows for group in groups.values() if len(rows := _without_own_frames(table, group)) > 1]
    return tuple(np.array(rows, np.intp) for rows in sorted(kept))


def _without_own_frames(table: PictureTable, rows: list[int]) -> list[int]:
    """The rows but for full frames of which a crop is among them: some objects fill their frame."""
    stems = {row: _stem(table.paths[row]) for row in rows}
    cropped = {full_frame_stem(stem) for stem in stems.values() if full_frame_stem(stem) != stem}
    return [row for row in rows if stems[row] not in cropped]


def near_duplicates(root: Path, table: PictureTable) -> Steps:
    """Find pictures that look the same; the last result is NearDuplicates.

    Progress counts the passes of the search, then the pictures that are compared pixel by pixel. 1.22 million
    hashes take some 10 s; pictures of one session cost nothing more.
    """
    rows = _distinct(table)
    join = _Join(table, rows)
    tables = list(combinations(range(len(_PARTS)), 2))
    for number, parts in enumerate(tables, start=1):
        join.run(parts)
        yield Progress(number, len(tables), unit="passes")
    twice = _boxes_entered_twice(table, rows)
    notices: list[str] = []
    compared, left_out = _first_pairs(np.unique(np.concatenate([join.pairs(), twice]), axis=0))
    if left_out or join.overflow:
        notices.append(
            f"So many pictures have near-equal hashes that only {MOST_COMPARED:,} of them were compared pixel by pixel."
        )
    equal: list[tuple[int, int]] = []
    for step in _compared(root, table, compared, {(a, b) for a, b in twice.tolist()}):
        if step.result is not None:
            equal = step.result
        yield Progress(step.done, step.total, unit=step.unit)
    groups = [_without_own_frames(table, group) for group in _joined(equal)]
    found = tuple(np.array(group, np.intp) for group in groups if len(group) > 1)
    result = NearDuplicates(found, int(join.in_session.sum()), tuple(notices))
    yield Progress(1, 1, result, "passes")


def _distinct(table: PictureTable) -> Rows:
    """One row for each different file that could be read, in order."""
    there = np.flatnonzero(table.readable)
    _, first = np.unique(table.looks["digest"][there], return_index=True)
    return there[np.sort(first)]


class _Join:
    """All pairs of hashes at most 4 bits apart, by parts that they must have in common.

    Of six parts of a hash four differing bits leave at least two untouched; so pictures are sorted by each of
    the fifteen pairs of parts, and only those of equal parts are compared: about two million possible values
    for a million pictures. Where more than some tens share them, each is compared with those next to it by
    hash and brightness.
    """

    def __init__(self, table: PictureTable, rows: Rows) -> None:
        looks = table.looks[rows]
        self._rows = rows
        self._hashes = looks["hash"].astype(np.uint64)
        self._mean, self._sd = looks["mean"], looks["sd"]
        self._shape = np.log(looks["columns"] / np.maximum(looks["rows"], 1)) if len(rows) else looks["mean"]
        classes, sessions = (
            codes[rows].astype(np.int64) for codes in (table.class_codes, table.session_codes)
        )
        self._groups = classes * (int(sessions.max(initial=0)) + 1) + sessions
        self._by_hash = np.lexsort((self._mean, self._hashes))
        self.in_session = np.zeros(len(rows), np.bool_)
        """Of the rows: near-equal to another of the same session and class."""
        self._found: list[Pairs] = []
        self._count = 0
        self.overflow = False

    def run(self, parts: tuple[int, int]) -> None:
        """Compare the pictures that have these two parts in common."""
        keys = np.zeros(len(self._rows), np.uint64)
        for part in parts:
            shift, size = np.uint64(sum(_PARTS[:part])), np.uint64(_PARTS[part])
            keys = (keys << size) | ((self._hashes >> shift) & ((np.uint64(1) << size) - np.uint64(1)))
        order = self._by_hash[np.argsort(keys[self._by_hash], kind="stable")]
        keys = keys[order]
        at = np.arange(len(order))
        for apart in range(1, _WINDOW + 1):
            at = at[at + apart < len(order)]
            at = at[keys[at] == keys[at + apart]]
            if not len(at):
                return
            self._compare(order[at], order[at + apart])

    def _compare(self, a: NDArray[np.intp], b: NDArray[np.intp]) -> None:
        same = self._groups[a] == self._groups[b]
        open_ = ~(same & self.in_session[a] & self.in_session[b])  # nothing more to learn of the others
        a, b, same = a[open_], b[open_], same[open_]
        near = differing_bits(self._hashes[a], self._hashes[b]) <= NEAR_BITS
        a, b, same = a[near], b[near], same[near]
        alike = np.abs(self._mean[a] - self._mean[b]) <= _MOST_LEVELS_APART
        alike &= np.abs(self._sd[a] - self._sd[b]) <= _MOST_LEVELS_APART
        alike &= np.abs(self._shape[a] - self._shape[b]) <= _MOST_STRETCH
        a, b, same = a[alike], b[alike], same[alike]
        self.in_session[a[same]] = self.in_session[b[same]] = True
        apart = np.stack([self._rows[a[~same]], self._rows[b[~same]]], axis=1)
        if self._count + len(apart) > _MOST_PAIRS:
            self.overflow = True
        else:
            self._found.append(np.sort(apart, axis=1))
            self._count += len(apart)

    def pairs(self) -> Pairs:
        """Rows of near-equal hash in different sessions or classes, some more than once."""
        return np.concatenate(self._found) if self._found else np.empty((0, 2), np.intp)


def _boxes_entered_twice(table: PictureTable, rows: Rows) -> Pairs:
    """Boxes of one frame with near-equal hashes."""
    keys = np.zeros(len(rows), np.uint64)
    for place, row in enumerate(rows):
        path = table.paths[row]
        stem = _stem(path)
        frame = full_frame_stem(stem)
        if frame != stem:
            keys[place] = key_of(f"{path.rpartition('/')[0]}/{frame}".encode("utf-8", "surrogatepass"))
    hashes = table.looks["hash"][rows]
    order = np.argsort(keys, kind="stable")
    found = [np.empty((0, 2), np.intp)]
    at = np.flatnonzero(keys[order] != 0)
    for apart in range(1, _WINDOW + 1):
        at = at[at + apart < len(order)]
        at = at[keys[order[at]] == keys[order[at + apart]]]
        if not len(at):
            break
        near = at[differing_bits(hashes[order[at]], hashes[order[at + apart]]) <= NEAR_BITS]
        found.append(np.stack([rows[order[near]], rows[order[near + apart]]], axis=1))
    return np.sort(np.concatenate(found), axis=1)


def _first_pairs(pairs: Pairs) -> tuple[Pairs, bool]:
    """The pairs, in order, among the first rows that may be decoded; True where some are left out."""
    known: set[int] = set()
    for number, pair in enumerate(pairs.tolist()):
        if len(known) + 2 > MOST_COMPARED:
            return pairs[:number], True
        known.update(pair)
    return pairs, False


def _compared(root: Path, table: PictureTable, pairs: Pairs, twice: set[tuple[int, int]]) -> Steps:
    """Decode the pairs' pictures and compare them; the last result is the pairs that are near-equal.

    `twice`: those of one frame.
    """
    wanted = np.unique(pairs)
    small: dict[int, NDArray[np.uint8]] = {}
    for row, picture in _in_small(root, table, wanted.tolist()):
        if picture is not None:
            small[row] = picture
        if len(small) % _CHUNK == 0:
            yield Progress(len(small), len(wanted), unit="pictures")
    equal = []
    sizes = {
        row: (int(table.looks["rows"][row]), int(table.looks["columns"][row])) for row in wanted.tolist()
    }
    for a, b in pairs.tolist():
        limit = TWICE_LEVELS if (a, b) in twice else NEAR_LEVELS
        if a in small and b in small and levels_apart(small[a], small[b], sizes[a], sizes[b]) <= limit:
            equal.append((a, b))
    yield Progress(len(wanted), len(wanted), equal, "pictures")


def levels_apart(
    a: NDArray[np.uint8], b: NDArray[np.uint8], size_a: tuple[int, int], size_b: tuple[int, int]
) -> float:
    """Mean difference of two pictures about their means, of 256 levels.

    `a`, `b` (side, side, 3): brought to one size from `size_a`, `size_b` (rows, columns). Where the sizes are not
    the same, one may have lost rows or columns at an edge: the least difference counts.
    """
    shared = (min(size_a[0], size_b[0]), min(size_a[1], size_b[1]))
    least = _difference(_part(a, (0, 1), (0, 1)), _part(b, (0, 1), (0, 1)))
    if size_a == size_b:
        return least
    for rows_a, rows_b in _cuts(shared[0], size_a[0], size_b[0]):
        for columns_a, columns_b in _cuts(shared[1], size_a[1], size_b[1]):
            least = min(least, _difference(_part(a, rows_a, columns_a), _part(b, rows_b, columns_b)))
    return least


Span = tuple[float, float]


def _cuts(shared: int, a: int, b: int) -> list[tuple[Span, Span]]:
    """Which share of two lengths is the same, where the longer one goes on before or behind it."""
    ends = ((0.0, shared / a), (0.0, shared / b))
    starts = ((1 - shared / a, 1.0), (1 - shared / b, 1.0))
    return [ends] if a == b else [ends, starts]


def _part(small: NDArray[np.uint8], rows: Span, columns: Span) -> NDArray[np.float32]:
    """A part of a picture, (32, 32, 3)."""
    side = small.shape[0]
    scale_x, scale_y = ((stop - first) * side / _SIDE for first, stop in (columns, rows))
    shift_x, shift_y = (first * side for first in (columns[0], rows[0]))
    blurred = cv2.blur(small, (side // _SIDE, side // _SIDE), anchor=(0, 0)) if side > _SIDE else small
    # pixel centres: what is looked up for place i is (i + 1/2) scale + shift, half a blurred pixel back
    half = side / _SIDE / 2
    place = np.array([[scale_x, 0, shift_x + scale_x / 2 - half], [0, scale_y, shift_y + scale_y / 2 - half]])
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    part = cv2.warpAffine(blurred, place, (_SIDE, _SIDE), flags=how, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(part, np.float32)


def _difference(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    return float(np.abs((a - a.mean()) - (b - b.mean())).mean())


def _in_small(
    root: Path, table: PictureTable, rows: Sequence[int]
) -> Iterator[tuple[int, NDArray[np.uint8] | None]]:
    """Pictures brought to one size, by row."""
    pool = ThreadPoolExecutor(2, thread_name_prefix="compare")
    try:
        waiting = deque(rows)
        while waiting:
            some = [waiting.popleft() for _ in range(min(_CHUNK, len(waiting)))]
            looks = pool.map(lambda row: look_at(root, table.paths[row]).small, some)
            yield from zip(some, looks, strict=True)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _joined(pairs: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Rows that pairs join, directly or through others, by their first rows."""
    leader: dict[int, int] = {}

    def first_of(row: int) -> int:
        while leader.setdefault(row, row) != row:
            leader[row] = leader[leader[row]]
            row = leader[row]
        return row

    for a, b in pairs:
        low, high = sorted((first_of(a), first_of(b)))
        leader[high] = low
    groups: dict[int, list[int]] = {}
    for row in sorted(leader):
        groups.setdefault(first_of(row), []).append(row)
    return list(groups.values())


def _stem(path: str) -> str:
    name = path.rpartition("/")[2]
    return name.rpartition(".")[0] or name
