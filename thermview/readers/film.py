"""Films: AVI, MP4 and MOV, whose pixels are colours made for eyes. Every frame is reachable exactly.

Decoded by the FFmpeg inside OpenCV, else by PyAV where it is installed. A seek in a film is only trusted
when the decoder says that it stands where it was sent; else the film is read again from its start.
"""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.readers.base import Content, FileRecording
from thermview.readers.failures import failure
from thermview.readers.film_decoders import Decoder, open_decoder
from thermview.readers.registry import reader
from thermview.readers.zipped import open_binary, split_zip_path
from thermview.recording import INTENSITY, Frame, Recording

KIND = "film"
MAX_FRAMES = 100_000_000
_MAX_COUNTED = 20_000  # read through at opening where a film does not state its length
_KEPT_FRAMES = 48
_LEAD_FRAMES = 16  # read before a frame that was gone back to, as the next step goes back too
_NEAR_FRAMES = 64  # reading on is cheaper than seeking up to here
_GREY_SAMPLES = 4
_MAX_GREY_LEVELS = 2  # channels of grey film differ by rounding of the colour conversion


@reader(KIND, ".avi", ".mp4", ".m4v", ".mov")
def open_film(path: Path) -> Recording:
    """Open a film; frames are (rows, columns) of 8 bits where it is grey, else RGB."""
    if split_zip_path(path) is not None:
        raise failure(path, "films inside a zip are not opened; unpack it first")
    with open_binary(path) as file:
        start = file.read(16)
    if not (start[:4] == b"RIFF" and start[8:11] == b"AVI") and start[4:8] not in (
        b"ftyp",
        b"moov",
        b"mdat",
        b"wide",
    ):
        raise failure(path, "begins like no AVI, MP4 or MOV; copy it again from where it was recorded")
    decoder = open_decoder(path)
    try:
        return FilmRecording(path, _content(path, decoder), decoder)
    except BaseException:
        decoder.close()
        raise


def _content(path: Path, decoder: Decoder) -> Content:
    first = decoder.read()
    if first is None:
        raise failure(
            path, "not one frame of this film can be decoded; convert it to MP4 (H.264) and open that"
        )
    length = decoder.count if decoder.count > 0 else _counted(path, decoder)
    if length > MAX_FRAMES:
        raise failure(
            path, f"states {length:,} frames, which no film has; convert it to MP4 (H.264) and open that"
        )
    shape = first.shape[:2] if _is_grey_film(decoder, first, length) else first.shape
    decoder.rewind()
    metadata: dict[str, Any] = {"codec": decoder.codec, "temperature": "no temperature data in this film"}
    rate_hz = decoder.frame_rate if 0 < decoder.frame_rate < 1e6 else None
    return Content(KIND, length, shape, np.dtype(np.uint8), INTENSITY, rate_hz, None, metadata)


def _counted(path: Path, decoder: Decoder) -> int:
    """How many frames a film has that does not say so, as one that was recorded live: by reading it once."""
    decoder.rewind()
    for count in range(_MAX_COUNTED + 1):
        if decoder.read() is None:
            return count
    raise failure(
        path, "long, and does not say how many frames it has; convert it to MP4 (H.264) and open that"
    )


def _is_grey_film(decoder: Decoder, first: NDArray[np.uint8], length: int) -> bool:
    """True when a few frames over the whole film have equal channels."""
    samples = [first]
    for part in range(1, _GREY_SAMPLES):
        if length > _GREY_SAMPLES and decoder.seek(length * part // _GREY_SAMPLES):
            frame = decoder.read()
            samples += [frame] if frame is not None else []
    return all(_is_grey(frame) for frame in samples)


def _is_grey(frame: NDArray[np.uint8]) -> bool:
    return bool((np.ptp(frame, axis=2) <= _MAX_GREY_LEVELS).all())


class FilmRecording(FileRecording):
    """Frames of a film; the last ones are kept, as an engineer steps to and fro."""

    def __init__(self, path: Path, content: Content, decoder: Decoder) -> None:
        super().__init__(path, content)
        self._decoder = decoder
        self._next = 0
        self._kept: OrderedDict[int, NDArray[np.uint8]] = OrderedDict()
        self._keep_open(decoder)

    @property
    def loaded(self) -> int:
        return 0

    def _read(self, first: int, stop: int) -> Frame:
        if stop - first == 1:
            return self._one(first)[np.newaxis]
        frames = np.empty((stop - first, *self.frame_shape), np.uint8)
        for position in range(stop - first):
            frames[position] = self._one(first + position)
        return frames

    def _one(self, index: int) -> NDArray[np.uint8]:
        found = self._kept.get(index)
        if found is not None:
            return found
        if not self._next <= index <= self._next + _NEAR_FRAMES:
            self._go_to(max(index - _LEAD_FRAMES, 0) if index < self._next else index)
        while self._next <= index:
            self._read_on()
        return self._kept[index]

    def _go_to(self, index: int) -> None:
        """Stand before a frame: by a seek that can be trusted, else by reading from the start."""
        if index and self._decoder.seek(index):
            self._next = index
            return
        self._decoder.rewind()
        self._next = 0

    def _read_on(self) -> None:
        frame = self._decoder.read()
        if frame is None:
            whole = f"only its first {self._next:,} of {len(self):,} frames can be decoded"
            self._note_once(f"The film ends early: {whole}.")
            self._decoder.rewind()
            self._next = 0
            raise failure(self._path, f"{whole}; copy it again from where it was recorded")
        if len(self.frame_shape) == 2:
            frame = frame[:, :, 1]
        if frame.shape != self.frame_shape:
            raise failure(
                self._path, f"frame {self._next} has another size; convert it to MP4 (H.264) and open that"
            )
        kept = np.ascontiguousarray(frame)
        kept.flags.writeable = False
        self._kept[self._next] = kept
        self._next += 1
        while len(self._kept) > _KEPT_FRAMES:
            self._kept.popitem(last=False)
