"""Small pictures of recordings, made in a thread; no Qt object here is touched by that thread."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from thermview.errors import ThermviewError, reason
from thermview.jobs import Progress, Steps
from thermview.readers import open_recording
from thermview.thermal.display import Display, paint

WIDTH, HEIGHT = 80, 60
_KEPT = 600  # thumbnails of 14 kB each


@dataclass(frozen=True)
class Thumbnail:
    """The first frame, (rows, columns, 3) uint8 RGB; None where it does not read, `problem` saying why."""

    relative: str
    pixels: NDArray[np.uint8] | None
    problem: str = ""


class ThumbnailCache:
    """The thumbnails used last."""

    def __init__(self, kept: int = _KEPT) -> None:
        self._kept = kept
        self._items: OrderedDict[tuple[str, str], Any] = OrderedDict()

    def get(self, relative: str, palette: str) -> Any:
        """What was put there, or None."""
        item = self._items.get((relative, palette))
        if item is not None:
            self._items.move_to_end((relative, palette))
        return item

    def put(self, relative: str, palette: str, item: Any) -> None:
        """Keep an item, dropping the one not used for longest."""
        self._items[(relative, palette)] = item
        while len(self._items) > self._kept:
            self._items.popitem(last=False)

    def clear(self) -> None:
        """Another capture is open."""
        self._items.clear()


def thumbnail_steps(
    root: Path, wanted: Sequence[str], palette: str, scale: float = 1.0
) -> Callable[[], Steps]:
    """Makes a Thumbnail of each path below `root`; one that does not read says so and the rest goes on."""

    def steps() -> Steps:
        for done, relative in enumerate(wanted, 1):
            yield Progress(done, len(wanted), _thumbnail(root, relative, palette, scale), "pictures")

    return steps


def _thumbnail(root: Path, relative: str, palette: str, scale: float) -> Thumbnail:
    try:
        recording = open_recording(root / relative)
        try:
            picture = paint(recording.frame(0), Display(palette=palette))
        finally:
            recording.close()
    except ThermviewError as error:
        return Thumbnail(relative, None, str(error))
    except Exception as error:  # a reader's fault costs one thumbnail
        return Thumbnail(relative, None, f"This cannot be shown ({reason(error)}).")
    return Thumbnail(relative, shrunk(picture, round(WIDTH * scale), round(HEIGHT * scale)))


def shrunk(picture: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """The picture fitted into width x height in its proportions; small ones grow with crisp pixels."""
    rows, columns = picture.shape[:2]
    factor = min(width / columns, height / rows)
    size = (max(round(columns * factor), 1), max(round(rows * factor), 1))
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_NEAREST
    return np.ascontiguousarray(cv2.resize(picture, size, interpolation=how), dtype=np.uint8)
