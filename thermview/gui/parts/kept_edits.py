"""The undo command of what is stated of recordings and kept by camera: conditions, scales, how pictures lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoCommand

from thermview.errors import StoreError

if TYPE_CHECKING:
    from thermview.gui.session import Session

Kept = Mapping[str, Mapping[str, Any]]
"""What is kept of a camera, by recording id."""
_MERGING = 7301  # commands of one number are asked whether they are one


@dataclass(frozen=True)
class Place:
    """Under what something is kept: a capture (None: of all) and a camera."""

    capture: Path | None
    camera: str


class Keeper(Protocol):
    """Keeps what is stated, and shows what follows from it."""

    def store_kept(self, place: Place, kept: Kept) -> bool:
        """Write what is kept at a place in place of what was; False, and said, where that fails."""


class ChangeMeasuring(QUndoCommand):
    """What is kept of a camera, before and after; changes of one field after another are one step."""

    def __init__(self, keeper: Keeper, place: Place, kept: tuple[Kept, Kept], text: str, field: str) -> None:
        super().__init__(text)
        self._keeper, self.place, self.field = keeper, place, field
        self.before, self.after = kept

    def redo(self) -> None:
        """Measure by the new."""
        if not self._keeper.store_kept(self.place, self.after):
            self.setObsolete(True)

    def undo(self) -> None:
        """Measure by the old."""
        if not self._keeper.store_kept(self.place, self.before):
            self.setObsolete(True)

    def id(self) -> int:
        """Commands with the same id are offered to each other."""
        return _MERGING

    def mergeWith(self, other: QUndoCommand) -> bool:
        """One step for several clicks on the same number of the same recording."""
        if (
            not isinstance(other, ChangeMeasuring)
            or not self.field
            or (other.field, other.place, set(other.after)) != (self.field, self.place, set(self.after))
        ):
            return False
        self.after = other.after
        return True


class EditKeeper(QObject):
    """What is stated of the shown recording, kept in the review store through the undo stack."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session

    def look_again(self) -> None:
        """Show the recording by what is kept of it now."""

    def _kept_changed(self, place: Place) -> None:
        """What is kept at a place was written."""
        self.look_again()

    def _push(self, place: Place, after: Kept, text: str, field: str) -> None:
        before = self._read(place)
        if before != after:
            self._session.undo_stack.push(ChangeMeasuring(self, place, (before, after), text, field))
        else:
            self.look_again()

    def store_kept(self, place: Place, kept: Kept) -> bool:
        """Write what is kept at a place and show what follows from it; False, and said, where that fails."""
        try:
            self._session.store.replace_measuring(place.capture, place.camera, kept)
        except StoreError as error:
            self._session.message.emit(str(error))
            self.look_again()
            return False
        self._kept_changed(place)
        return True

    def _read(self, place: Place) -> Kept:
        return (
            self._session.attempt(lambda: self._session.store.kept_measuring(place.capture, place.camera))
            or {}
        )
