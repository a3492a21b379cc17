"""A file for the HDF5 library, which cannot let go of one that it failed to write."""

from __future__ import annotations

import os
from pathlib import Path


class ForgivingFile:
    """A file whose writes never fail towards the library; the first error is kept in `error`.

    HDF5 holds on to what it could not write, tries again when the process ends, and crashes it then. Here
    a failed write counts as done, so that the library can close; whoever writes looks at `error` and
    discards the file.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("w+b", buffering=0)
        self._position = self._end = 0
        self.error: OSError | None = None

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move, as files do."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._end}[whence]
        self._position = start + offset
        return self._position

    def tell(self) -> int:
        """The position of the next read or write."""
        return self._position

    def write(self, data: bytes | memoryview) -> int:
        """Write all of `data`, or keep the error."""
        left = memoryview(data).cast("B")
        size = len(left)
        try:
            if self.error is None:
                self._file.seek(self._position)
            while len(left) and self.error is None:
                left = left[self._file.write(left) :]
        except OSError as error:
            self.error = error
        self._position += size
        self._end = max(self._end, self._position)
        return size

    def readinto(self, buffer: memoryview) -> int:
        """Read into all of `buffer`; zeros where nothing could be written."""
        view = memoryview(buffer).cast("B")
        self._file.seek(self._position)
        count, step = 0, 1
        while step and count < len(view):
            step = self._file.readinto(view[count:]) or 0
            count += step
        view[count:] = bytes(len(view) - count)
        self._position += len(view)
        return len(view)

    def read(self, size: int) -> bytes:
        """Read so many bytes; zeros where nothing could be written."""
        buffer = bytearray(size)
        self.readinto(memoryview(buffer))
        return bytes(buffer)

    def truncate(self, size: int) -> int:
        """Cut or extend the file, or keep the error."""
        try:
            if self.error is None:
                self._file.truncate(size)
        except OSError as error:
            self.error = error
        self._end = size
        return size

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def check(self) -> None:
        """Raise the error that was kept."""
        if self.error is not None:
            raise self.error
