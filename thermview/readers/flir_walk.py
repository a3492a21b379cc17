"""The frames of a FLIR sequence, found by what their headers say; the four letters alone prove nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from thermview.readers.flir_camera import CAMERA_BYTES, Camera, read_camera, read_date
from thermview.readers.flir_pixels import RawImage, find_counts
from thermview.readers.flir_records import (
    CAMERA,
    RAW_IMAGE,
    CutError,
    FormatError,
    Frame,
    Source,
    read_frame,
)

MAX_FRAMES = 10_000_000
_CHUNK = 1 << 20
_OVERLAP = 23
# the letters and, at +20, a small version in either byte order
_LIKE_A_HEADER = re.compile(rb"[FA]FF\0(?=.{16}(?:[^\0][\0-\3]\0\0|\0\0[\0-\3][^\0]))", re.DOTALL)
_MAX_REFUSED = 2_000  # then the file is made to waste time
_SILENT_GAP = 4096  # bytes that writers leave between frames or behind the last


@dataclass(frozen=True)
class ThermalFrame:
    """One frame of a FLIR file: its records, its counts, its camera, and when it was taken."""

    table: Frame
    image: RawImage
    camera: Camera
    date: datetime | None

    @property
    def size(self) -> tuple[int, int]:
        """(rows, columns)"""
        return self.image.rows, self.image.columns


def open_frame(source: Source, start: int = 0) -> ThermalFrame:
    """The frame that begins at `start`, without its pixels; FormatError, or CutError where it is not whole."""
    table = read_frame(source, start)
    raw, camera = table.find(RAW_IMAGE), table.find(CAMERA)
    if raw is None or camera is None:
        raise FormatError("it holds no picture of counts with a camera record")
    if table.stop > source.size:
        raise CutError("ends too early")
    about = source.whole(camera.offset, min(camera.length, CAMERA_BYTES))
    return ThermalFrame(table, find_counts(source, raw), read_camera(about), read_date(about))


class Walk:
    """Goes from frame to frame; `issues` say what was passed over."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self.source = Source(file, [(0, size)])
        self.issues: list[str] = []
        self._refused = 0

    def frames(self) -> list[ThermalFrame]:
        """Every whole frame of the size of the first; FormatError where there is none."""
        found: list[ThermalFrame] = []
        for frame in self._whole_frames():
            if found and frame.size != found[0].size:
                self.issues.append(
                    f"Frame index {len(found)} has another size than those before; "
                    f"frames from it on are left out."
                )
                break
            found.append(frame)
            if len(found) >= MAX_FRAMES:
                raise FormatError(f"it holds more than {MAX_FRAMES:,} frames")
        return found

    def _whole_frames(self) -> Iterator[ThermalFrame]:
        place = 0
        while place < self.source.size:
            try:
                frame = open_frame(self.source, place)
            except FormatError as error:
                beyond = self._next_start(place + 1)
                if place == 0 and beyond >= self.source.size:
                    raise
                self._note_gap(place, beyond, isinstance(error, CutError))
                place = beyond
                continue
            yield frame
            place = frame.table.stop

    def _note_gap(self, place: int, beyond: int, cut: bool) -> None:
        """Say what is passed over between two frames, or behind the last."""
        if cut and beyond >= self.source.size:
            self.issues.append(
                "The recording is cut: its last frame is not whole and is left out; "
                "copy it again from where it was recorded."
            )
        elif beyond - place > _SILENT_GAP:
            self.issues.append(
                f"Part of the recording is damaged: {beyond - place:,} bytes from byte {place:,} on "
                f"hold no whole frame and are passed over."
            )

    def _next_start(self, place: int) -> int:
        """Where the next whole frame begins, or the size of the file where none does."""
        while place < self.source.size:
            chunk = self.source.read(place, _CHUNK)
            for match in _LIKE_A_HEADER.finditer(chunk):
                if self._refused >= _MAX_REFUSED:
                    return self.source.size
                if self._is_frame(place + match.start()):
                    return place + match.start()
                self._refused += 1
            place += max(len(chunk) - _OVERLAP, 1)
            if len(chunk) <= _OVERLAP:
                break
        return self.source.size

    def _is_frame(self, place: int) -> bool:
        try:
            open_frame(self.source, place)
        except FormatError:
            return False
        return True


def times_of(frames: list[ThermalFrame]) -> NDArray[np.float64] | None:
    """Seconds from the first frame to each; None where a frame has no date or they do not run forward."""
    dates = [frame.date for frame in frames]
    first = dates[0]
    if len(frames) < 2 or first is None:
        return None
    times = np.array([np.nan if date is None else (date - first).total_seconds() for date in dates])
    return times if bool((np.diff(times) >= 0).all()) and times[-1] > 0 else None


def size_of_open(file: BinaryIO) -> int:
    """Bytes of an open file."""
    return file.seek(0, os.SEEK_END)
