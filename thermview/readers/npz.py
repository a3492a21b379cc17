"""Laser videos and other arrays in NumPy archives: `image` (frames, rows, columns), deflated or stored.

The data set of the laser videos: IEEE DataPort, doi 10.21227/7zbf-se57. Its archives are deflated, so
that frames can only be had in order: they are decoded as far as asked for and kept.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from thermview.readers.array_content import array_content
from thermview.readers.array_recordings import PrefixRecording, SeekRecording
from thermview.readers.base import Content
from thermview.readers.failures import COPY_AGAIN, failure, whole_of
from thermview.readers.numpy_header import ArrayHeader, complaint, frames_shape, read_header
from thermview.readers.registry import reader
from thermview.readers.zipped import MemberStream, NoDirectoryError, entries, entries_in_front, open_binary
from thermview.recording import COUNT_DIFFERENCE, Recording

KIND = "laser video"
FRAME_RATE_HZ = 1000.0  # stated by the data set
VIDEO_KEY = "image"
_MAX_ARRAYS = 256


@dataclass(frozen=True)
class _Array:
    """One array of the archive, its header read and its stream standing at the first pixel."""

    key: str
    info: zipfile.ZipInfo
    header: ArrayHeader
    stream: MemberStream


@reader(KIND, ".npz")
def open_npz(path: Path) -> Recording:
    """Open the `image` of an archive, else its only array of frames; reads headers only.

    An archive that was cut short has lost its directory; its first array is read as far as it reaches.
    """
    file = open_binary(path)
    try:
        members, cut = _members(file)
        with _beginning(path) if cut else nullcontext():
            found = _choose(path, file, _array_entries(path, members))
        _check_sizes(path, found)
        return _recording(path, file, found, cut)
    except BaseException:
        file.close()
        raise


def _members(file: BinaryIO) -> tuple[list[zipfile.ZipInfo], bool]:
    """What the archive holds, and whether it was cut short."""
    try:
        return entries(file), False
    except NoDirectoryError:
        if members := entries_in_front(file):
            return members, True
        raise


@contextmanager
def _beginning(path: Path) -> Iterator[None]:
    """Where not even an array's header is whole, say that the archive was cut short."""
    try:
        yield
    except (ValueError, zlib.error, zipfile.BadZipFile) as error:
        raise failure(path, f"{whole_of(0, 0)}; {COPY_AGAIN}") from error


def _array_entries(path: Path, members: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    found = [info for info in members if info.filename.lower().endswith(".npy")]
    if not found:
        raise failure(path, "the archive holds no arrays; save it again with numpy.savez_compressed")
    return [info for info in found if _key(info) == VIDEO_KEY] or found[:_MAX_ARRAYS]


def _key(info: zipfile.ZipInfo) -> str:
    return info.filename[: -len(".npy")]


def _choose(path: Path, file: BinaryIO, candidates: list[zipfile.ZipInfo]) -> _Array:
    """The one array that can be frames; three dimensions go before two."""
    arrays = [_open_array(file, info) for info in candidates]
    usable = [array for array in arrays if not complaint(array.header)]
    videos = [array for array in usable if len(array.header.shape) > 2]
    best = videos or usable
    if not best:
        raise failure(path, complaint(arrays[0].header))
    if len(best) > 1:
        keys = ", ".join(array.key for array in best[:5])
        raise failure(path, f"holds several arrays ({keys}); name the one to show `{VIDEO_KEY}`")
    return best[0]


def _open_array(file: BinaryIO, info: zipfile.ZipInfo) -> _Array:
    stream = MemberStream(file, info)
    return _Array(_key(info), info, read_header(stream), stream)


def _check_sizes(path: Path, found: _Array) -> None:
    declared, held = found.header.nbytes, found.info.file_size - found.header.size
    if declared != held:
        text = f"its header states {declared:,} bytes of pixels where the archive holds {held:,}"
        raise failure(path, f"{text}; {COPY_AGAIN}")


def _recording(path: Path, file: BinaryIO, found: _Array, cut: bool) -> Recording:
    content = _content(found)
    if cut:
        return PrefixRecording(path, content, found.header, file, found.stream, cut=True)
    if found.stream.stored:
        offset = found.stream.start + found.header.size
        return SeekRecording(path, content, found.header, file, offset)
    return PrefixRecording(path, content, found.header, file, found.stream)


def _content(found: _Array) -> Content:
    """A laser video where the key says so, or where whole numbers over time have an unknown key."""
    header = found.header
    unknown_counts = header.dtype.kind in "iu" and len(header.shape) == 3 and found.key != "celsius"
    content = array_content(header, found.key)
    if len(frames_shape(header)) != 3 or not (found.key == VIDEO_KEY or unknown_counts):
        return content
    metadata: dict[str, Any] = {**content.metadata, "key": found.key}
    return Content(
        KIND,
        content.length,
        content.frame_shape,
        content.dtype,
        COUNT_DIFFERENCE,
        FRAME_RATE_HZ,
        None,
        metadata,
    )
