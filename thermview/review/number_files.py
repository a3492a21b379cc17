"""Frames as numbers: TIFF, CSV, NumPy, HDF5; each says which quantity in which unit."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import tifffile
from numpy.typing import NDArray

import thermview
from thermview.recording import Frame
from thermview.review.facts import COLOURS, FrameFacts
from thermview.review.forgiving_file import ForgivingFile
from thermview.review.formats import ExportOptions, Shot
from thermview.review.measured import flat_text
from thermview.review.typeface import plain_line

_CHANNELS = ("red", "green", "blue", "alpha")


def description_of(facts: FrameFacts) -> dict[str, Any]:
    """What a file says of the frame inside, as JSON-able values."""
    conditions = {"conditions": dict(facts.conditions)} if facts.conditions else {}
    filtered = {"filter": facts.filtered} if facts.filtered else {}
    return {
        "program": f"ThermView {thermview.__version__}",
        "recording": facts.recording,
        "source": facts.source,
        "frame": facts.frame,
        "time_s": facts.time_s,
        "quantity": facts.quantity.name,
        "unit": facts.quantity.unit,
        "estimated": facts.quantity.estimated,
        **conditions,
        **filtered,
    }


def stored(frame: Frame) -> NDArray[Any]:
    """The frame in the narrowest type that TIFF readers share and that keeps every value.

    Integers become 16-bit where their values fit, else 32-bit or float64; floats become float32
    (float64 where that would change a value). Colours stay 8-bit.
    """
    if frame.ndim == 3:
        return np.ascontiguousarray(frame)
    if frame.dtype.kind == "f":
        narrow = frame.astype(np.float32)
        return narrow if np.array_equal(narrow, frame, equal_nan=True) else frame.astype(np.float64)
    low, high = int(frame.min(initial=0)), int(frame.max(initial=0))
    for dtype in (np.uint16, np.int16, np.uint32, np.int32):
        if np.iinfo(dtype).min <= low and high <= np.iinfo(dtype).max:
            return frame.astype(dtype)
    return frame.astype(np.float64)


def write_tiff(path: Path, shot: Shot, options: ExportOptions) -> None:
    """Write a TIFF whose ImageDescription names quantity, unit, time and source as JSON."""
    pixels = stored(shot.frame)
    colours = pixels.ndim == 3
    # metadata=None keeps tifffile from adding a description of its own.
    tifffile.imwrite(
        path, pixels, photometric="rgb" if colours else "minisblack", metadata=None,
        description=_ascii_json(description_of(shot.facts)), software=f"ThermView {thermview.__version__}",
        extrasamples=("unassalpha",) if colours and pixels.shape[2] == 4 else None,
    )  # fmt: skip


def _ascii_json(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=True)  # TIFF's text is 7-bit


def write_npy(path: Path, shot: Shot, options: ExportOptions) -> None:
    """Write the frame in its own type, (rows, columns) or (rows, columns, channels)."""
    with path.open("wb") as stream:
        np.save(stream, np.ascontiguousarray(shot.frame), allow_pickle=False)


def write_csv(path: Path, shot: Shot, options: ExportOptions) -> None:
    """Write one line per row of pixels below lines that begin with # and name quantity and unit.

    Each header line is one quoted cell, so that no name can become a formula. Every number reads back as
    the same value. Of colours each pixel gives one column per channel.
    """
    frame = shot.frame
    header = _csv_header(shot.facts, frame.shape)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerows([plain_line(line)] for line in header)
        form = _number_form(frame)
        for row in frame.reshape(frame.shape[0], -1).tolist():
            stream.write(",".join([form % value for value in row]))
            stream.write("\n")


def _csv_header(facts: FrameFacts, shape: tuple[int, ...]) -> list[str]:
    time = "unknown" if facts.time_s is None else f"{facts.time_s:.6f}"
    lines = [f"# recording: {facts.recording}", f"# frame: {facts.frame}", f"# time_s: {time}"]
    if facts.quantity == COLOURS:
        channels = " ".join(_CHANNELS[: shape[2]] if len(shape) == 3 else ())
        return [*lines, f"# quantity: colours (no temperature), per pixel {channels}", "# unit: none"]
    estimated = "estimated " if facts.quantity.estimated and "estimated" not in facts.quantity.name else ""
    return [
        *lines,
        f"# quantity: {estimated}{facts.quantity.name}",
        f"# unit: {facts.quantity.unit or 'none'}",
        *([f"# conditions: {flat_text(facts.conditions)}"] if facts.conditions else []),
        *([f"# filter: {facts.filtered}"] if facts.filtered else []),
    ]


def _number_form(frame: Frame) -> str:
    """The shortest form of numbers that keeps all of this frame's values."""
    if frame.dtype.kind in "iub":
        return "%d"
    exact = frame.astype(np.float64)
    for decimals in (2, 3, 4):
        if np.array_equal(np.round(exact, decimals).astype(frame.dtype), frame, equal_nan=True):
            return f"%.{decimals}f"
    return "%.9g" if frame.dtype.itemsize <= 4 else "%.17g"


class H5Frames:
    """One HDF5 file with all exported frames of a recording as NeXus NXdata.

    `/entry/data/frames` (frames, rows, columns[, channels]) in the recording's own type, with `frame_index`
    (from 0) and, where the recording has a clock, `time` in seconds. See
    https://manual.nexusformat.org/classes/base_classes/NXdata.html.
    """

    def __init__(self, path: Path, options: ExportOptions, count: int) -> None:
        self._path, self._count = path, count
        self._disk: ForgivingFile | None = None
        self._file: h5py.File | None = None
        self._indices: list[int] = []
        self._times: list[float] = []

    def add(self, shot: Shot) -> None:
        if self._disk is None:
            self._disk = ForgivingFile(self._path)
            self._begin(shot)
        n = len(self._indices)
        if n >= self._frames.shape[0]:
            self._frames.resize(n + 1, axis=0)
        self._frames[n] = shot.frame
        self._disk.check()
        self._indices.append(shot.facts.frame)
        self._times.append(math.nan if shot.facts.time_s is None else shot.facts.time_s)

    def _begin(self, shot: Shot) -> None:
        facts, shape = shot.facts, shot.frame.shape
        file = self._file = h5py.File(self._disk, "w")
        file.attrs.update({"NX_class": "NXroot", "default": "entry", "creator": "ThermView"})
        file.attrs["creator_version"] = thermview.__version__
        entry = file.create_group("entry")
        entry.attrs.update({"NX_class": "NXentry", "default": "data"})
        entry["title"] = _h5_text(facts.recording)
        self._data = entry.create_group("data")
        self._data.attrs.update({"NX_class": "NXdata", "signal": "frames"})
        self._frames = self._data.create_dataset(
            "frames", (max(self._count, 1), *shape), shot.frame.dtype, maxshape=(None, *shape),
            chunks=(1, *shape), compression="gzip", compression_opts=4, shuffle=True, track_times=False,
        )  # fmt: skip
        described = description_of(facts)
        for key in ("recording", "source", "quantity"):
            self._frames.attrs[key] = _h5_text(described[key])
        self._frames.attrs["estimated"] = facts.quantity.estimated
        self._frames.attrs["units"] = facts.quantity.unit
        self._frames.attrs["long_name"] = facts.quantity.label
        if facts.conditions:
            self._frames.attrs["conditions"] = _ascii_json(dict(facts.conditions))
        if facts.filtered:
            self._frames.attrs["filter"] = _h5_text(facts.filtered)

    def _end(self) -> None:
        self._frames.resize(len(self._indices), axis=0)
        rows, columns = self._frames.shape[1:3]
        axes: dict[str, tuple[Sequence[float], str]] = {
            "frame_index": (self._indices, ""),
            "row": (range(rows), "pixel"),
            "column": (range(columns), "pixel"),
        }
        first = "frame_index"
        if not any(math.isnan(time) for time in self._times):
            first, axes["time"] = "time", (self._times, "s")
        for name, (values, unit) in axes.items():
            kind = np.float64 if name == "time" else np.int64
            axis = self._data.create_dataset(name, data=np.array(values, kind), track_times=False)
            axis.attrs["units"] = unit
        self._data.attrs["axes"] = [first, "row", "column", "."][: self._frames.ndim]
        self._data.attrs["frame_index_indices"] = 0

    def close(self) -> None:
        if self._disk is None:
            return
        disk = self._disk
        self._end()
        self.abandon()
        disk.check()

    def abandon(self) -> None:
        if self._disk is not None:
            disk, self._disk = self._disk, None
            if self._file is not None:
                self._file.close()
            disk.close()


def _h5_text(text: str) -> str:
    """Text as HDF5 takes it: without NUL and what is no Unicode."""
    return text.replace("\0", " ").encode("utf-8", "backslashreplace").decode("utf-8")
