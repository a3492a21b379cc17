"""Undo commands of decisions about pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand

from thermview.counts import counted
from thermview.errors import StoreError
from thermview.gui.diagnosis.choices import Choices
from thermview.review.flags import Flag

if TYPE_CHECKING:
    from thermview.gui.diagnosis.diagnosing import Diagnosing
    from thermview.gui.session import Session


class ChangeChoices(QUndoCommand):
    """What is decided of a capture's pictures, before and after."""

    def __init__(
        self, diagnosing: Diagnosing, capture: Path, choices: tuple[Choices, Choices], text: str
    ) -> None:
        super().__init__(text)
        self._diagnosing, self.capture = diagnosing, capture
        self.before, self.after = choices

    def redo(self) -> None:
        """Decide."""
        self._diagnosing.keep_choices(self.capture, self.after)

    def undo(self) -> None:
        """As it was before."""
        self._diagnosing.keep_choices(self.capture, self.before)


class FlagPictures(QUndoCommand):
    """Flag many pictures in one step."""

    def __init__(self, session: Session, capture: Path, flags: list[Flag]) -> None:
        super().__init__(f"flag {counted(len(flags), 'picture')}")
        self._session, self._capture, self.flags = session, capture, flags

    def redo(self) -> None:
        """Add the flags: all of them or, where the store fails, none."""
        try:
            self.flags = self._session.store.add_flags(self._capture, self.flags)
        except StoreError as error:
            self._session.message.emit(str(error))
            self.setObsolete(True)
            return
        self._session.flagged.were_edited()

    def undo(self) -> None:
        """Take them away again."""
        try:
            self._session.store.remove_flags(self._capture, [flag.id for flag in self.flags])
        except StoreError as error:
            self._session.message.emit(str(error))
        self._session.flagged.were_edited()
