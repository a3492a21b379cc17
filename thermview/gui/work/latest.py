"""One thread that does the newest of the things it is asked for; what is overtaken is never done."""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal, Slot

from thermview.gui.work.frame_loader import sentence


class Latest(QThread):
    """Asked faster than it can work it skips to the newest wish, so that nobody waits for what is no longer seen."""

    came = Signal(object, object)
    """ticket, result: only for the newest wish"""
    failed = Signal(object, str)
    """ticket, one sentence: only for the newest wish"""
    _done = Signal(object, object, str)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._wish: tuple[Any, Callable[[], Any]] | None = None
        self._newest: Any = None
        self._closing = False
        self._changed = Condition()
        self._done.connect(self._deliver)

    def ask(self, ticket: Any, work: Callable[[], Any]) -> None:
        """Run `work` in the thread; `came` or `failed` follows unless a newer wish comes before."""
        with self._changed:
            if self._closing:
                return
            self._wish, self._newest = (ticket, work), ticket
            self._changed.notify()
        if not self.isRunning():
            self.start()

    def forget(self) -> None:
        """Nothing is wanted any more: what is under way is not told."""
        with self._changed:
            self._wish, self._newest = None, None

    def close(self) -> None:
        """End the thread and wait for it; nothing is done any more."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self.wait()

    def run(self) -> None:
        """The thread: the newest wish, then the one that came meanwhile."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closing or self._wish is not None)
                if self._closing or self._wish is None:
                    return
                (ticket, work), self._wish = self._wish, None
            try:
                result, problem = work(), ""
            except Exception as error:  # a fault of one wish must not end the thread
                result, problem = None, sentence(error)
            self._done.emit(ticket, result, problem)

    @Slot(object, object, str)
    def _deliver(self, ticket: Any, result: Any, problem: str) -> None:
        if ticket is not self._newest:
            return
        if problem:
            self.failed.emit(ticket, problem)
        else:
            self.came.emit(ticket, result)
