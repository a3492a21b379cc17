"""What scans keep on disk: looks by file, sums by block, sentences on what could not be read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.diagnosis.record_file import RecordFile, TextFile, key_of, place_of
from thermview.diagnosis.scan_blocks import SUMS, VERSION, Block, BlockLooks
from thermview.diagnosis.table import LOOK
from thermview.errors import StoreError

LOOKS = np.dtype([("key", "<u8"), ("look", LOOK)])
_WHAT = "what was read of pictures"


@dataclass(frozen=True)
class ScanFiles:
    """Where the parts of a scan are kept; all None for in memory."""

    looks: Path | None = None
    sums: Path | None = None
    problems: Path | None = None
    annotations: Path | None = None


def scan_files(folder: Path | None, root: Path) -> ScanFiles:
    """The files of a capture's scan in a cache folder."""
    if folder is None:
        return ScanFiles()
    place = place_of(str(root.resolve()), VERSION.decode())
    return ScanFiles(*(folder / f"{place}.{end}" for end in ("looks", "sums", "problems", "annotations")))


class ScanCache:
    """The looks and sums of one capture; in memory, with a sentence in `problem`, where they cannot be kept."""

    def __init__(self, files: ScanFiles) -> None:
        self._trouble = ""
        try:
            self._open(files)
        except StoreError as error:
            self._trouble = str(error)
            self._open(ScanFiles())
        self._passing: dict[int, NDArray[Any]] = {}
        self._passing_sums: dict[int, NDArray[Any]] = {}
        self._passing_problems: dict[int, str] = {}

    def _open(self, files: ScanFiles) -> None:
        self.looks = RecordFile(files.looks, LOOKS, _WHAT)
        self.sums = RecordFile(files.sums, SUMS, _WHAT)
        self.problems = TextFile(files.problems, _WHAT)

    @property
    def problem(self) -> str:
        """One sentence where something cannot be kept for the next time."""
        return self._trouble or self.looks.problem or self.sums.problem or self.problems.problem

    def missing(self, keys: NDArray[np.uint64], blocks: list[Block]) -> list[Block]:
        """The blocks that are not kept whole."""
        known = self.looks.find(keys) >= 0
        sums = self.sums.find(np.array([block.key for block in blocks], np.uint64)) >= 0
        return [
            block
            for block, summed in zip(blocks, sums, strict=True)
            if not (summed and known[block.rows].all())
        ]

    def keep(self, keys: NDArray[np.uint64], block: Block, found: BlockLooks) -> None:
        """Keep a block's looks, its sums last: a block with sums is whole.

        What may be different another time is remembered for this run alone.
        """
        rows = block.rows
        lasting = found.lasting & (keys[rows] != 0)
        new = lasting & (self.looks.find(keys[rows]) < 0)
        records = np.zeros(int(new.sum()), LOOKS)
        records["key"], records["look"] = keys[rows][new], found.looks[new]
        told = {position: int(keys[rows[position]]) for position in found.problems if new[position]}
        self.problems.append({key: found.problems[position] for position, key in told.items()})
        self.looks.append(records)
        for position in np.flatnonzero(~lasting).tolist():
            self._passing[int(rows[position])] = found.looks[position : position + 1]
            if position in found.problems:
                self._passing_problems[int(rows[position])] = found.problems[position]
        if lasting.all() and block.key:
            sums = found.sums.copy()
            sums["key"] = block.key
            self.sums.append(sums)
        else:
            self._passing_sums[int(rows[0])] = found.sums

    def refresh(self) -> None:
        """Make what was kept visible."""
        for part in (self.looks, self.sums, self.problems):
            part.refresh()

    def looks_of(self, keys: NDArray[np.uint64]) -> NDArray[Any]:
        """Looks (n,) of all files of a set, by their keys (n,); after `refresh`."""
        at = self.looks.find(keys)
        looks = np.zeros(len(keys), LOOK)
        known = at >= 0
        looks[known] = self.looks.kept["look"][at[known]]
        for row, look in self._passing.items():
            looks[row] = look[0]
        return looks

    def problems_of(self, keys: NDArray[np.uint64], rows: NDArray[np.intp]) -> dict[int, str]:
        """Sentences on these rows of a set, by row."""
        row_of = {int(keys[row]): int(row) for row in rows if keys[row]}
        found = {row_of[key]: text for key, text in self.problems.find(list(row_of))}
        return found | {
            row: text for row, text in self._passing_problems.items() if row in set(rows.tolist())
        }

    def sums_of(self, blocks: list[Block]) -> list[NDArray[Any]]:
        """Sums (1,) of each block, read when they are looked at."""
        at = self.sums.find(np.array([block.key for block in blocks], np.uint64))
        kept = self.sums.kept
        return [
            self._passing_sums[int(block.rows[0])] if number < 0 else kept[number : number + 1]
            for block, number in zip(blocks, at, strict=True)
        ]


def set_digest(paths: tuple[str, ...], keys: NDArray[np.uint64]) -> str:
    """What two readings of a folder have in common when they saw the same files in the same state."""
    names = key_of("\0".join(paths).encode("utf-8", "surrogatepass"))
    return f"{names:016x}{key_of(keys.astype('<u8').tobytes()):016x}"
