"""The flags of the shown recording, and the verbs that set, reword and remove them; each can be undone."""

from __future__ import annotations

import getpass
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from thermview.counts import counted
from thermview.gui.flags.flag_edits import AddFlag, ChangeFlag, RemoveFlag
from thermview.review.flags import Flag

if TYPE_CHECKING:
    from thermview.gui.session import Session


class Flagged(QObject):
    """Flags are kept in the review store; the session tells when they changed."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.flags: list[Flag] = []
        """Of the shown recording."""

    @property
    def author(self) -> str:
        """Who flags: the name in the settings, else that of the account."""
        with suppress(Exception):  # an account may have no name, in several ways
            return self._session.settings["author"] or getpass.getuser()
        return ""

    def flag(self, first: int, last: int, reason: str = "", note: str = "") -> None:
        """Flag frames first .. last of the shown recording."""
        session = self._session
        if session.recording is not None:
            flag = Flag(session.recording_id, first, last, reason, note, self.author)
            session.undo_stack.push(AddFlag(session, flag))

    def flag_events(self) -> None:
        """Flag every event of the shown recording that is not flagged yet; undone in one step."""
        session, final = self._session, self._session.scored.final
        if final is None:
            return
        flagged = {(flag.first, flag.last) for flag in self.flags}
        new = [event for event in final.events if (event.first, event.last) not in flagged]
        if new:
            session.undo_stack.beginMacro(f"flag {counted(len(new), 'event')}")
            for event in new:
                self.flag(event.first, event.last, event.cause, event.text)
            session.undo_stack.endMacro()
        session.message.emit(
            f"{len(new)} of {counted(len(final.events), 'event')} flagged"
            + ("." if new else ": they were flagged.")
        )

    def change(self, flag: Flag, *, reason: str, note: str) -> None:
        """Reword a flag."""
        if (flag.reason, flag.note) != (reason, note):
            after = replace(flag, reason=reason, note=note)
            self._session.undo_stack.push(ChangeFlag(self._session, flag, after))

    def remove(self, flag: Flag) -> None:
        """Take a flag away."""
        self._session.undo_stack.push(RemoveFlag(self._session, flag))

    def were_edited(self) -> None:
        """Read the flags again after an edit or an undo, and tell."""
        self.reload()
        self._session.flags_changed.emit()

    def reload(self) -> None:
        """Read the flags of the shown recording, and how many each recording of the capture has."""
        session = self._session
        capture, shown = session.capture, session.recording_id
        if capture is None:
            return
        self.flags = (session.attempt(lambda: session.store.flags(capture, shown)) or []) if shown else []
        session.browsing.flag_counts = session.attempt(lambda: session.store.flag_counts(capture)) or {}
