"""Undo commands for regions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand

from thermview.errors import StoreError
from thermview.review.store import EVERY_RECORDING

if TYPE_CHECKING:
    from thermview.gui.session import Session


class _RegionEdit(QUndoCommand):
    """An edit of regions of the capture that was open when it was made."""

    def __init__(self, session: Session, reload: Callable[[], None], words: str) -> None:
        super().__init__(words)
        assert session.capture is not None
        self.session, self.reload, self.capture = session, reload, session.capture

    def edit(self, action: Callable[[], None]) -> None:
        """Do it in the store; a store that fails says so and the edit has no effect."""
        try:
            action()
        except StoreError as error:
            self.session.message.emit(str(error))
            self.setObsolete(True)
        self.reload()


class EditRegions(_RegionEdit):
    """Keep other regions of the shown recording."""

    def __init__(self, session: Session, reload: Callable[[], None], after: str, words: str) -> None:
        super().__init__(session, reload, words)
        self.recording, self.after = session.recording_id, after
        self.before: str | None = None

    def redo(self) -> None:
        """Keep them, remembering what was kept before."""
        self.edit(self._replace)

    def _replace(self) -> None:
        store = self.session.store
        self.before = store.kept_regions(self.capture, [self.recording]).get(self.recording)
        store.save_regions(self.capture, self.recording, self.after)

    def undo(self) -> None:
        """Keep what was kept before."""
        self.edit(lambda: self.session.store.save_regions(self.capture, self.recording, self.before))


class ApplyToAll(_RegionEdit):
    """Give one set of regions to every recording of the capture."""

    def __init__(self, session: Session, reload: Callable[[], None], after: str) -> None:
        super().__init__(session, reload, "apply regions to all recordings")
        self.after = after
        self.before: dict[str, str] = {}

    def redo(self) -> None:
        """Keep them for all, remembering what each had."""
        self.edit(self._replace)

    def _replace(self) -> None:
        store = self.session.store
        self.before = store.kept_regions(self.capture)
        store.replace_regions(self.capture, {EVERY_RECORDING: self.after})

    def undo(self) -> None:
        """Give back to each what it had."""
        self.edit(lambda: self.session.store.replace_regions(self.capture, self.before))
