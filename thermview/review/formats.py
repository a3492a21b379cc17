"""What an export format is: a name, what it makes a file of, and how to open a writer for one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from thermview.annotation import Annotation
from thermview.recording import Frame
from thermview.review.facts import FrameFacts, caption_of
from thermview.review.rendering import Sheet, render_frame, shape_with, sheet_for
from thermview.thermal.display import Display, limits, paint
from thermview.thermal.fusion import Fusion
from thermview.thermal.region_sets import RegionSet

CLIP_CAPTION_ROWS = 3  # fixed, so that a clip's pictures are all of one size


@dataclass(frozen=True)
class ExportOptions:
    """How frames are written.

    `clean`: pictures hold the frame's pixels alone, without colour bar, boxes and caption.
    `least_height`: pixels to which pictures of small frames are enlarged at least.
    `clip_margin`: frames shown before and after in clips. `clip_rate_hz`: frames per second of clips.
    `regions` are measured in the exported frames and, with `over_time`, in all frames of their recordings.
    """

    clean: bool = False
    least_height: int = 480
    jpeg_quality: int = 92
    clip_margin: int = 50
    clip_rate_hz: float = 25.0
    regions: RegionSet | None = None
    over_time: bool = False


@dataclass(frozen=True)
class Shot:
    """One frame on its way into files: as read, and how it is shown.

    `ends` are the values of the first and last colour where they are common to several frames. `fusion` is the
    visible picture that pictures show with it, except clean ones.
    """

    frame: Frame
    facts: FrameFacts
    display: Display
    annotations: Sequence[Annotation] = ()
    ends: tuple[float, float] | None = None
    fusion: Fusion | None = None


class Writer(Protocol):
    """Writes one file; OSError where that fails."""

    def add(self, shot: Shot) -> None:
        """Write one more frame."""

    def close(self) -> None:
        """Finish the file."""

    def abandon(self) -> None:
        """Let go of the file, which will be removed."""


FrameWriter = Callable[[Path, Shot, ExportOptions], None]
"""Writes a file that holds one frame; OSError where that fails."""

Opener = Callable[[Path, ExportOptions, int], Writer]
"""Opens a file for so many frames; nothing need be written before the first."""


@dataclass(frozen=True)
class Exporter:
    """One row of the table. `per`: one file per frame, per recording, or per stretch of frames."""

    name: str
    suffix: str
    text: str
    per: Literal["frame", "recording", "clip"]
    open: Opener


def as_shown(shot: Shot, options: ExportOptions, sheet: Sheet | None = None) -> NDArray[np.uint8]:
    """The picture of a frame as these options want it, (height, width, 3) uint8 RGB."""
    if options.clean:
        return paint(shot.frame, shot.display, shot.ends)
    ends = None
    if shot.frame.ndim == 2:
        ends = shot.ends or limits(shot.frame, shot.display)
    return render_frame(
        shot.frame, shot.display, shot.facts.quantity, caption_of(shot.facts, ends), shot.annotations,
        ends=ends, sheet=sheet, least_height=options.least_height, fusion=shot.fusion,
    )  # fmt: skip


def clip_picture(shot: Shot, options: ExportOptions) -> NDArray[np.uint8]:
    """The same for a clip: all its pictures are of one size with even sides, as video codecs need."""
    shape = shot.frame.shape if options.clean else shape_with(shot.fusion, shot.frame.shape)
    sheet = sheet_for(shape, options.least_height, CLIP_CAPTION_ROWS)
    picture = as_shown(shot, options, sheet)
    if options.clean:
        picture = picture.repeat(sheet.scale, axis=0).repeat(sheet.scale, axis=1)
    rows, columns = picture.shape[:2]
    return np.pad(picture, ((0, rows % 2), (0, columns % 2), (0, 0)), mode="edge")


class _OneFrame:
    """A writer of files that hold one frame each."""

    def __init__(
        self, write: Callable[[Path, Shot, ExportOptions], None], path: Path, options: ExportOptions
    ):
        self._write, self._path, self._options = write, path, options

    def add(self, shot: Shot) -> None:
        self._write(self._path, shot, self._options)

    def close(self) -> None:
        """The file was finished with its frame."""

    def abandon(self) -> None:
        """The file was finished with its frame."""


def each(write: FrameWriter) -> Opener:
    """An opener for a function that writes one frame into one file."""
    return lambda path, options, _count: _OneFrame(write, path, options)
