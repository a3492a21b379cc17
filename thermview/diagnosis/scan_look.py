"""One look at a picture's file: all that hygiene wants to know of it, from one reading and one decoding."""

from __future__ import annotations

import hashlib
import os
import stat
import zlib
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from thermview.diagnosis.sessions import picture_hash
from thermview.diagnosis.table import Alpha, Status
from thermview.errors import ThermviewError
from thermview.inference.pictures import picture_of
from thermview.readers import open_recording
from thermview.readers.failures import explain, failure, reading
from thermview.readers.picture import StoredPicture, decode_picture, stored_pixels
from thermview.readers.zipped import open_binary, size_of, split_zip_path

PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".jpe", ".bmp", ".tif", ".tiff")
MEAN_SIDE = 64
"""Rows and columns of class mean pictures."""
SEVERAL_FRAMES = 255
"""Status of a TIFF of several frames, which is a recording and no picture of a set."""
MAX_BYTES = 1 << 30
_LARGE_PIXELS = 1 << 24
_large = Lock()  # one picture of this size at a time: two of the largest would not fit in the memory promised

_PNG = b"\x89PNG\r\n\x1a\n"
_PLAIN_PNG_COLOURS = {0: 1, 2: 3, 6: 4}  # colour type to channels
_LEVELS = np.arange(256, dtype=np.int64)


@dataclass(frozen=True)
class Look:
    """What one file gave: values of a LOOK record, and what is summed up by class.

    `histogram` (3, 256) by red, green and blue, `small` (MEAN_SIDE, MEAN_SIDE, 3) RGB; None where the file
    could not be read. `problem`: why, one sentence. `lasting`: False where the same file may read another
    time (no permission, no disk, gone).
    """

    values: tuple[Any, ...]
    histogram: NDArray[np.int64] | None = None
    small: NDArray[np.uint8] | None = None
    problem: str = ""
    lasting: bool = True


@dataclass(frozen=True)
class _Decoded:
    """A picture as BGR of 8 bits, with what its file says; `shown`: RGB as embeddings see it, None for the same."""

    bgr: NDArray[np.uint8]
    channels: int
    bits: int
    alpha: Alpha
    shown: NDArray[np.uint8] | None = None


class _Several(Exception):
    """The file holds several frames."""


def look_at(root: Path, path: str) -> Look:
    """Look at the picture at `path` below `root`; never raises for what a file holds."""
    file = root / path
    content = b""
    try:
        content = _content(file)
        if not content:
            return _failed(Status.EMPTY, f"{path}: the file is empty.")
        return _seen(_decode(file, content), content)
    except _Several:
        return _failed(SEVERAL_FRAMES, "", content)
    except (FileNotFoundError, NotADirectoryError):
        return _failed(Status.GONE, f"{path}: it was listed and is not there any more.", lasting=False)
    except OSError as error:
        return _failed(Status.UNREADABLE, f"{path}: {explain(error, 'picture')}", lasting=False)
    except ThermviewError as error:
        text = str(error)
        return _failed(Status.UNREADABLE, text if file.name in text else f"{path}: {text}", content)
    except Exception as error:  # a picture that a decoder chokes on must not end the work on the others
        return _failed(Status.UNREADABLE, f"{path}: {explain(error, 'picture')}", content)


def _content(file: Path) -> bytes:
    """The bytes of a file; OSError, ReadError."""
    if split_zip_path(file) is not None:
        with reading(file, "picture"):
            if size_of(file) == 0:
                return b""
            with open_binary(file) as member:
                return member.read()
    status = os.stat(file)
    if not stat.S_ISREG(status.st_mode):
        raise failure(file, "a pipe, a device or a folder is no picture")
    if status.st_size > MAX_BYTES:
        raise failure(file, f"larger than {MAX_BYTES >> 30} GiB; that is no picture of a training set")
    with open(file, "rb", buffering=0) as opened:
        return opened.read()


def _decode(file: Path, content: bytes) -> _Decoded:
    if file.suffix.lower() in (".tif", ".tiff"):
        return _decode_tiff(file)
    pixels = _plain_png(file, content)
    if pixels is None:
        return _of_stored(_decode_any(file, content))
    if pixels.ndim == 2:
        return _Decoded(np.asarray(cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR), np.uint8), 1, 8, Alpha.NONE)
    if pixels.shape[2] == 3:
        return _Decoded(pixels, 3, 8, Alpha.NONE)
    alpha = _alpha(np.asarray(cv2.extractChannel(pixels, 3), np.uint8))
    return _Decoded(np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGRA2BGR), np.uint8), 4, 8, alpha)


def _decode_any(file: Path, content: bytes) -> StoredPicture:
    if stored_pixels(file, content) < _LARGE_PIXELS:
        return decode_picture(file, content)
    with _large:
        return decode_picture(file, content)


def _plain_png(file: Path, content: bytes) -> NDArray[np.uint8] | None:
    """The pixels of a PNG of the usual build, blue first; None for any other file.

    OpenCV decodes these in less time than Pillow, which sees all others. ReadError for a PNG that is cut short
    or whose checksums are wrong: some decoders make a picture even of these, others do not.
    """
    if not content.startswith(_PNG) or content[12:16] != b"IHDR":
        return None
    is_plain = _checked_png(file, content)
    columns, rows = int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    depth, colour = content[24], content[25]
    if not is_plain or depth != 8 or colour not in _PLAIN_PNG_COLOURS or rows * columns > _LARGE_PIXELS:
        return None
    pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    channels = _PLAIN_PNG_COLOURS[colour]
    wanted = (rows, columns) if channels == 1 else (rows, columns, channels)
    if pixels is None or pixels.shape != wanted or pixels.dtype != np.uint8:
        return None
    return np.asarray(pixels, np.uint8)


def _checked_png(file: Path, content: bytes) -> bool:
    """Walk a PNG's chunks to its end mark; False where one of them gives plain colours another meaning.

    PNG, 3rd edition, 5.3: length, name, data and CRC of name and data; critical names begin with a capital.
    """
    at, is_plain = len(_PNG), True
    view = memoryview(content)
    while at + 12 <= len(content):
        end = at + 8 + int.from_bytes(view[at : at + 4], "big")
        name = content[at + 4 : at + 8]
        if end + 4 > len(content):
            break
        if zlib.crc32(view[at + 4 : end]) != int.from_bytes(view[end : end + 4], "big"):
            if name[:1].isupper():
                raise failure(
                    file, "damaged: a checksum in it is wrong; copy it again from where it was recorded"
                )
            is_plain = False
        is_plain &= name not in (b"tRNS", b"acTL")
        if name == b"IEND":
            return is_plain
        at = end + 4
    raise failure(file, "cut short; copy it again from where it was recorded")


def _of_stored(stored: StoredPicture) -> _Decoded:
    pixels = stored.pixels
    alpha = _alpha(np.ascontiguousarray(pixels[..., 3])) if stored.has_alpha else Alpha.NONE
    if pixels.dtype == np.uint16:
        eight = np.asarray(pixels >> 8, np.uint8)
        bgr = np.asarray(cv2.cvtColor(eight, cv2.COLOR_GRAY2BGR), np.uint8)
        return _Decoded(bgr, stored.channels, stored.bits, alpha, picture_of(pixels))
    bgr = np.ascontiguousarray(picture_of(pixels)[..., ::-1])
    return _Decoded(bgr, stored.channels, stored.bits, alpha)


def _decode_tiff(file: Path) -> _Decoded:
    """What numbers are stored, and the picture as the reader of TIFF gives it; numbers are shown as colours."""
    from tifffile import TiffFile  # costs 0.1 s, which a set without TIFF need not pay

    with _large, reading(file, "TIFF"), open_binary(file) as opened:
        page = TiffFile(opened).pages[0]
        channels, bits = int(page.samplesperpixel), int(np.max(page.bitspersample))
        table_of_colours = int(page.photometric) == 3
        recording = open_recording(file)
        frame = recording.frame(0) if len(recording) == 1 else None
        recording.close()
    if frame is None:
        raise _Several
    shown = picture_of(frame)
    eight = np.asarray(frame >> 8, np.uint8) if frame.dtype == np.uint16 and frame.ndim == 2 else None
    bgr = shown[..., ::-1] if eight is None else np.repeat(eight[..., None], 3, axis=2)
    is_alpha = frame.ndim == 3 and frame.shape[2] == 4 and channels in (2, 4)
    alpha = _alpha(np.ascontiguousarray(frame[..., 3])) if is_alpha else Alpha.NONE
    return _Decoded(np.ascontiguousarray(bgr), 3 if table_of_colours else channels, bits, alpha, shown)


def _alpha(channel: NDArray[np.uint8]) -> Alpha:
    return Alpha.OPAQUE if cv2.minMaxLoc(channel)[0] == np.iinfo(channel.dtype).max else Alpha.TRANSPARENT


def _seen(decoded: _Decoded, content: bytes) -> Look:
    bgr = decoded.bgr
    rows, columns = bgr.shape[:2]
    histogram = np.stack([_counts(bgr, channel) for channel in (2, 1, 0)])
    total = histogram.sum(axis=0)
    count = rows * columns * 3
    first, second = int(total @ _LEVELS), int(total @ (_LEVELS * _LEVELS))
    mean = first / count
    variance = max(second * count - first * first, 0) / count**2  # whole numbers until here: exact
    small = cv2.resize(bgr, (MEAN_SIDE, MEAN_SIDE), interpolation=cv2.INTER_AREA)
    values = (
        Status.READ,
        min(decoded.channels, 255),
        min(decoded.bits, 255),
        decoded.alpha,
        columns,
        rows,
        mean,
        variance**0.5,
        blur_of(np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY), np.uint8)),
        picture_hash(
            bgr if decoded.shown is None else decoded.shown
        ),  # the order of colours does not matter to it
        _digest(content),
    )
    return Look(values, histogram, np.asarray(small[..., ::-1], np.uint8))


def _counts(bgr: NDArray[np.uint8], channel: int) -> NDArray[np.int64]:
    """How many pixels have each of 256 values."""
    if bgr.shape[0] * bgr.shape[1] > _LARGE_PIXELS:  # more than OpenCV's float32 can count
        return np.bincount(bgr[..., channel].ravel(), minlength=256)
    return np.asarray(cv2.calcHist([bgr], [channel], None, [256], [0, 256])).ravel().astype(np.int64)


def blur_of(grey: NDArray[np.uint8]) -> float:
    """Variance of the Laplacian of a grey picture (rows, columns): small is blurred.

    The measure of Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy", ICPR 2000.
    """
    _, sd = cv2.meanStdDev(cv2.Laplacian(grey, cv2.CV_16S))
    return float(np.asarray(sd).ravel()[0]) ** 2


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()[:16]


def _failed(status: int, problem: str, content: bytes = b"", *, lasting: bool = True) -> Look:
    digest = _digest(content) if content else b""
    return Look((status, 0, 0, Alpha.NONE, 0, 0, 0.0, 0.0, 0.0, 0, digest), None, None, problem, lasting)
