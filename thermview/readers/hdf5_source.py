"""Finding the frames inside an HDF5 file without leaving it: links to other files are never followed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import RLock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.readers.failures import failure
from thermview.readers.units import is_celsius, is_kelvin, stated_quantity
from thermview.recording import APPARENT_TEMPERATURE, INTENSITY, RAW_COUNTS, Frame, Quantity

H5_LOCK = RLock()  # one for all files: the library itself is entered by one thread at a time
MAX_OBJECTS = 10_000
MAX_AXIS_BYTES = 256 << 20
_MAX_LINKS = 8
_FRAME_AXIS_NAMES = frozenset(
    {"time", "t", "frame", "frames", "frame_index", "frame_time", "image", "images", "z"}
)
_SECONDS = {
    "s": 1.0,
    "sec": 1.0,
    "second": 1.0,
    "seconds": 1.0,
    "ms": 1e-3,
    "us": 1e-6,
    "µs": 1e-6,
    "ns": 1e-9,
}
# Rows and columns of common cameras: where the *first two* axes look like these, they may not be frames.
_SENSORS = frozenset({(480, 640), (512, 640), (240, 320), (256, 320), (120, 160), (288, 384), (768, 1024)})


@dataclass(frozen=True)
class FrameSource:
    """A dataset, which of its axes counts frames (None: it is one frame), and what its values mean."""

    dataset: Any
    frame_axis: int | None
    quantity: Quantity
    kelvin: bool = False
    table: NDArray[np.float64] | None = None  # counts -> kelvin
    timestamps: NDArray[np.float64] | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    issues: tuple[str, ...] = ()
    axis_open: bool = False  # nothing says which axis counts frames

    @property
    def length(self) -> int:
        """The number of frames."""
        return 1 if self.frame_axis is None else int(self.dataset.shape[self.frame_axis])

    @property
    def frame_shape(self) -> tuple[int, ...]:
        """(rows, columns)."""
        return tuple(int(n) for axis, n in enumerate(self.dataset.shape) if axis != self.frame_axis)

    def read(self, first: int, stop: int) -> Frame:
        """Frames first .. stop - 1 as (n, rows, columns), in the stored type."""
        if self.frame_axis is None:
            return np.asarray(self.dataset[()])[np.newaxis]
        chosen = tuple(slice(first, stop) if axis == self.frame_axis else slice(None) for axis in range(3))
        return np.moveaxis(np.asarray(self.dataset[chosen]), self.frame_axis, 0)


def find_source(path: Path, document: Any) -> FrameSource:
    """The frames of an open file: NXdata first, then pyThermoNDT, then the only fitting dataset."""
    for find in (_nexus, _pythermondt):
        found = find(path, document)
        if found is not None:
            return found
    return _only_dataset(path, document)


def child(path: Path, group: Any, name: str, depth: int = 0) -> Any:
    """What a name inside a group stands for, or None; ReadError for a link into another file."""
    import h5py

    here = group.file if name.startswith("/") else group
    for part in [part for part in name.split("/") if part and part != "."]:
        link = here.get(part, getlink=True) if isinstance(here, h5py.Group) else None
        if link is None:
            return None
        if isinstance(link, h5py.ExternalLink):
            raise failure(
                path, f"{name} lies in another file, which is not opened; copy its pixels into this one"
            )
        if isinstance(link, h5py.SoftLink):
            here = child(path, here, link.path, depth + 1) if depth < _MAX_LINKS else None
        else:
            here = here.get(part)
    return here


def text_of(value: Any) -> str:
    """An attribute as text; attributes come as bytes, str, or arrays of one."""
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.reshape(-1)[0]
    return (
        value.decode("utf-8", "replace")
        if isinstance(value, bytes)
        else str(value if value is not None else "")
    )


def _texts(value: Any) -> list[str]:
    if isinstance(value, (str, bytes)) or value is None:
        return [text_of(value)] if value is not None else []
    return [text_of(one) for one in np.asarray(value).reshape(-1)[:8]]


def _is_dataset(thing: Any) -> bool:
    return thing is not None and hasattr(thing, "dtype") and getattr(thing, "shape", None) is not None


def _nexus(path: Path, document: Any) -> FrameSource | None:
    group = _default_data(path, document) or _first_data(document)
    if group is None:
        return None
    dataset = child(path, group, text_of(group.attrs.get("signal", "data")))
    if not _is_dataset(dataset) or dataset.ndim not in (2, 3):
        raise failure(
            path, f"its NXdata {group.name} names no signal of two or three dimensions; export it again"
        )
    axes = _texts(group.attrs.get("axes"))
    frame_axis = None if dataset.ndim == 2 else stated_axis(dataset, axes)
    if frame_axis is None and dataset.ndim == 3 and not axes:
        return with_likely_axis(_source(dataset, None, None))
    if dataset.ndim == 3:
        frame_axis = (
            frame_axis or 0
        )  # axes that are named, none of them as frames: as the standard's examples have it
    timestamps = None
    if frame_axis is not None and frame_axis < len(axes):
        timestamps = _times(child(path, group, axes[frame_axis]), dataset.shape[frame_axis])
    return _source(dataset, frame_axis, timestamps)


def _default_data(path: Path, document: Any) -> Any:
    """The NXdata that the chain of `default` attributes leads to."""
    group = document
    for _ in range(_MAX_LINKS):
        if text_of(group.attrs.get("NX_class")) == "NXdata":
            return group
        name = text_of(group.attrs.get("default"))
        group = child(path, group, name) if name else None
        if group is None or not hasattr(group, "attrs"):
            return None
    return None


def _first_data(document: Any) -> Any:
    for thing in _objects(document):
        is_group = not hasattr(thing, "dtype")
        if is_group and (text_of(thing.attrs.get("NX_class")) == "NXdata" or "signal" in thing.attrs):
            return thing
    return None


def _objects(document: Any) -> list[Any]:
    """Everything reachable by hard links, up to a limit; other links are not followed."""
    found: list[Any] = []

    def keep(_name: str, thing: Any) -> bool | None:
        found.append(thing)
        return True if len(found) >= MAX_OBJECTS else None

    document.visititems(keep)
    return found


def _pythermondt(path: Path, document: Any) -> FrameSource | None:
    dataset = child(path, document, "/Data/Tdata")
    if not _is_dataset(dataset) or dataset.ndim != 3:
        return None
    timestamps = _times(child(path, document, "/MetaData/DomainValues"), dataset.shape[2])
    table = child(path, document, "/MetaData/LookUpTable")
    if _is_dataset(table) and table.ndim == 1 and 0 < table.size <= 1 << 20 and dataset.dtype.kind in "iu":
        kelvin = np.asarray(table[()], np.float64)
        return FrameSource(dataset, 2, APPARENT_TEMPERATURE, table=kelvin, timestamps=timestamps)
    return _source(dataset, 2, timestamps)


def _only_dataset(path: Path, document: Any) -> FrameSource:
    numeric = [thing for thing in _objects(document) if _is_dataset(thing) and thing.dtype.kind in "biuf"]
    best = [thing for thing in numeric if thing.ndim == 3] or [thing for thing in numeric if thing.ndim == 2]
    if not best:
        raise failure(path, "holds no numbers of two or three dimensions; export the frames as NXdata")
    if len(best) > 1:
        names = ", ".join(thing.name for thing in best[:4])
        raise failure(
            path, f"holds several datasets ({names}); mark the one to show as the signal of an NXdata"
        )
    dataset = best[0]
    frame_axis = None if dataset.ndim == 2 else stated_axis(dataset, [])
    source = _source(dataset, frame_axis, None)
    return with_likely_axis(source) if dataset.ndim == 3 and frame_axis is None else source


def stated_axis(dataset: Any, axes: list[str]) -> int | None:
    """Which of three axes counts frames, by an attribute or by an axis' name; None where neither says it."""
    stated = dataset.attrs.get("frame_axis")
    if stated is not None and text_of(stated).lstrip("-").isdigit():
        return int(text_of(stated)) % 3
    names = axes or _texts(dataset.attrs.get("axes")) or [dimension.label for dimension in dataset.dims]
    for axis, name in enumerate(names[:3]):
        if name.lower() in _FRAME_AXIS_NAMES:
            return axis
    return None


def with_likely_axis(source: FrameSource) -> FrameSource:
    """The first axis counts frames, as in most files, unless the first two are those of a camera."""
    first, second, last = source.dataset.shape
    axis = 2 if (first, second) in _SENSORS and (second, last) not in _SENSORS else 0
    return along_axis(source, axis, "is taken to count")


def along_axis(source: FrameSource, axis: int, words: str = "counts, as was stated,") -> FrameSource:
    """The same pixels with another axis for frames, where nothing in the file says which it is."""
    sides = " x ".join(str(side) for side in source.dataset.shape)
    issue = (
        f"The {('first', 'second', 'third')[axis]} axis of {sides} {words} the frames; nothing in the file says "
        "so. View > Frame axis takes another."
    )
    others = tuple(said for said in source.issues if "Frame axis" not in said)
    return replace(source, frame_axis=axis, timestamps=None, issues=(issue, *others), axis_open=True)


def _times(axis: Any, length: int) -> NDArray[np.float64] | None:
    """Seconds from the first frame, where an axis holds one rising, finite time a frame."""
    if not _is_dataset(axis) or axis.shape != (length,) or axis.dtype.kind not in "iuf":
        return None
    scale = _SECONDS.get(text_of(axis.attrs.get("units", "s")).lower())
    if scale is None or axis.size * 8 > MAX_AXIS_BYTES:
        return None
    times = np.asarray(axis[()], np.float64) * scale
    if not np.isfinite(times).all() or (np.diff(times) <= 0).any():
        return None
    return times - times[0] if length else times


def _source(dataset: Any, frame_axis: int | None, timestamps: NDArray[np.float64] | None) -> FrameSource:
    unit = text_of(dataset.attrs.get("units", dataset.attrs.get("unit", "")))
    stated = stated_quantity({"quantity": text_of(dataset.attrs.get("quantity", "")), "unit": unit})
    if stated is not None:
        return FrameSource(dataset, frame_axis, stated, timestamps=timestamps)
    if is_celsius(unit) or is_kelvin(unit):
        kelvin = is_kelvin(unit)
        return FrameSource(dataset, frame_axis, APPARENT_TEMPERATURE, kelvin, timestamps=timestamps)
    whole = dataset.dtype.kind in "iu"
    quantity = RAW_COUNTS if whole else INTENSITY
    issues = (f"The unit {unit!r} is not known; values are shown as stored.",) if unit and not whole else ()
    return FrameSource(dataset, frame_axis, quantity, timestamps=timestamps, issues=issues)
