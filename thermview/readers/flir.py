"""FLIR camera files: radiometric JPEG, FFF, SEQ and CSQ, as apparent temperatures in °C.

A JPEG carries the file of the camera in APP1 segments: "FLIR", 0, version, number of the part, number of the last
part, and up to 64 kB of it (ExifTool's documentation of FLIR tags).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from thermview.readers.base import Content
from thermview.readers.celsius import Celsius, CelsiusRecording
from thermview.readers.failures import failure, reading
from thermview.readers.flir_counts import Counts, FlirCounts
from thermview.readers.flir_extras import extras
from thermview.readers.flir_pixels import NEEDS_EXTRA, lacks_extra
from thermview.readers.flir_records import MAGICS, FormatError, Source
from thermview.readers.flir_walk import ThermalFrame, Walk, open_frame, size_of_open, times_of
from thermview.readers.picture import open_picture
from thermview.readers.registry import reader
from thermview.readers.zipped import open_binary
from thermview.recording import APPARENT_TEMPERATURE, Frame, Recording, check_index
from thermview.thermal.conditions import Changes, change_text, checked, doubts, with_changes
from thermview.thermal.radiometry import Conditions, celsius_of

PICTURE, SEQUENCE = "FLIR picture", "FLIR sequence"
_FLIR = b"FLIR\0"
_MARKER_BYTES = 12
_START_OF_SCAN, _APP1 = 0xDA, 0xE1
_MAX_SEGMENTS = 4096
_RATE_TOLERANCE = 0.2


def _is_radiometric_jpeg(path: Path) -> bool:
    """True where a JPEG has a part of a FLIR camera's file in it; reads no further than that."""
    with open_binary(path) as file:
        return next(_parts(file), None) is not None


@reader(PICTURE, ".jpg", ".jpeg", ".jpe", claims=_is_radiometric_jpeg)
def open_flir_picture(path: Path) -> Recording:
    """Open a radiometric JPEG; as a mere picture, which says so, where its camera data cannot be used."""
    with open_binary(path) as file:
        try:
            source = Source(file, _spans(file))
            frame = open_frame(source)
        except FormatError:
            return open_picture(path)
        _check_extra(path, [frame])
        content = _content(PICTURE, [frame], extras(source, frame.table), [])
    return FlirRecording(path, content, FlirCounts(path, [frame], source, None))


@reader(SEQUENCE, ".fff", ".seq", ".csq")
def open_flir_sequence(path: Path) -> Recording:
    """Open frames as a FLIR camera stores them without a JPEG: one (FFF) or many (SEQ, CSQ)."""
    file = open_binary(path)
    try:
        if file.read(4) not in MAGICS:
            raise failure(path, "begins like no FLIR file; copy it again from where it was recorded")
        walk = Walk(file, size_of_open(file))
        frames = walk.frames()
        _check_extra(path, frames)
        kind = SEQUENCE if len(frames) > 1 else PICTURE
        content = _content(kind, frames, extras(walk.source, frames[0].table), walk.issues)
        return FlirRecording(path, content, FlirCounts(path, frames, walk.source, file))
    except BaseException:
        file.close()
        raise


def camera_source(path: Path, file: BinaryIO) -> Source:
    """The camera's own file inside an open JPEG, or the open file itself; FormatError where there is none."""
    if path.suffix.lower() in (".jpg", ".jpeg", ".jpe"):
        return Source(file, _spans(file))
    return Source(file, [(0, size_of_open(file))])


def _check_extra(path: Path, frames: list[ThermalFrame]) -> None:
    if lacks_extra({frame.image.packing for frame in frames}):
        raise failure(path, NEEDS_EXTRA)


def _parts(file: BinaryIO) -> Iterator[tuple[int, int, int, int]]:
    """(number, last number, start, length) of the parts of a FLIR file in a JPEG, up to its pixels."""
    file.seek(0)
    if file.read(2) != b"\xff\xd8":
        return
    place = 2
    for _ in range(_MAX_SEGMENTS):
        file.seek(place, os.SEEK_SET)
        head = file.read(_MARKER_BYTES)
        length = int.from_bytes(head[2:4], "big")
        if len(head) < 4 or head[0] != 0xFF or head[1] == _START_OF_SCAN or length < 2:
            return
        if head[1] == _APP1 and head[4:9] == _FLIR and length >= _MARKER_BYTES - 2:
            yield head[10], head[11], place + _MARKER_BYTES, length + 2 - _MARKER_BYTES
        place += 2 + length


def _spans(file: BinaryIO) -> list[tuple[int, int]]:
    """Where the parts lie, in order; FormatError where one is missing or they contradict each other."""
    parts = list(_parts(file))
    last = parts[0][1] if parts else -1
    spans = {number: (start, length) for number, _, start, length in parts}
    if len(spans) != len(parts) or sorted(spans) != list(range(last + 1)):
        raise FormatError("a part of the camera's data is missing")
    return [spans[number] for number in range(last + 1)]


def _content(kind: str, frames: list[ThermalFrame], more: dict[str, Any], issues: list[str]) -> Content:
    first = frames[0]
    metadata = first.camera.metadata() | more
    metadata["packing"] = first.image.packing
    if first.date is not None:
        metadata["date"] = first.date.isoformat(timespec="milliseconds")
    issues = list(issues)
    if any(frame.camera.conditions != first.camera.conditions for frame in frames):
        issues.append(
            "Emissivity or other conditions change from frame to frame; each frame is read with its own."
        )
    rate, times = _clock(frames, issues)
    shape = (first.image.rows, first.image.columns)
    return Content(
        kind,
        len(frames),
        shape,
        np.dtype(np.float32),
        APPARENT_TEMPERATURE,
        rate,
        times,
        metadata,
        tuple(issues),
    )


def _clock(frames: list[ThermalFrame], issues: list[str]) -> tuple[float | None, NDArray[np.float64] | None]:
    """Frame rate and times. The stated rate is the camera's, not that of recording: the frames' dates decide."""
    if len(frames) < 2:
        return None, None
    stated, times = frames[0].camera.frame_rate, times_of(frames)
    if times is None:
        if any(frame.date is not None for frame in frames):
            instead = "are those of the stated frame rate" if stated else "are unknown"
            issues.append(f"The dates of the frames stand still or run backwards; times {instead}.")
        return stated, None
    step_s = float(times[-1]) / (len(times) - 1)
    if stated is not None and abs(stated * step_s - 1) <= _RATE_TOLERANCE:
        return stated, times
    if stated is not None:
        issues.append(
            f"The camera states {stated:g} Hz, but its frames are {step_s:.4g} s apart on average; "
            f"times are those of the frames."
        )
    return 1 / step_s, times


class FlirRecording(CelsiusRecording):
    """Counts looked up in the table of temperatures that their frame's camera and conditions make.

    A change of conditions gives another recording on the same counts. It differs from the file in the conditions
    that are named in `changes`; each frame keeps its own of all others.
    """

    def __init__(
        self, path: Path, content: Content, counts: FlirCounts, changes: Changes | None = None
    ) -> None:
        self._stated, self._counts, self._changes = content, counts, dict(changes or {})
        super().__init__(path, self._changed_content())
        self._files.append(counts)  # closed with any of the recordings on it, at the latest with the last

    @property
    def camera_id(self) -> str:
        """Model and serial number; empty where the camera tells no serial number."""
        texts = dict(self._counts.frames[0].camera.texts)
        serial = texts.get("camera_serial", "")
        return f"{texts.get('camera', '')} {serial}".strip() if serial else ""

    @property
    def file_conditions(self) -> Conditions:
        """What the file states for its first frame, made usable."""
        return self._counts.frames[0].camera.conditions

    @property
    def conditions(self) -> Conditions:
        """What the first frame is measured under."""
        return with_changes(self.file_conditions, self._changes)

    @property
    def changes(self) -> Changes:
        """What differs from the file."""
        return MappingProxyType(self._changes)

    def with_changes(self, changes: Changes) -> FlirRecording:
        """The recording under other conditions, {} for those of the file; ConditionsError for unusable ones."""
        return FlirRecording(self._path, self._stated, self._counts, checked(changes))

    @property
    def loaded(self) -> int:
        return int(len(self) == 1 and self._counts.at_hand(0) is not None)

    def at_hand(self, index: int) -> Celsius | None:
        """A frame whose counts were decoded lately, or None."""
        counts = self._counts.at_hand(index)
        return None if counts is None else self._celsius(counts, index)

    def celsius_of(
        self, counts: NDArray[np.unsignedinteger[Any]], conditions: Conditions, index: int = 0
    ) -> Celsius:
        """°C of counts of frame `index` under any conditions."""
        return celsius_of(counts, self._counts.frames[index].camera.constants, conditions)

    def counts(self, index: int) -> Counts:
        """The raw counts of a frame, (rows, columns); IndexError, or ReadError where the file fails."""
        check_index(index, len(self))
        with reading(self._path, self.kind):
            return self._counts.of(index)

    def _changed_content(self) -> Content:
        """What the file says, with the changed conditions in place of its own and doubts about either."""
        changes, stated = self._changes, self._stated
        camera = self._counts.frames[0].camera
        issues = [text for name, text in camera.replaced if name not in changes]
        issues += [text for _, text in doubts(self.conditions, changes)]
        metadata = {**stated.metadata, **changes}
        if changes:
            told = change_text(changes, camera.conditions)
            issues.insert(0, f"Conditions changed: {told}.")
            metadata["file_conditions"] = {name: stated.metadata[name] for name in changes}
        return replace(stated, metadata=metadata, issues=(*issues, *stated.issues))

    def _celsius(self, counts: Counts, index: int) -> Celsius:
        camera = self._counts.frames[index].camera
        celsius = self.celsius_of(counts, with_changes(camera.conditions, self._changes), index)
        most = camera.counts[1] or 0xFFFF
        saturated = {f"are saturated (at or above {most:,} raw counts)": counts >= most}
        self._note_limits(celsius, index, camera.range_c, saturated)
        celsius.flags.writeable = False
        return celsius

    def _read(self, first: int, stop: int) -> Frame:
        if stop - first == 1:
            return self._celsius(self._counts.of(first), first)[np.newaxis]
        celsius = np.empty((stop - first, *self.frame_shape), np.float32)
        for index in range(first, stop):
            celsius[index - first] = self._celsius(self._counts.of(index), index)
        return celsius
