"""TIFF: 8 and 16 bits, floats, colours, many pages. Pages are read when asked for.

Baseline: Adobe TIFF 6.0. LZW and JPEG pages are decoded by Pillow where tifffile would need imagecodecs.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import TiffImagePlugin

from thermview.readers.array_recordings import SeekRecording
from thermview.readers.base import Content, FileRecording
from thermview.readers.failures import failure
from thermview.readers.numpy_header import ArrayHeader, delivered, delivered_dtype
from thermview.readers.registry import reader
from thermview.readers.units import stated_quantity
from thermview.readers.zipped import open_binary, size_of
from thermview.recording import INTENSITY, RAW_COUNTS, Frame, Quantity, Recording

if TYPE_CHECKING:
    from tifffile import TiffFile, TiffPage

KIND = "TIFF"
MAX_PAGES = 1_000_000
_PALETTE = 3
_MAX_DESCRIPTION = 4096  # characters shown in the details
logging.getLogger("tifffile").addHandler(logging.NullHandler())  # its findings arrive as errors and issues


@reader(KIND, ".tif", ".tiff")
def open_tiff(path: Path) -> Recording:
    """Open a TIFF; the pages like the first are its frames."""
    from tifffile import TiffFile  # costs 0.1 s, which a capture without TIFF need not pay

    file = open_binary(path)
    try:
        document = TiffFile(file)
        pages = _frame_pages(path, document)
        content = _content(path, document.pages[0], len(pages), len(document.pages))
        flat = _contiguous(path, document, content)
        if flat is not None:
            header, offset = flat
            return SeekRecording(path, content, header, file, offset)
        return TiffRecording(path, content, file, document, pages)
    except BaseException:
        file.close()
        raise


def _frame_pages(path: Path, document: TiffFile) -> list[int]:
    """The numbers of the pages that have the first one's size and type."""
    if len(document.pages) > MAX_PAGES:
        raise failure(path, f"more than {MAX_PAGES:,} pages; split the file first")
    if not len(document.pages):
        raise failure(path, "holds no picture; copy it again from where it was recorded")
    first = document.pages[0]
    like_first = (first.shape, first.dtype)
    found = range(1, len(document.pages))
    return [0, *(n for n in found if (document.pages[n].shape, document.pages[n].dtype) == like_first)]


def _content(path: Path, page: TiffPage, length: int, pages: int) -> Content:
    if page.dtype is None or page.dtype.kind not in "buif":
        raise failure(path, "its pixels are no plain numbers; save it as 16-bit or float TIFF")
    stated = _stated(page.description)
    shape, dtype = _delivered(path, page)
    quantity = stated_quantity(stated) or _quantity(shape, dtype)
    issues = [] if length == pages else [f"{pages - length} pages of another size or type are left out."]
    metadata: dict[str, Any] = {"stored_as": str(page.dtype), "compression": page.compression.name}
    for name in ("Make", "Model", "Software", "DateTime"):
        if name in page.tags:
            metadata[name.lower()] = str(page.tags[name].value)
    metadata |= stated or ({"description": page.description[:_MAX_DESCRIPTION]} if page.description else {})
    rate = stated.get("frame_rate_hz")
    rate_hz = float(rate) if isinstance(rate, int | float) and rate > 0 else None
    return Content(KIND, length, shape, dtype, quantity, rate_hz, None, metadata, tuple(issues))


def _stated(description: str) -> Mapping[str, Any]:
    """What a JSON description says, as ThermView's own export writes it; else nothing."""
    if not description.startswith("{"):
        return {}
    try:
        found = json.loads(description)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _delivered(path: Path, page: TiffPage) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Shape and type of the frames given: colours are 8-bit and interleaved."""
    assert page.dtype is not None
    if page.photometric == _PALETTE and page.axes == "YX":
        return (*page.shape, 3), np.dtype(np.uint8)
    if page.axes == "YX":
        return page.shape, delivered_dtype(page.dtype)
    if page.axes in ("YXS", "SYX"):
        rows, columns, samples = _interleaved_shape(page)
        if samples in (3, 4) and page.dtype in (np.uint8, np.uint16):
            return (rows, columns, samples), np.dtype(np.uint8)
    raise failure(path, f"its pages have the axes {page.axes}; save one grey or RGB picture a page")


def _interleaved_shape(page: TiffPage) -> tuple[int, int, int]:
    sizes = dict(zip(page.axes, page.shape, strict=True))
    return sizes["Y"], sizes["X"], sizes["S"]


def _quantity(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Quantity:
    whole = dtype.kind in "iu" and dtype.itemsize > 1
    return RAW_COUNTS if whole and len(shape) == 2 else INTENSITY


def _contiguous(path: Path, document: TiffFile, content: Content) -> tuple[ArrayHeader, int] | None:
    """Header and offset where all frames lie one after the other without compression, else nothing."""
    page = document.pages[0]
    series = document.series[0]
    plain = page.axes == "YX" or (page.axes == "YXS" and page.dtype == np.uint8)
    plain = plain and page.photometric != _PALETTE
    if series.dataoffset is None or not plain or series.dtype is None or page.bitspersample % 8:
        return None
    frames, left = divmod(int(np.prod(series.shape, dtype=object)), int(np.prod(page.shape, dtype=object)))
    if left or frames != content.length or series.shape[-len(page.shape) :] != page.shape:
        return None
    header = ArrayHeader((frames, *page.shape), False, series.dtype.newbyteorder(document.byteorder), 0)
    if size_of(path) < series.dataoffset + header.nbytes:
        raise EOFError("the file is shorter than its pages")
    return header, series.dataoffset


class TiffRecording(FileRecording):
    """Frames that are pages, each decoded when asked for."""

    def __init__(
        self, path: Path, content: Content, file: BinaryIO, document: TiffFile, pages: list[int]
    ) -> None:
        super().__init__(path, content)
        self._file, self._document, self._pages = file, document, pages
        self._keep_open(file)

    def _read(self, first: int, stop: int) -> Frame:
        frames = np.empty((stop - first, *self.frame_shape), self.dtype)
        for position, number in enumerate(self._pages[first:stop]):
            frames[position] = self._page(number)
        return frames

    def _page(self, number: int) -> NDArray[Any]:
        page = self._document.pages[number]
        try:
            pixels = page.asarray()
        except ValueError as error:
            if "imagecodecs" not in str(error):
                raise
            pixels = self._by_pillow(number, page.compression.name)
        return _as_delivered(page, pixels)

    def _by_pillow(self, number: int, compression: str) -> NDArray[Any]:
        self._file.seek(0)
        try:
            image = TiffImagePlugin.TiffImageFile(self._file)
            image.seek(number)
        except (OSError, ValueError, KeyError, SyntaxError) as error:
            text = f"{compression} compression needs an extra package; pip install thermview[flir]"
            raise failure(self.path, text) from error
        return np.asarray(image)


def _as_delivered(page: TiffPage, pixels: NDArray[Any]) -> NDArray[Any]:
    if page.photometric == _PALETTE and page.colormap is not None and pixels.ndim == 2:
        colours: NDArray[np.uint8] = (page.colormap[:, pixels] >> 8).astype(np.uint8)
        return colours.transpose(1, 2, 0)
    if page.axes == "SYX" and pixels.shape == page.shape:
        pixels = pixels.transpose(1, 2, 0)
    if pixels.ndim == 3 and pixels.dtype == np.uint16:
        pixels = (pixels >> 8).astype(np.uint8)
    return delivered(pixels)
