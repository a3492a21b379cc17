"""How B follows A: by frame, time or phase, shifted by an offset, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from thermview.gui.compare.beside import Beside
from thermview.gui.compare.cycles_of import CyclesOf
from thermview.review.linking import (
    LINK_KINDS,
    Floats,
    Link,
    LinkKind,
    Partner,
    course_of_cycles,
    course_of_frames,
    course_of_times,
    has_clock,
)

if TYPE_CHECKING:
    from thermview.gui.session import Session


class Links(QObject):
    """Offsets belong to the two recordings: with another A or B there is none."""

    changed = Signal()
    """another link, another offset, or none"""

    def __init__(self, session: Session, beside: Beside, kind: object, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._beside = session, beside
        self.cycles = CyclesOf(session, beside, self)
        self.kind: LinkKind = next((known for known in LINK_KINDS if known == kind), "time")
        """What is asked for; where it cannot be the link is by frame."""
        self.linked = True
        self.link: Link | None = None
        """How frames belong together; None without a link, and while the cycles are looked for."""
        self.partner: Partner | None = None
        """Where B stands beside the shown frame, None without a link."""
        self._offsets: dict[LinkKind, float] = {}
        session.playback_changed.connect(self._paused)
        session.tracked.changed.connect(self._cycles_changed)
        self.cycles.changed.connect(self._cycles_changed)

    # -- verbs -----------------------------------------------------------------------------------------

    def by(self, kind: LinkKind | None) -> None:
        """By frame, time or phase; None: each stays where it is."""
        self.linked = kind is not None
        if kind is not None:
            self.kind = kind
            self.cycles.try_again()
        self.find()

    def next(self) -> None:
        """The next kind of link that these two recordings can have."""
        kinds = [kind for kind in LINK_KINDS if not self.why_not(kind)]
        now = self.link.kind if self.link is not None else self.kind
        at = kinds.index(now) if now in kinds else -1
        self.by(kinds[(at + 1) % len(kinds)])

    def toggle(self) -> None:
        """Break the link, or link again."""
        self.by(None if self.linked else self.kind)

    def align_here(self) -> None:
        """From now on the two frames on screen belong together."""
        self.linked = True
        self._look_up()
        if self.link is not None:
            self._take(self.link.aligned(self._session.frame_index, self._beside.frame_index))
        else:
            self.changed.emit()

    def step_b(self, frames: int) -> None:
        """Move B alone: while it is linked, its offset changes (by phase: by whole cycles)."""
        if self.link is None:
            self._go_b(self._beside.frame_index + frames)
        else:
            self._take(self.link.moved(self._session.frame_index, frames))

    def seek_b(self, index: int) -> None:
        """Move B alone to a frame: while it is linked, its offset changes."""
        if self.link is None:
            self._go_b(index)
        elif index != self._beside.frame_index:
            self._take(self.link.aligned(self._session.frame_index, index))

    def turn(self) -> None:
        """A and B change places: what was later is earlier."""
        self._offsets = {kind: -offset for kind, offset in self._offsets.items()}

    def forget(self) -> None:
        """Other recordings: there is no link yet, and no offset."""
        self.link = self.partner = None
        self._offsets = {}

    def _go_b(self, index: int) -> None:
        recording = self._beside.recording
        if recording is not None:
            self._beside.show(min(max(index, 0), len(recording) - 1))

    def _take(self, link: Link) -> None:
        self._offsets[link.kind] = link.offset
        self.link = link
        self.follow()
        self.changed.emit()

    # -- finding and following -------------------------------------------------------------------------

    def why_not(self, kind: LinkKind) -> str:
        """Why the two cannot be linked so; empty where they can, or where that is being found out."""
        a, b = self._session.recording, self._beside.recording
        if a is None or b is None:
            return "There are no two recordings to link."
        if kind == "time":
            for name, recording in (("A", a), ("B", b)):
                if not has_clock(recording):
                    return f"{name} has no clock."
        return self.cycles.why_not if kind == "phase" else ""

    def find(self) -> None:
        """Find the courses of the two recordings anew, and let B follow."""
        self._look_up()
        self.follow()
        self.changed.emit()

    def _look_up(self) -> None:
        """What is asked for but cannot be gives way to the frames' numbers."""
        self.link = self.partner = None
        if not self.linked or self._beside.recording is None or self._session.recording is None:
            return
        if self.kind == "phase":
            self.cycles.want()
        kind: LinkKind = "frame" if self.why_not(self.kind) else self.kind
        a, b = self._courses(kind)
        if a is not None and b is not None:
            self.link = Link(kind, a, b, self._offsets.get(kind, 0.0))

    def _courses(self, kind: LinkKind) -> tuple[Floats | None, Floats | None]:
        a, b = self._session.recording, self._beside.recording
        assert a is not None
        assert b is not None
        if kind == "frame":
            return course_of_frames(a), course_of_frames(b)
        if kind == "time":
            return course_of_times(a), course_of_times(b)
        phase_a, phase_b = self.cycles.phases
        return course_of_cycles(phase_a), course_of_cycles(phase_b)

    def follow(self) -> None:
        """Show the frame of B that belongs to the shown one of A."""
        session, link = self._session, self.link
        if link is None or session.recording is None or session.frame_index >= len(link.a):
            return
        index, playback = session.frame_index, session.playback
        self.partner = link.partner(index)
        at = self.partner.index
        first, stop = at, at + 1
        if playback.playing and playback.peak_hold:  # also what passed of B alone must not pass unseen
            first, stop = link.held(index, session.held_frames, playback.reverse)
        self._beside.show(at, first, stop)

    def _paused(self) -> None:
        """What was held while playing gives way to the frame itself."""
        if not self._session.playback.playing and self._beside.held_frames > 1:
            self.follow()

    def _cycles_changed(self) -> None:
        if self.kind == "phase" and (self.link is None or self.link.kind != "phase"):
            self.find()
