"""HDF5 and NeXus files: NXdata, pyThermoNDT, or the one dataset that can be frames.

NXdata: https://manual.nexusformat.org/classes/base_classes/NXdata.html. pyThermoNDT keeps
`/Data/Tdata` as (rows, columns, frames), `/MetaData/DomainValues` in seconds and
`/MetaData/LookUpTable` in kelvin.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from thermview.errors import ThermviewError
from thermview.readers.base import Content, FileRecording
from thermview.readers.failures import COPY_AGAIN, CUT_SHORT, cut_short, failure, whole_of
from thermview.readers.hdf5_cut import CutFile, stated_end, whole_frames
from thermview.readers.hdf5_source import H5_LOCK, FrameSource, along_axis, find_source
from thermview.readers.numpy_header import delivered, delivered_dtype
from thermview.readers.registry import reader
from thermview.readers.units import KELVIN_OFFSET
from thermview.readers.zipped import open_binary, split_zip_path
from thermview.recording import Frame, Recording

KIND = "HDF5 recording"
MAX_CHUNK_BYTES = 1 << 30
_CACHE_BYTES = 32 << 20
_BLOCK_BYTES = 16 << 20
_MAGIC = b"\x89HDF\r\n\x1a\n"


@reader(KIND, ".h5", ".hdf5", ".hdf", ".nxs")
def open_hdf5(path: Path) -> Recording:
    """Open the frames of an HDF5 file; only their shape and attributes are read.

    Of a file that was cut short the frames before the cut are read, where the rest of it says where they lie.
    """
    with open_binary(path) as beginning:
        if beginning.read(len(_MAGIC)) != _MAGIC:
            raise failure(path, f"does not begin like HDF5; {COPY_AGAIN}")
        end = stated_end(beginning)
        cut = end is not None and end > beginning.seek(0, os.SEEK_END)
    if not cut or end is None:
        return _opened(path, open_binary(path) if split_zip_path(path) else path)
    file = CutFile(open_binary(path), end)
    try:
        return _opened(path, file)
    except ThermviewError:
        file.close()
        raise
    except Exception as error:
        file.close()
        lost = f"{CUT_SHORT}: what says where its frames lie is lost"
        raise failure(path, f"{lost}; {COPY_AGAIN}") from error


def _opened(path: Path, file: Any) -> Recording:
    import h5py  # costs 0.1 s, which a capture without HDF5 need not pay

    with H5_LOCK:
        document = h5py.File(file, "r", locking=False, rdcc_nbytes=_CACHE_BYTES)
        try:
            source = find_source(path, document)
            _check_storage(path, source)
            return Hdf5Recording(
                path, _content(source), document, source, file if isinstance(file, CutFile) else None
            )
        except BaseException:
            document.close()
            raise


def _check_storage(path: Path, source: FrameSource) -> None:
    """Refuse pixels that lie in other files, and chunks that no memory holds."""
    dataset = source.dataset
    if dataset.is_virtual or dataset.external:
        raise failure(
            path, f"{dataset.name} points to other files, which are not opened; copy its pixels into this one"
        )
    if dataset.dtype.kind not in "biuf":
        raise failure(
            path, f"{dataset.name} holds {dataset.dtype}, which are no pixel values; save plain numbers"
        )
    chunk = int(np.prod(dataset.chunks or (1,), dtype=object)) * dataset.dtype.itemsize
    if chunk > MAX_CHUNK_BYTES:
        raise failure(
            path, f"{dataset.name} is packed in chunks of {chunk / 2**30:,.0f} GiB; save it in smaller ones"
        )


def _content(source: FrameSource) -> Content:
    dataset = source.dataset
    dtype = delivered_dtype(dataset.dtype)
    if source.kelvin or source.table is not None:
        dtype = np.dtype(np.float64 if dtype == np.float64 else np.float32)
    metadata = {"dataset": dataset.name, "stored_as": str(dataset.dtype), "shape": list(dataset.shape)}
    rate_hz = None
    if source.timestamps is not None and len(source.timestamps) > 1:
        rate_hz = float(1.0 / np.median(np.diff(source.timestamps)))
    return Content(
        KIND,
        source.length,
        source.frame_shape,
        dtype,
        source.quantity,
        rate_hz,
        source.timestamps,
        {**metadata, **source.metadata},
        source.issues,
    )


class Hdf5Recording(FileRecording):
    """Frames of one dataset, read in blocks that fit its chunks; the last block is kept."""

    def __init__(
        self,
        path: Path,
        content: Content,
        document: Any,
        source: FrameSource,
        cut: CutFile | None = None,
    ) -> None:
        """`cut` is the file that the document is read from, where it was cut short. ReadError without a whole frame."""
        super().__init__(path, content)
        self._document, self._source, self._cut = document, source, cut
        self._whole = len(self) if cut is None else self._whole_before(cut)
        frame_bytes = max(int(np.prod(content.frame_shape)) * source.dataset.dtype.itemsize, 1)
        chunk_frames = source.dataset.chunks[source.frame_axis] if self._chunked else 1
        if source.dataset.chunks is None and source.frame_axis != 0:
            chunk_frames = 64  # frames lie interleaved: one pass gives many for the cost of one
        self._block = max(min(chunk_frames, _BLOCK_BYTES // frame_bytes), 1)
        self._kept: tuple[int, Frame] | None = None
        self._keep_open(_Locked(document, cut))
        self._turned_from: Hdf5Recording | None = None

    def _whole_before(self, cut: CutFile) -> int:
        """Frames before the cut, which is told."""
        with H5_LOCK:
            whole = whole_frames(self._source, cut)
        if not whole:
            raise cut_short(self._path, 0, len(self))
        self._issues.append(
            "The file is cut short behind its frames, which are all whole."
            if whole == len(self)
            else f"The file is {whole_of(whole, len(self))}."
        )
        return whole

    @property
    def stored_shape(self) -> tuple[int, ...]:
        """The dataset's sides, in the order they are stored."""
        return tuple(int(side) for side in self._source.dataset.shape)

    @property
    def open_axis(self) -> int | None:
        """Which axis is taken to count frames where nothing in the file says it; None where something does."""
        return self._source.frame_axis if self._source.axis_open else None

    def along(self, axis: int) -> Hdf5Recording:
        """The same file with another axis for frames; this recording is part of it, close only the new one."""
        source = along_axis(self._source, axis)
        turned = Hdf5Recording(self._path, _content(source), self._document, source, self._cut)
        turned._turned_from = self  # which would close the document once nobody holds it
        return turned

    @property
    def _chunked(self) -> bool:
        return self._source.dataset.chunks is not None and self._source.frame_axis is not None

    def _read(self, first: int, stop: int) -> Frame:
        if self._kept is not None and self._kept[0] <= first and stop <= self._kept[0] + len(self._kept[1]):
            return self._kept[1][first - self._kept[0] : stop - self._kept[0]]
        if stop > self._whole:
            raise cut_short(self._path, self._whole, len(self))
        start = first // self._block * self._block
        end = min(-(-stop // self._block) * self._block, self._whole)
        with H5_LOCK:
            block = self._source.read(start, end)
        frames = self._converted(block)
        if end - start == self._block:
            self._kept = (start, frames)
        return frames[first - start : stop - start]

    def _converted(self, block: Frame) -> Frame:
        table = self._source.table
        if table is not None:
            outside = int(np.count_nonzero((block < 0) | (block >= len(table))))
            if outside:
                self._note_once(
                    "Some counts lie outside the file's temperature table; its ends are shown for them."
                )
            block = table[np.clip(block, 0, len(table) - 1)]
        if self._source.kelvin or table is not None:
            block = (block - KELVIN_OFFSET).astype(self.dtype)
        return delivered(block)


class _Locked:
    """Closes the document, and the file it is read from, while no other thread is inside the HDF5 library."""

    def __init__(self, document: Any, file: CutFile | None) -> None:
        self._document, self._file = document, file

    def close(self) -> None:
        with H5_LOCK:
            self._document.close()
        if self._file is not None:
            self._file.close()
