"""Frames as people see them: PNG, JPEG, and clips as MP4 and GIF."""

from __future__ import annotations

import json
import os
from pathlib import Path

import cv2
from PIL import Image
from PIL.PngImagePlugin import PngInfo

import thermview
from thermview.errors import ExportError
from thermview.review.formats import ExportOptions, Shot, as_shown, clip_picture
from thermview.review.number_files import description_of

GIF_MOST_FRAMES = 200  # a GIF is for a mail; beyond this frames are left out evenly


def write_png(path: Path, shot: Shot, options: ExportOptions) -> None:
    """Write a PNG that says inside what it shows."""
    about = PngInfo()
    about.add_itxt("Description", json.dumps(description_of(shot.facts), ensure_ascii=True))
    about.add_itxt("Software", f"ThermView {thermview.__version__}")
    Image.fromarray(as_shown(shot, options)).save(path, "PNG", pnginfo=about, compress_level=2)


def write_jpeg(path: Path, shot: Shot, options: ExportOptions) -> None:
    """Write a JPEG without colour sub-sampling: palettes have sharp colours."""
    comment = json.dumps(description_of(shot.facts), ensure_ascii=True).encode("ascii")
    picture = Image.fromarray(as_shown(shot, options))
    picture.save(path, "JPEG", quality=options.jpeg_quality, subsampling=0, comment=comment[:60_000])


class Mp4Clip:
    """An MP4 (MPEG-4 part 2, which every OpenCV brings along)."""

    def __init__(self, path: Path, options: ExportOptions, count: int) -> None:
        self._path, self._options, self._frames = path, options, 0
        self._writer: cv2.VideoWriter | None = None

    def add(self, shot: Shot) -> None:
        picture = clip_picture(shot, self._options)
        if self._writer is None:
            size = (picture.shape[1], picture.shape[0])
            code = cv2.VideoWriter.fourcc(*"mp4v")
            self._writer = cv2.VideoWriter(str(self._path), code, self._options.clip_rate_hz, size)
            if not self._writer.isOpened():
                what = f"{self._path.name} ({size[0]} x {size[1]} pixels)"
                raise ExportError(f"{what} cannot be written as MP4 here; choose GIF or PNG.")
        self._writer.write(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
        self._frames += 1

    def close(self) -> None:
        """Finish the clip and look whether it is whole: OpenCV keeps silent about a full disk."""
        if self._writer is None:
            return
        self._writer.release()
        self._writer = None
        written = cv2.VideoCapture(str(self._path))
        try:
            frames = int(written.get(cv2.CAP_PROP_FRAME_COUNT)) if written.isOpened() else 0
        finally:
            written.release()
        if frames != self._frames:
            raise OSError(f"{self._path.name} holds {frames} of {self._frames} frames: is the disk full?")

    def abandon(self) -> None:
        if self._writer is not None:
            self._writer.release()
            self._writer = None


class GifClip:
    """A looping GIF; of long stretches evenly chosen frames."""

    def __init__(self, path: Path, options: ExportOptions, count: int) -> None:
        self._path, self._options = path, options
        self._step = -(-max(count, 1) // GIF_MOST_FRAMES)
        self._seen = 0
        self._pictures: list[Image.Image] = []

    def add(self, shot: Shot) -> None:
        if self._seen % self._step == 0:
            picture = Image.fromarray(clip_picture(shot, self._options))
            self._pictures.append(picture.quantize(256, Image.Quantize.FASTOCTREE))
        self._seen += 1

    def close(self) -> None:
        if not self._pictures:
            return
        first, *others = self._pictures
        duration_ms = max(round(1000 / self._options.clip_rate_hz * self._step), 20)
        first.save(self._path, "GIF", save_all=True, append_images=others, duration=duration_ms, loop=0)
        self._pictures.clear()
        if not os.path.getsize(self._path):
            raise OSError(f"{self._path.name} is empty: is the disk full?")

    def abandon(self) -> None:
        self._pictures.clear()
