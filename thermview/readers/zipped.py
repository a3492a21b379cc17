"""Files inside a zip, opened where they lie: `Type16.zip/1673.npz` is a path like any other.

The local header in front of a member is 30 bytes and two strings long (PKWARE APPNOTE 6.3.10, 4.3.7).
"""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from thermview.readers.failures import CUT_SHORT, failure, reading

MAX_MEMBERS = 1_000_000
MAX_MEMBER_BYTES = 2 << 30  # a member is inflated into memory: 1 or 2 MB in laser batches
MAX_DEFLATE_RATIO = 1032  # what deflate reaches at best, https://zlib.net/zlib_tech.html
_CHUNK = 16 << 10
_ENCRYPTED, _SIZES_BEHIND, _UTF8_MARK = 0x1, 0x8, 0x800
_LOCAL_HEADER = struct.Struct("<4s5H3I2H")
_WIDE = 0xFFFFFFFF  # a size that stands in 64 bits in the extra field instead
_WIDE_SIZES = struct.Struct("<2H2Q")


class NoDirectoryError(zipfile.BadZipFile):
    """A zip without the directory at its end: it was cut short, or is still being written."""


@dataclass(frozen=True)
class ZipMember:
    """One file inside a zip: its name there, its size and its packed size in bytes."""

    name: str
    size: int
    packed: int


def split_zip_path(path: Path) -> tuple[Path, str] | None:
    """The zip and the name inside it, or None for an ordinary path."""
    text = str(path).lower()
    if ".zip/" not in text and ".zip\\" not in text:
        return None
    for parent in reversed(path.parents):
        if parent.suffix.lower() == ".zip" and parent.is_file():
            return parent, path.relative_to(parent).as_posix()
    return None


def list_zip(path: Path) -> list[ZipMember]:
    """The files inside a zip that can be opened there, in the zip's order.

    Folders, encrypted members, names that point outside and macOS resource forks are left out.
    Raises ReadError when the zip cannot be read.
    """
    with reading(path, "zip"):
        return [
            ZipMember(name, info.file_size, info.compress_size)
            for name, info in _directory(path).items()
            if _is_plain(name, info)
        ]


def _is_plain(name: str, info: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(name).parts
    outside = name.startswith("/") or ".." in parts or any(sign in name for sign in "\\:\0")
    return not (info.is_dir() or info.flag_bits & _ENCRYPTED or outside or "__MACOSX" in parts)


def _directory(path: Path) -> dict[str, zipfile.ZipInfo]:
    status = path.stat()
    return _read_directory(path, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=8)
def _read_directory(path: Path, size: int, changed_ns: int) -> dict[str, zipfile.ZipInfo]:
    """Names to entries; kept while the zip does not change, as a batch is opened member by member."""
    with path.open("rb") as file:
        return {_decoded_name(info): info for info in entries(file)}


def _decoded_name(info: zipfile.ZipInfo) -> str:
    """The name as its writer saw it: without the UTF-8 mark it is in the writer's own code page.

    The standard says code page 437 then; Korean Windows writes 949, in which the picture sets are packed.
    """
    if info.flag_bits & _UTF8_MARK or info.filename.isascii():
        return info.filename
    try:
        return info.filename.encode("cp437").decode("cp949")
    except UnicodeError:
        return info.filename


def entries(file: BinaryIO) -> list[zipfile.ZipInfo]:
    """The directory of a zip; NoDirectoryError where it has none, BadZipFile where it is too long."""
    try:
        with zipfile.ZipFile(file) as archive:
            found = archive.infolist()
    except zipfile.BadZipFile as error:
        raise NoDirectoryError(CUT_SHORT) from error
    if len(found) > MAX_MEMBERS:
        raise zipfile.BadZipFile(f"more than {MAX_MEMBERS:,} files inside")
    return found


def entries_in_front(file: BinaryIO) -> list[zipfile.ZipInfo]:
    """The members of a zip whose directory is lost, as the header in front of each states them; the last one may
    reach beyond the end of the file.

    Members whose sizes stand behind them, and those that are still being written, cannot be told and end the list.
    """
    end = file.seek(0, os.SEEK_END)
    found: list[zipfile.ZipInfo] = []
    offset = 0
    while offset < end and len(found) < MAX_MEMBERS:
        info = _entry_at(file, offset)
        if info is None:
            break
        found.append(info)
        offset = _content_offset(file, info) + info.compress_size
    return found


def _entry_at(file: BinaryIO, offset: int) -> zipfile.ZipInfo | None:
    """What the header at an offset says of the member behind it (4.3.7, sizes beyond 32 bits 4.5.3)."""
    file.seek(offset, os.SEEK_SET)
    header = file.read(_LOCAL_HEADER.size)
    if len(header) < _LOCAL_HEADER.size or header[:4] != b"PK\x03\x04":
        return None
    _, _, flags, method, _, _, checksum, packed, size, name_length, extra_length = _LOCAL_HEADER.unpack(
        header
    )
    name, extra = file.read(name_length), file.read(extra_length)
    if _WIDE in (packed, size) and len(extra) >= _WIDE_SIZES.size:
        kind, length, size, packed = _WIDE_SIZES.unpack_from(extra)  # sizes come first in what NumPy writes
        if (kind, length) != (1, 16):
            return None
    if flags & _SIZES_BEHIND or not packed or not size or len(extra) < extra_length:
        return None
    info = zipfile.ZipInfo(name.decode("utf-8" if flags & _UTF8_MARK else "cp437", "replace"))
    info.flag_bits, info.compress_type, info.CRC = flags, method, checksum
    info.compress_size, info.file_size, info.header_offset = packed, size, offset
    return info


def open_binary(path: Path) -> BinaryIO:
    """Open a file, or one inside a zip, for reading with seek. The caller closes it.

    Raises OSError, zipfile.BadZipFile, zlib.error or ReadError; callers stand inside `reading`.
    """
    split = split_zip_path(path)
    if split is None:
        return path.open("rb")
    archive, name = split
    if ".zip/" in name.lower():
        raise failure(path, "it lies in a zip inside a zip; unpack the outer one first")
    info = _member(path, archive, name)
    if info.file_size > MAX_MEMBER_BYTES:
        raise failure(path, f"larger than {MAX_MEMBER_BYTES >> 30} GiB inside a zip; unpack the zip first")
    if info.file_size == 0:
        raise failure(path, "the file is empty; copy it again from where it was recorded")
    with archive.open("rb") as file:
        member = MemberStream(file, info)
        content = member.read(info.file_size)
    if not member.checksum_holds():
        raise failure(path, f"damaged inside {archive.name}; download or copy the zip again")
    return io.BytesIO(content)


def size_of(path: Path) -> int:
    """Bytes of a file, or of one inside a zip."""
    split = split_zip_path(path)
    if split is None:
        return path.stat().st_size
    return _member(path, *split).file_size


def _member(path: Path, archive: Path, name: str) -> zipfile.ZipInfo:
    info = _directory(archive).get(name)
    if info is None:
        raise FileNotFoundError(path)
    return info


class MemberStream:
    """Reads one member of an open zip from its start onwards, decoding no more than is asked for.

    Raises zipfile.BadZipFile for what cannot be decoded here, zlib.error where the stream is damaged.
    """

    def __init__(self, file: BinaryIO, info: zipfile.ZipInfo) -> None:
        if info.flag_bits & _ENCRYPTED:
            raise zipfile.BadZipFile("encrypted; unpack it with its password first")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise zipfile.BadZipFile(f"packed by method {info.compress_type}; unpack it and zip it as usual")
        if info.file_size > info.compress_size * MAX_DEFLATE_RATIO + 1024:
            raise zipfile.BadZipFile(f"says {info.file_size:,} bytes, which cannot fit in its packed size")
        self._file = file
        self.start = _content_offset(file, info)
        self._next = self.start
        self._stop = self.start + info.compress_size
        self.stored = info.compress_type == zipfile.ZIP_STORED
        self._inflate = zlib.decompressobj(-15)
        self._left = info.file_size
        self._stated_checksum = info.CRC
        self._checksum = 0

    def read(self, count: int) -> bytes:
        """Up to `count` further bytes; fewer only where the member ends."""
        count = min(count, self._left)
        parts: list[bytes] = []
        while count > 0:
            part = self._packed(count) if self.stored else self._inflated(count)
            if not part:
                break
            parts.append(part)
            self._checksum = zlib.crc32(part, self._checksum)
            count -= len(part)
            self._left -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def checksum_holds(self) -> bool:
        """True when all that was read so far is the whole member as the zip's directory states it."""
        return self._left == 0 and self._checksum == self._stated_checksum

    def _packed(self, count: int) -> bytes:
        self._file.seek(self._next, os.SEEK_SET)
        part = self._file.read(min(count, self._stop - self._next))
        self._next += len(part)
        return part

    def _inflated(self, count: int) -> bytes:
        while not self._inflate.eof:
            packed = self._inflate.unconsumed_tail or self._packed(_CHUNK)
            part = self._inflate.decompress(packed, count)
            if part or not packed:
                return part
        return b""


def _content_offset(file: BinaryIO, info: zipfile.ZipInfo) -> int:
    file.seek(info.header_offset, os.SEEK_SET)
    header = file.read(_LOCAL_HEADER.size)
    if len(header) < _LOCAL_HEADER.size or header[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile(CUT_SHORT)
    *_, name_length, extra_length = _LOCAL_HEADER.unpack(header)
    return info.header_offset + _LOCAL_HEADER.size + int(name_length) + int(extra_length)
