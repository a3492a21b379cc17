"""Undo commands of flags."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand

from thermview.errors import StoreError
from thermview.review.flags import Flag

if TYPE_CHECKING:
    from thermview.gui.session import Session


class _FlagEdit(QUndoCommand):
    """An edit of the flags of the capture that was open when it was made."""

    def __init__(self, session: Session, text: str) -> None:
        super().__init__(text)
        assert session.capture is not None
        self.session, self.capture = session, session.capture

    def edit(self, action: Callable[[], Flag | None]) -> Flag | None:
        """Do it in the store; a store that fails says so and the edit has no effect."""
        try:
            result = action()
        except StoreError as error:
            self.session.message.emit(str(error))
            self.setObsolete(True)
            return None
        self.session.flagged.were_edited()
        return result


class AddFlag(_FlagEdit):
    """Flag frames."""

    def __init__(self, session: Session, flag: Flag) -> None:
        super().__init__(session, "flag")
        self.flag = flag

    def redo(self) -> None:
        """Add the flag, the second time with the id it had."""
        store = self.session.store
        add = store.restore_flag if self.flag.id else store.add_flag
        self.flag = self.edit(lambda: add(self.capture, self.flag)) or self.flag

    def undo(self) -> None:
        """Take it away again."""
        self.edit(lambda: self.session.store.remove_flag(self.capture, self.flag.id))


class RemoveFlag(_FlagEdit):
    """Take a flag away."""

    def __init__(self, session: Session, flag: Flag) -> None:
        super().__init__(session, "remove flag")
        self.flag = flag

    def redo(self) -> None:
        """Take it away."""
        self.edit(lambda: self.session.store.remove_flag(self.capture, self.flag.id))

    def undo(self) -> None:
        """Put it back with its id."""
        self.edit(lambda: self.session.store.restore_flag(self.capture, self.flag))


class ChangeFlag(_FlagEdit):
    """Reword a flag."""

    def __init__(self, session: Session, before: Flag, after: Flag) -> None:
        super().__init__(session, "change flag")
        self.before, self.after = before, after

    def redo(self) -> None:
        """Write the new words."""
        self.edit(lambda: self.session.store.update_flag(self.capture, self.after))

    def undo(self) -> None:
        """Write the old words back."""
        self.edit(lambda: self.session.store.update_flag(self.capture, self.before))
