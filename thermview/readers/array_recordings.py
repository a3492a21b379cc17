"""Recordings over the bytes of one array: read by offset, or decoded from the first frame onwards."""

from __future__ import annotations

import os
import tempfile
import zlib
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray

from thermview.errors import CutShortError, ReadError
from thermview.readers.base import Content, FileRecording
from thermview.readers.failures import (
    COPY_AGAIN,
    CUT_SHORT,
    DAMAGED,
    cut_short,
    explain,
    failure,
    reading,
    shown_name,
    whole_of,
)
from thermview.readers.numpy_header import ArrayHeader, delivered, frames_shape
from thermview.readers.zipped import MemberStream
from thermview.recording import COUNT_DIFFERENCE, Frame, check_index

MAX_MEMORY_BYTES = 1 << 30  # larger recordings are decoded into a temporary file
MAX_DECODED_BYTES = 64 << 30
SENSOR_MAXIMUM = 1024  # the laser camera gives 10 bits; its description says 0-1024
_AS_FAR = f"The file is {CUT_SHORT}; its frames are read as far as they reach."
_STEP_BYTES = 256 << 10  # decoded while holding the lock, about a millisecond


class SeekRecording(FileRecording):
    """Frames of an array stored plainly, read by their offset.

    Not memory-mapped: a mapped file that is cut short, or whose disk goes, ends the program. Of one that was cut
    short before it was opened the first `whole` frames can be read; CutShortError gives their number for the rest.
    """

    def __init__(
        self,
        path: Path,
        content: Content,
        header: ArrayHeader,
        file: BinaryIO,
        offset: int,
        whole: int | None = None,
    ) -> None:
        super().__init__(path, content)
        self._readable = len(self) if whole is None else whole
        if self._readable < len(self):
            self._issues.append(f"The file is {whole_of(self._readable, len(self))}.")
        self._header, self._file, self._offset = header, file, offset
        self._whole: NDArray[Any] | None = None  # a Fortran array, whose frames are interleaved
        if header.fortran and header.nbytes > MAX_MEMORY_BYTES:
            raise failure(path, "stored column by column and too large for memory; save it in C order")
        self._keep_open(file)

    def _read(self, first: int, stop: int) -> Frame:
        if stop > self._readable:
            raise cut_short(self._path, self._readable, len(self))
        if self._header.fortran:
            if self._whole is None:
                everything = self._bytes(0, self._header.nbytes)
                self._whole = _fortran(everything, self._header)
            return delivered(self._whole[first:stop])
        frame_bytes = self._header.nbytes // len(self)
        content = self._bytes(first * frame_bytes, (stop - first) * frame_bytes)
        shape = (stop - first, *self.frame_shape)
        frames = delivered(np.frombuffer(content, self._header.dtype).reshape(shape))
        self._note_once(_range_issue(self._content, frames))
        return frames

    def _bytes(self, offset: int, count: int) -> bytes:
        self._file.seek(self._offset + offset, os.SEEK_SET)
        content = self._file.read(count)
        if len(content) < count:
            raise EOFError("the file has become shorter")
        return content


class _Prefix(Protocol):
    """Bytes decoded so far, from the first onwards."""

    def append(self, part: bytes) -> None: ...
    def at(self, offset: int, count: int) -> NDArray[np.uint8]: ...
    def close(self) -> None: ...


class _InMemory:
    """Bytes in one block, taken at once; the system gives pages only as they are filled."""

    def __init__(self, size: int) -> None:
        self._block = np.empty(size, np.uint8)
        self._filled = 0

    def append(self, part: bytes) -> None:
        self._block[self._filled : self._filled + len(part)] = np.frombuffer(part, np.uint8)
        self._filled += len(part)

    def at(self, offset: int, count: int) -> NDArray[np.uint8]:
        return self._block[offset : offset + count]

    def close(self) -> None:
        """Frames handed out stay valid; the block goes with the last of them."""


class _OnDisk:
    """Bytes in a temporary file without a name, gone when it is closed."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="thermview-")  # noqa: SIM115  closed by close()
        self._filled = 0

    def append(self, part: bytes) -> None:
        self._file.seek(self._filled)  # not the end: a full disk may have taken half a part
        self._file.write(part)
        self._filled += len(part)

    def at(self, offset: int, count: int) -> NDArray[np.uint8]:
        self._file.seek(offset)
        return np.frombuffer(self._file.read(count), np.uint8)

    def close(self) -> None:
        self._file.close()


class PrefixRecording(FileRecording):
    """Frames of a deflated array: decoded in order, as far as asked for, and kept.

    `frame` and `frames` may be called from several threads; a frame already decoded is given without
    waiting. Where the file is damaged, or `cut` short, the frames before stay readable, CutShortError gives their
    number for the rest, and `issues` says so.
    """

    def __init__(
        self,
        path: Path,
        content: Content,
        header: ArrayHeader,
        file: BinaryIO,
        stream: MemberStream,
        *,
        cut: bool = False,
    ) -> None:
        super().__init__(path, content)
        self._cut = cut
        if cut:
            self._issues.append(_AS_FAR)
        self._header, self._file, self._stream = header, file, stream
        if header.nbytes > (MAX_MEMORY_BYTES if header.fortran else MAX_DECODED_BYTES):
            size = f"{header.nbytes / 2**30:,.0f} GiB"
            raise failure(
                path, f"its {size} unpacked are too large to open; split it into shorter recordings"
            )
        self._frame_bytes = header.nbytes // len(self)
        self._prefix: _Prefix | None = None
        self._bytes = 0
        self._failure: ReadError | None = None
        self._keep_open(file)

    @property
    def loaded(self) -> int:
        whole = self._bytes // self._frame_bytes
        return whole if not self._header.fortran or whole == len(self) else 0

    def frame(self, index: int) -> Frame:
        check_index(index, len(self))
        return self.frames(index, index + 1)[0]  # type: ignore[no-any-return]

    def frames(self, first: int, stop: int) -> Frame:
        first, stop = max(first, 0), min(stop, len(self))
        if first >= stop:
            return np.empty((0, *self.frame_shape), self.dtype)
        with reading(self._path, self.kind):
            wanted = self._header.nbytes if self._header.fortran else stop * self._frame_bytes
            while self._bytes < wanted:
                with self._lock:  # let go between steps, so that a waiting frame gets its turn
                    self._decode(min(wanted, self._bytes + _STEP_BYTES))
            if isinstance(self._prefix, _OnDisk):
                with self._lock:
                    return self._decoded(first, stop)
            return self._decoded(first, stop)

    def _decode(self, wanted: int) -> None:
        if self._bytes >= wanted:
            return
        if self._failure is not None:
            raise self._failure
        if self._prefix is None:
            size = self._header.nbytes
            self._prefix = _InMemory(size) if size <= MAX_MEMORY_BYTES else _OnDisk()
        try:
            part = self._stream.read(wanted - self._bytes)
            if not part:
                raise EOFError("the stream ends too early")
            self._prefix.append(part)
        except (zlib.error, EOFError) as error:
            raise self._fail() from error
        except Exception as error:  # what was decoded is lost: going on would shift all later pixels
            self._failure = failure(self._path, explain(error, self.kind))
            raise self._failure from error
        self._note(part)
        self._bytes += len(part)
        if self._bytes == self._header.nbytes:
            self._finish()

    def _note(self, part: bytes) -> None:
        whole = len(part) // self._header.dtype.itemsize * self._header.dtype.itemsize
        aligned = self._bytes % self._header.dtype.itemsize == 0
        if aligned and whole and not self._noted:
            self._note_once(_range_issue(self._content, np.frombuffer(part[:whole], self._header.dtype)))

    def _fail(self) -> ReadError:
        whole = self.loaded
        text = whole_of(whole, len(self), CUT_SHORT if self._cut else "damaged")
        if whole and not self._cut:
            text += ", and pixel values shortly before the damage may be wrong"
        self._failure = CutShortError(f"{shown_name(self._path)}: {text}; {COPY_AGAIN}", whole)
        self._now_known(f"The file is {text}.")
        return self._failure

    def _now_known(self, issue: str) -> None:
        """Keep a sentence that says all that the one which was said of a cut file so far only feared."""
        if self._cut:
            self._issues.remove(_AS_FAR)
        self._issues.append(issue)

    def _finish(self) -> None:
        """All is decoded: compare the checksum the archive states, and let go of the file."""
        if not self._stream.checksum_holds():
            self._now_known(f"{DAMAGED}: its checksum differs, some pixel values may be wrong.")
        elif self._cut:
            self._now_known("The file is cut short behind its frames, which are all whole.")
        self._file.close()

    def _decoded(self, first: int, stop: int) -> Frame:
        assert self._prefix is not None
        if self._header.fortran:
            whole = _fortran(self._prefix.at(0, self._header.nbytes), self._header)
            return delivered(whole[first:stop])
        content = self._prefix.at(first * self._frame_bytes, (stop - first) * self._frame_bytes)
        return delivered(content.view(self._header.dtype).reshape((stop - first, *self.frame_shape)))

    def close(self) -> None:
        super().close()
        with self._lock:
            if self._prefix is not None:
                self._prefix.close()


def _fortran(content: bytes | NDArray[np.uint8], header: ArrayHeader) -> NDArray[Any]:
    """All frames of an array stored with its first axis varying fastest, seen in the usual order."""
    array = np.frombuffer(content, header.dtype).reshape(header.shape, order="F")
    return array.reshape(frames_shape(header)) if array.ndim == 2 else array


def _range_issue(content: Content, pixels: NDArray[Any]) -> str:
    """A sentence when a laser video has values that its camera cannot give, else nothing."""
    if content.quantity is not COUNT_DIFFERENCE or pixels.dtype.kind not in "iu" or not pixels.size:
        return ""
    highest = int(pixels.max())
    return (
        f"Pixel values reach {highest}; the 10-bit camera ends at {SENSOR_MAXIMUM}."
        if highest > SENSOR_MAXIMUM
        else ""
    )
