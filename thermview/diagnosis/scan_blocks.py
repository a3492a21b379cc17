"""A scan's unit of work: a block of files that are looked at together, and what they add up to.

Histograms and mean pictures of a class are sums over its pictures. Kept by picture they would fill a disk, kept
as one sum they would be lost at a crash; so they are kept by blocks of at most 256 files of one class. A
block goes by the keys of its files: where one of them changes, the block is looked at again. All sums are of
whole numbers, so that neither the order of blocks nor where a run was cut short can change a result.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.diagnosis.record_file import key_of
from thermview.diagnosis.scan_look import MEAN_SIDE, look_at, work_out
from thermview.diagnosis.table import LOOK

BLOCK_FILES = 256
"""At most so many files a block; 256 times 255 still fits into the 16 bits of a sum."""
_CUT_EVERY = 192
VERSION = b"looks 1"
"""Part of every block's key: whoever changes what a look gives raises the number."""

SUMS = np.dtype(
    [
        ("key", "<u8"),
        ("pictures", "<u4"),  # that could be read
        ("histogram", "<u8", (3, 256)),
        ("small", "<u2", (MEAN_SIDE, MEAN_SIDE, 3)),  # sum of the pictures brought to one size, RGB
    ]
)


@dataclass(frozen=True)
class Block:
    """Rows of a set's files, in order, with the block's key: 0 where one of its files has none."""

    rows: NDArray[np.intp]
    key: int


@dataclass
class BlockLooks:
    """What the files of a block gave: `looks` (files,) of LOOK, `sums` of SUMS, `problems` by position.

    `lasting` (files,): False where another look may give another answer.
    """

    looks: NDArray[Any]
    sums: NDArray[Any]
    problems: dict[int, str] = field(default_factory=dict)
    lasting: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))


def cut_blocks(keys: NDArray[np.uint64], groups: NDArray[np.intp]) -> list[Block]:
    """Blocks of files with `keys` (n,) in `groups` (n,), none across groups.

    Where a block ends is told by the keys themselves: a file more or less changes its own block, or two.
    """
    blocks = []
    order = np.argsort(groups, kind="stable")
    ends = (keys[order] % np.uint64(_CUT_EVERY) == 0) | np.append(np.diff(groups[order]) != 0, True)
    first = 0
    for stop in np.flatnonzero(ends) + 1:
        for begin in range(first, int(stop), BLOCK_FILES):
            rows = order[begin : min(begin + BLOCK_FILES, int(stop))]
            blocks.append(Block(rows, _block_key(keys[rows])))
        first = int(stop)
    return blocks


def _block_key(keys: NDArray[np.uint64]) -> int:
    return key_of(VERSION + keys.astype("<u8").tobytes()) if keys.all() else 0


def look_at_block(
    root: Path,
    paths: Sequence[str],
    *,
    stopped: Callable[[], bool] = lambda: False,
    counted: Callable[[], object] = lambda: None,
) -> BlockLooks | None:
    """Look at the files at `paths` below `root`; None once `stopped`. `counted` is called for each file."""
    result = BlockLooks(np.zeros(len(paths), LOOK), np.zeros(1, SUMS), lasting=np.ones(len(paths), np.bool_))
    read: list[int] = []
    histograms = np.empty((len(paths), 3, 256), np.int64)
    coarse = np.empty((len(paths), 64), np.float32)
    small = np.zeros((MEAN_SIDE, MEAN_SIDE, 3), np.uint16)
    for position, path in enumerate(paths):
        if stopped():
            return None
        look = look_at(root, path)
        result.looks[position] = look.values
        if look.problem:
            result.problems[position] = look.problem
        result.lasting[position] = look.lasting
        if look.histogram is not None and look.coarse is not None and look.small is not None:
            histograms[len(read)], coarse[len(read)] = look.histogram, look.coarse
            small += look.small
            read.append(position)
        counted()
    if read:
        some = result.looks[read]
        work_out(some, histograms[: len(read)], coarse[: len(read)])
        result.looks[read] = some
        result.sums["histogram"] = histograms[: len(read)].sum(axis=0)
    result.sums["pictures"], result.sums["small"] = len(read), small
    return result
