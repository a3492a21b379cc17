"""Opens recordings and reads the frames the window wants now; a newer wish replaces an older one."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition
from time import perf_counter
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QThread, Signal, Slot

from thermview.capture.context import Context
from thermview.errors import ThermviewError, reason
from thermview.recording import Frame, Quantity, Recording

READ_AHEAD_FRAMES = 512  # decoded at a time while nothing is asked for
_HELD_AT_A_TIME = 256
_LOADED_EVERY_S = 0.1


@dataclass(frozen=True, eq=False)
class Opened:
    """A recording with its first frame and what its capture knows of it.

    `quantity`: what the pixels of `frame` mean; None: those of the recording.
    """

    recording: Recording
    context: Context
    frame: Frame
    index: int
    quantity: Quantity | None = None


@dataclass(frozen=True, eq=False)
class Wish:
    """Frame `index`, or the per-pixel maximum of frames first .. stop - 1, of which it is one end."""

    recording: Recording
    index: int
    first: int
    stop: int


class FrameCache:
    """Frames at hand, the least recently used dropped first; never above `limit_bytes`."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self.used_bytes = 0
        self._frames: OrderedDict[int, Frame] = OrderedDict()

    def __len__(self) -> int:
        return len(self._frames)

    def get(self, index: int) -> Frame | None:
        """The frame, or None."""
        frame = self._frames.get(index)
        if frame is not None:
            self._frames.move_to_end(index)
        return frame

    def put(self, index: int, frame: Frame) -> None:
        """Keep a frame, dropping others to stay in the limit."""
        if frame.nbytes > self.limit_bytes or index in self._frames:
            return
        self._frames[index] = frame
        self.used_bytes += frame.nbytes
        while self.used_bytes > self.limit_bytes:
            _, dropped = self._frames.popitem(last=False)
            self.used_bytes -= dropped.nbytes

    def clear(self) -> None:
        """Forget everything: another recording is shown."""
        self._frames.clear()
        self.used_bytes = 0


class FrameLoader(QThread):
    """One thread that opens, reads, holds peaks, and decodes ahead while nothing else is asked."""

    opened = Signal(object)
    """Opened"""
    open_failed = Signal(object, str)
    """ticket given to `open`, one sentence"""
    loaded = Signal(object, object)
    """Wish, frame: only for the newest wish"""
    failed = Signal(object, str)
    """Wish, one sentence"""
    decoded = Signal(object)
    """Recording whose `loaded` grew"""
    _was_opened = Signal(object, object)
    _got = Signal(object, object)

    def __init__(self, cache_bytes: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("frames")
        self.cache = FrameCache(cache_bytes)
        self._open_wish: tuple[Any, Callable[[], Opened]] | None = None
        self._newest_ticket: Any = None
        self._wish: Wish | None = None
        self._newest: Wish | None = None
        self._ahead: Recording | None = None
        self._retired: list[Recording] = []
        self._closing = False
        self._changed = Condition()
        self._told_s = 0.0
        self._was_opened.connect(self._deliver_opened)
        self._got.connect(self._deliver)

    def open(self, ticket: Any, opener: Callable[[], Opened]) -> None:
        """Run `opener` in the thread; `opened` follows unless a newer open came meanwhile."""
        with self._changed:
            self._open_wish = (ticket, opener)
            self._newest_ticket = ticket
            self._changed.notify()
        self._ensure_running()

    def forget_opening(self) -> None:
        """What is being opened is wanted no more: it is closed as soon as it is there."""
        with self._changed:
            self._open_wish = self._newest_ticket = None

    def show(self, recording: Recording) -> None:
        """From now on this recording is read ahead; the cache is its own."""
        self.cache.clear()
        with self._changed:
            self._wish = self._newest = None
            self._ahead = recording
            self._changed.notify()
        self._ensure_running()

    def swap(self, recording: Recording) -> None:
        """The same file measured anew: its frames at hand have other values now; nothing is read ahead."""
        self.cache.clear()
        with self._changed:
            self._wish = self._newest = self._ahead = None

    def read_ahead(self, recording: Recording) -> None:
        """Decode what is not at hand yet of this recording while nothing else is asked."""
        with self._changed:
            self._ahead = recording
            self._changed.notify()

    def request(self, wish: Wish) -> Frame | None:
        """The frame if it is at hand; else None, and `loaded` follows unless a newer wish comes."""
        self._newest = wish
        if wish.stop - wish.first == 1 and (frame := self.cache.get(wish.first)) is not None:
            with self._changed:
                self._wish = None
            return frame
        with self._changed:
            self._wish = wish
            self._changed.notify()
        self._ensure_running()
        return None

    def retire(self, recording: Recording) -> None:
        """Close a recording that is no longer shown: here, because a read of it may still be under way."""
        with self._changed:
            if self._ahead is recording:
                self._ahead = None
            self._retired.append(recording)
            self._changed.notify()
        self._ensure_running()

    def close(self) -> None:
        """End the thread and wait for it."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self.wait()

    def _ensure_running(self) -> None:
        if not self.isRunning():
            self.start()

    def run(self) -> None:
        """The thread: opens first, then wishes, then decoding ahead."""
        while True:
            with self._changed:
                self._changed.wait_for(self._has_work)
                if self._closing:
                    return
                retired, self._retired = self._retired, []
                opening, self._open_wish = self._open_wish, None
                wish = None
                if opening is None:
                    wish, self._wish = self._wish, None
                ahead = self._ahead if opening is None and wish is None else None
            for recording in retired:
                recording.close()
            if opening is not None:
                self._do_open(*opening)
            elif wish is not None:
                self._do_wish(wish)
            elif ahead is not None:
                self._do_ahead(ahead)

    def _has_work(self) -> bool:
        wishes = (self._open_wish, self._wish, self._ahead)
        return self._closing or bool(self._retired) or any(wish is not None for wish in wishes)

    def _do_open(self, ticket: Any, opener: Callable[[], Opened]) -> None:
        try:
            self._was_opened.emit(ticket, opener())
        except Exception as error:  # a reader's fault must not end the thread
            self.open_failed.emit(ticket, sentence(error))

    def _do_wish(self, wish: Wish) -> None:
        try:
            frame = wish.recording.frame(wish.first) if wish.stop - wish.first == 1 else _held(wish)
            self._got.emit(wish, frame)
        except Exception as error:
            self.failed.emit(wish, sentence(error))

    def _do_ahead(self, recording: Recording) -> None:
        """Decode a piece of what is not at hand yet, so that later jumps are instant."""
        first = recording.loaded
        try:
            if first < len(recording):
                # a recording that keeps nothing shows it with one frame: hundreds would be decoded for nothing
                recording.frames(first, first + (READ_AHEAD_FRAMES if first else 1))
        except Exception:  # the frame itself will say so when someone asks for it
            first = len(recording)
        finished = first >= len(recording) or recording.loaded <= first
        with self._changed:
            if finished and self._ahead is recording:
                self._ahead = None
        if finished or perf_counter() - self._told_s > _LOADED_EVERY_S:
            self._told_s = perf_counter()
            self.decoded.emit(recording)

    @Slot(object, object)
    def _deliver_opened(self, ticket: Any, opened: Opened) -> None:
        if ticket is self._newest_ticket:
            self.opened.emit(opened)
        else:
            opened.recording.close()

    @Slot(object, object)
    def _deliver(self, wish: Wish, frame: Frame) -> None:
        if (
            wish.stop - wish.first == 1
            and self._newest is not None
            and wish.recording is self._newest.recording
        ):
            self.cache.put(wish.first, frame)
        if wish is self._newest:
            self.loaded.emit(wish, frame)


def _held(wish: Wish) -> Frame:
    """The maximum of a wish's frames, a piece at a time: beside a slow recording a fast one passes by the thousand."""
    held: Frame | None = None
    for first in range(wish.first, wish.stop, _HELD_AT_A_TIME):
        frames = wish.recording.frames(first, min(first + _HELD_AT_A_TIME, wish.stop))
        piece = np.asarray(frames.max(axis=0))
        held = piece if held is None else np.maximum(held, piece)
    assert held is not None
    return held


def sentence(error: Exception) -> str:
    """What went wrong, for the user."""
    return str(error) if isinstance(error, ThermviewError) else f"This cannot be shown ({reason(error)})."
