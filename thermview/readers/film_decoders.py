"""Two ways to decode a film, alike to their user: OpenCV's FFmpeg, and PyAV where it is installed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from thermview.readers.failures import failure

# FFmpeg's AV_LOG_QUIET. Read once, when OpenCV first opens or writes a film: so it is set at import.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")


class Decoder(Protocol):
    """Gives RGB frames (rows, columns, 3) of uint8 in order.

    `count` (frames) and `frame_rate` (Hz) are what the film states of itself.
    """

    count: int
    frame_rate: float
    codec: str

    def read(self) -> NDArray[np.uint8] | None:
        """The next frame, or None at the end."""

    def rewind(self) -> None:
        """Stand before the first frame."""

    def seek(self, index: int) -> bool:
        """Stand before a frame; False when that cannot be told, and then `rewind` must follow."""

    def close(self) -> None: ...


def open_decoder(path: Path) -> Decoder:
    """The first decoder that can open the film; ReadError with what to do when none can."""
    for kind in (OpenCvDecoder, PyAvDecoder):
        try:
            return kind(path)
        except (ImportError, OSError, ValueError, AttributeError):  # PyAV: no decoder, no attributes
            continue
    raise failure(
        path, "this film cannot be decoded; convert it to MP4 (H.264), or pip install thermview[video]"
    )


class OpenCvDecoder:
    """A film decoded by the FFmpeg that comes with OpenCV."""

    def __init__(self, path: Path) -> None:
        import cv2  # costs 0.1 s, which a capture without films need not pay

        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
        self._cv2, self._path = cv2, path
        self._film = self._opened()
        self.count = int(self._film.get(cv2.CAP_PROP_FRAME_COUNT))
        self.frame_rate = float(self._film.get(cv2.CAP_PROP_FPS))
        code = int(self._film.get(cv2.CAP_PROP_FOURCC)) & 0xFFFFFFFF
        self.codec = code.to_bytes(4, "little").decode("ascii", "replace").strip("\0 ")

    def _opened(self) -> Any:
        film = self._cv2.VideoCapture(str(self._path), self._cv2.CAP_FFMPEG)
        if not film.isOpened():
            film.release()
            raise OSError("not a film that OpenCV reads")
        return film

    def read(self) -> NDArray[np.uint8] | None:
        good, frame = self._film.read()
        return (
            np.ascontiguousarray(frame[:, :, ::-1])
            if good and frame is not None and frame.ndim == 3
            else None
        )

    def rewind(self) -> None:
        self._film.release()
        self._film = self._opened()

    def seek(self, index: int) -> bool:
        """Trusted only where the decoder's clock then shows the time of the frame before."""
        self._film.set(self._cv2.CAP_PROP_POS_FRAMES, index - 1)
        if self.frame_rate <= 0 or not self._film.grab():
            return False
        stands = int(self._film.get(self._cv2.CAP_PROP_POS_FRAMES)) == index
        time_ms = float(self._film.get(self._cv2.CAP_PROP_POS_MSEC))
        return stands and abs(time_ms * self.frame_rate / 1000 - (index - 1)) < 0.25

    def close(self) -> None:
        self._film.release()


class PyAvDecoder:
    """A film decoded by PyAV: in order only, and again from the start where it must go back."""

    def __init__(self, path: Path) -> None:
        import av

        self._av, self._path = av, path
        self.rewind()
        stream = self._container.streams.video[0]
        self.frame_rate = float(stream.average_rate or 0)
        self.count = int(stream.frames)
        self.codec = str(stream.codec_context.name)

    def read(self) -> NDArray[np.uint8] | None:
        frame = next(self._frames, None)
        return None if frame is None else frame.to_ndarray(format="rgb24")

    def rewind(self) -> None:
        self.close()
        self._container: Any = self._av.open(str(self._path))
        if not self._container.streams.video:
            raise ValueError("a film without pictures")
        self._frames = self._container.decode(video=0)

    def seek(self, index: int) -> bool:
        """Never trusted: time stamps of films that only PyAV opens are often wrong."""
        return False

    def close(self) -> None:
        container = getattr(self, "_container", None)
        if container is not None:
            container.close()
