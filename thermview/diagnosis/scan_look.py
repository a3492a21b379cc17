"""One look at a picture's file: all that hygiene wants to know of it, from one reading and one decoding."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from thermview.diagnosis.plain_png import LARGE_PIXELS, PlainPng, large_buffer, plain_png
from thermview.diagnosis.sessions import coarse_structure, structure_bits
from thermview.diagnosis.table import Alpha, Status
from thermview.errors import ThermviewError
from thermview.inference.pictures import picture_of
from thermview.readers import open_recording
from thermview.readers.failures import explain, failure, printable, reading
from thermview.readers.picture import StoredPicture, decode_picture, stored_pixels
from thermview.readers.zipped import open_binary, size_of, split_zip_path

PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".jpe", ".bmp", ".tif", ".tiff")
MEAN_SIDE = 64
"""Rows and columns of class mean pictures."""
SEVERAL_FRAMES = 255
"""Status of a TIFF of several frames, which is a recording and no picture of a set."""
MAX_BYTES = 1 << 30
_large = Lock()  # one picture of this size at a time: two of the largest would not fit in the memory promised

_TO_RGB = {
    (1, True): cv2.COLOR_GRAY2RGB,
    (1, False): cv2.COLOR_GRAY2RGB,
    (3, False): cv2.COLOR_BGR2RGB,
    (4, True): cv2.COLOR_RGBA2RGB,
    (4, False): cv2.COLOR_BGRA2RGB,
}
_LEVELS = np.arange(256, dtype=np.int64)


@dataclass(frozen=True)
class Look:
    """What one file gave: values of a LOOK record, but for those that `work_out` adds, and what is summed up by class.

    `histogram` (3, 256) of whole numbers by red, green and blue, `coarse` (64,) as sessions.coarse_structure gives
    it, `small` (MEAN_SIDE, MEAN_SIDE, 3) RGB; None where the file could not be read. `problem`: why, one sentence.
    `lasting`: False where the same file may read another time (no permission, no disk, gone).
    """

    values: tuple[Any, ...]
    histogram: NDArray[Any] | None = None
    coarse: NDArray[np.float32] | None = None
    small: NDArray[np.uint8] | None = None
    problem: str = ""
    lasting: bool = True


@dataclass(frozen=True)
class _Decoded:
    """A picture as RGB of 8 bits, with what its file says; `shown`: as embeddings see it, None for the same."""

    rgb: NDArray[np.uint8]
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
    plain = plain_png(file, content)
    return _of_stored(_decode_any(file, content)) if plain is None else _of_plain(plain)


def _decode_any(file: Path, content: bytes) -> StoredPicture:
    if stored_pixels(file, content) < LARGE_PIXELS:
        return decode_picture(file, content)
    with _large:
        return decode_picture(file, content)


def _of_plain(plain: PlainPng) -> _Decoded:
    pixels, channels = plain.pixels, plain.pixels.shape[2]
    alpha = _alpha(pixels) if channels == 4 else Alpha.NONE
    to_rgb = _TO_RGB.get((channels, plain.red_first))
    if to_rgb is not None:
        rgb = cv2.cvtColor(pixels, to_rgb, dst=large_buffer("rgb", (*pixels.shape[:2], 3)))
        pixels = np.asarray(rgb, np.uint8)
    return _Decoded(pixels, channels, 8, alpha)


def _of_stored(stored: StoredPicture) -> _Decoded:
    pixels = stored.pixels
    alpha = _alpha(pixels) if stored.has_alpha else Alpha.NONE
    if pixels.dtype == np.uint16:
        eight = np.asarray(pixels >> 8, np.uint8)
        rgb = np.asarray(cv2.cvtColor(eight, cv2.COLOR_GRAY2RGB), np.uint8)
        return _Decoded(rgb, stored.channels, stored.bits, alpha, picture_of(pixels))
    return _Decoded(picture_of(pixels), stored.channels, stored.bits, alpha)


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
    rgb = shown if eight is None else np.repeat(eight[..., None], 3, axis=2)
    is_alpha = frame.ndim == 3 and frame.shape[2] == 4 and channels in (2, 4)
    alpha = _alpha(np.asarray(frame)) if is_alpha else Alpha.NONE
    return _Decoded(rgb, 3 if table_of_colours else channels, bits, alpha, shown)


def _alpha(pixels: NDArray[Any]) -> Alpha:
    """Of pixels (rows, columns, 4): whether the fourth channel is opaque everywhere."""
    rows, columns, channels = pixels.shape
    in_all_rows = np.bitwise_and.reduce(pixels.reshape(rows, columns * channels), axis=0)
    opaque = in_all_rows[3::4].min() == np.iinfo(pixels.dtype).max
    return Alpha.OPAQUE if opaque else Alpha.TRANSPARENT


def _seen(decoded: _Decoded, content: bytes) -> Look:
    rgb = decoded.rgb
    rows, columns = rgb.shape[:2]
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY, dst=large_buffer("grey", rgb.shape[:2]))
    values = (
        Status.READ,
        min(decoded.channels, 255),
        min(decoded.bits, 255),
        decoded.alpha,
        columns,
        rows,
        0.0,
        0.0,
        blur_of(np.asarray(grey, np.uint8)),
        0,
        _digest(content),
    )
    coarse = coarse_structure(rgb if decoded.shown is None else decoded.shown)
    small = cv2.resize(rgb, (MEAN_SIDE, MEAN_SIDE), interpolation=cv2.INTER_AREA)
    return Look(values, _counts(rgb), coarse, np.asarray(small, np.uint8))


def _counts(rgb: NDArray[np.uint8]) -> NDArray[Any]:
    """How many pixels have each of 256 values, (3, 256), by channel."""
    if rgb.shape[0] * rgb.shape[1] > LARGE_PIXELS:  # more than OpenCV's float32 can count
        return np.stack([np.bincount(rgb[..., channel].ravel(), minlength=256) for channel in range(3)])
    counts = np.empty((3, 256, 1), np.float32)
    for channel in range(3):
        cv2.calcHist([rgb], [channel], None, [256], [0, 256], hist=counts[channel])
    return counts[..., 0]


def work_out(looks: NDArray[Any], histograms: NDArray[np.int64], coarse: NDArray[np.float32]) -> None:
    """Fill in mean, sd and hash of LOOK records (n,) of pictures from `histograms` (n, 3, 256) and `coarse` (n, 64)."""
    totals = histograms.sum(axis=1)
    firsts, seconds = (totals @ _LEVELS).tolist(), (totals @ (_LEVELS * _LEVELS)).tolist()
    counts = totals.sum(axis=1).tolist()
    looks["mean"] = [first / count for first, count in zip(firsts, counts, strict=True)]
    looks["sd"] = [
        (max(second * count - first * first, 0) / count**2) ** 0.5  # whole numbers until here: exact
        for first, second, count in zip(firsts, seconds, counts, strict=True)
    ]
    looks["hash"] = structure_bits(coarse)


def blur_of(grey: NDArray[np.uint8]) -> float:
    """Variance of the Laplacian of a grey picture (rows, columns): small is blurred.

    The measure of Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy", ICPR 2000.
    """
    edges = cv2.Laplacian(grey, cv2.CV_16S, dst=large_buffer("edges", grey.shape, np.int16))
    share = 1 / edges.size
    mean = cv2.sumElems(edges)[0] * share  # of whole numbers, and so are the squares: exact in any order
    return float(cv2.norm(edges, cv2.NORM_L2SQR) * share - mean * mean) if edges.size else 0.0


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()[:16]


def _failed(status: int, problem: str, content: bytes = b"", *, lasting: bool = True) -> Look:
    digest = _digest(content) if content else b""
    values = (status, 0, 0, Alpha.NONE, 0, 0, 0.0, 0.0, 0.0, 0, digest)
    return Look(values, problem=printable(problem), lasting=lasting)
