"""HDF5 files that were cut short: where they should end, and how many of their frames lie before the cut.

The end is stated in the superblock (HDF5 File Format Specification, II.A). The library opens no file that is shorter;
it is given one that seems whole, in which nothing behind the cut can be read.
"""

from __future__ import annotations

import io
import os
import struct
from typing import Any, BinaryIO

from thermview.readers.hdf5_source import FrameSource

_HEAD_BYTES = 64
_END_AT = {0: 40, 1: 44, 2: 28, 3: 28}
"""Where each version of the superblock states the file's end, with offsets of 8 bytes."""
_OFFSET_SIZE_AT = {0: 13, 1: 13, 2: 9, 3: 9}


def stated_end(file: BinaryIO) -> int | None:
    """Bytes that an HDF5 file should have; None where its beginning does not say."""
    file.seek(0, os.SEEK_SET)
    head = file.read(_HEAD_BYTES)
    version = head[8] if len(head) == _HEAD_BYTES else -1
    if version not in _END_AT or head[_OFFSET_SIZE_AT[version]] != 8:
        return None
    return int(struct.unpack_from("<Q", head, _END_AT[version])[0])


class CutFile(io.RawIOBase):
    """A file that seems to go on behind its cut up to `end`; reading there is an error, except for `unread` bytes.

    Those are pixels of lost frames, zeros that nobody sees: the library reads ahead of what it is asked for.
    """

    def __init__(self, file: BinaryIO, end: int) -> None:
        super().__init__()
        self._file, self._end, self._place = file, end, 0
        self.cut = file.seek(0, os.SEEK_END)
        self.unread = range(0)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._end}[whence]
        self._place = start + offset
        return self._place

    def readinto(self, buffer: Any) -> int:
        """As many bytes as there is room for; EOFError behind the cut."""
        stop = min(self._place + len(buffer), self._end)
        if stop > self.cut and not (self._place >= self.unread.start and stop <= self.unread.stop):
            raise EOFError("behind the cut")
        self._file.seek(self._place, os.SEEK_SET)
        count = max(stop - self._place, 0)
        content = self._file.read(count).ljust(count, b"\0")
        buffer[:count] = content
        self._place += count
        return count

    def close(self) -> None:
        self._file.close()
        super().close()


def whole_frames(source: FrameSource, file: CutFile) -> int:
    """How many frames from the first lie before the cut; call while inside the library's lock."""
    dataset, axis = source.dataset, source.frame_axis
    if dataset.chunks is not None:
        return _whole_of_chunks(source, file.cut)
    first = dataset.id.get_offset()
    if first is None:  # so few pixels that they stand in the header, or none were ever written
        return source.length
    size = int(dataset.id.get_storage_size())
    file.unread = range(int(first), int(first) + size)
    if first + size <= file.cut:
        return source.length
    # frames that lie interleaved all reach behind the cut
    return max(file.cut - int(first), 0) * source.length // size if axis == 0 else 0


def _whole_of_chunks(source: FrameSource, cut: int) -> int:
    lost: list[int] = []
    axis = source.frame_axis

    def look(chunk: Any) -> None:
        if chunk.byte_offset + chunk.size > cut:
            lost.append(0 if axis is None else int(chunk.chunk_offset[axis]))

    source.dataset.id.chunk_iter(look)
    return min(lost, default=source.length)
