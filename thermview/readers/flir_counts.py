"""The counts of a FLIR file's frames: what stays the same under whatever conditions they are measured."""

from __future__ import annotations

import weakref
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from threading import Lock, RLock
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from thermview.readers.flir_records import Source
from thermview.readers.flir_walk import ThermalFrame
from thermview.readers.zipped import open_binary

_KEPT_BYTES = 32 << 20  # of decoded frames: enough for those around the shown one, little beside a sequence

Counts = NDArray[np.unsignedinteger[Any]]


class FlirCounts:
    """Decodes frames one by one, one thread at a time; those looked at last stay at hand.

    With `file` that file is read, and stays open until `close`; without, it is opened for each frame.
    """

    def __init__(
        self, path: Path, frames: Sequence[ThermalFrame], source: Source, file: BinaryIO | None
    ) -> None:
        self.frames = frames
        self._path, self._source, self._file = path, source, file
        self._reading, self._keeping = RLock(), Lock()
        self._kept: OrderedDict[int, Counts] = OrderedDict()
        if file is not None:
            weakref.finalize(self, file.close)

    def of(self, index: int) -> Counts:
        """The counts of a frame, (rows, columns), read-only."""
        counts = self.at_hand(index)
        if counts is None:
            with self._reading:
                counts = self._decode(index)
            counts.flags.writeable = False
            self._keep(index, counts)
        return counts

    def at_hand(self, index: int) -> Counts | None:
        """The counts where they need no decoding; never waits for one that is under way."""
        with self._keeping:
            counts = self._kept.get(index)
            if counts is not None:
                self._kept.move_to_end(index)
            return counts

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            with self._reading:
                self._file.close()

    def _decode(self, index: int) -> Counts:
        frame = self.frames[index]
        if self._file is not None:
            return frame.image.decode(self._source, frame.camera.name)
        with open_binary(self._path) as file:
            return frame.image.decode(Source(file, self._source.spans), frame.camera.name)

    def _keep(self, index: int, counts: Counts) -> None:
        with self._keeping:
            self._kept[index] = counts
            while len(self._kept) > 1 and len(self._kept) * counts.nbytes > _KEPT_BYTES:
                self._kept.popitem(last=False)
