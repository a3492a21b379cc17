"""Which recording stands beside the shown one, how the two are linked, and how they are shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from thermview.errors import StoreError
from thermview.gui.compare.beside import Beside
from thermview.gui.compare.cycles_of import CyclesOf
from thermview.gui.compare.subtracted import Subtracted
from thermview.recording import Quantity, Recording
from thermview.review.linking import (
    LINK_KINDS,
    Floats,
    Link,
    LinkKind,
    Partner,
    course_of_cycles,
    course_of_frames,
    course_of_times,
)
from thermview.thermal.difference import means_difference, same_kind, why_no_difference

if TYPE_CHECKING:
    from thermview.gui.session import Session

Views = Literal["beside", "difference", "all"]
VIEWS: tuple[Views, ...] = ("beside", "difference", "all")
"""B beside A; A - B beside A; B and A - B beside A."""


class Compared(QObject):
    """A is what the session shows: flags, scores, regions and exports stay its own. B follows it by the link.

    Offsets belong to the two recordings: with another A or B there is none. What was chosen of links and views
    is kept from run to run.
    """

    changed = Signal()
    """what is compared, or how it is linked or shown"""
    pointed_changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.beside = Beside(session, self)
        self.subtracted = Subtracted(session, self.beside, self)
        self.cycles = CyclesOf(session, self)
        self.on = False
        self.linked = True
        self.link: Link | None = None
        """How frames belong together; None without a link, and while the cycles are looked for."""
        self.partner: Partner | None = None
        """Where B stands beside the shown frame, None without a link."""
        self.pointed: Path | None = None
        """The recording of the list that the mouse points at."""
        self.before: Path | None = None
        """The recording that was shown before the shown one."""
        kept = session.settings["compare"]
        self.views: Views = kept["views"] if kept.get("views") in VIEWS else "beside"
        self.kind: LinkKind = kept["link"] if kept.get("link") in LINK_KINDS else "time"
        self.wants_shared = kept.get("shared", True) is True
        self._offsets: dict[LinkKind, float] = {}
        self._a: Recording | None = None
        self._capture: Path | None = None
        self._unit = session.settings["temperature_unit"]
        self._swapping: tuple[Path, int, Path, int] | None = None
        self._connect()

    def _connect(self) -> None:
        session, beside = self._session, self.beside
        session.recording_changed.connect(self._a_changed)
        session.frame_changed.connect(self._follow)
        session.display_changed.connect(self._display_changed)
        session.annotations_changed.connect(beside.annotations_changed)
        session.annotations_changed.connect(self.subtracted.annotations_changed)
        session.playback_changed.connect(self._paused)
        session.filtering.changed.connect(self._filters_changed)
        session.tracked.changed.connect(self._cycles_changed)
        self.cycles.changed.connect(self._cycles_changed)
        beside.came.connect(self._b_came)
        beside.frame_changed.connect(self._b_frame)

    # -- what can be done ------------------------------------------------------------------------------

    @property
    def behind(self) -> bool:
        """True while a frame of B is on its way: play waits for it, so that both keep in step."""
        return self.on and self.beside.waiting

    @property
    def shows_b(self) -> bool:
        """B itself stands beside A."""
        return self.on and self.views != "difference"

    @property
    def shows_difference(self) -> bool:
        """A - B stands beside A."""
        return self.on and self.views != "beside"

    @property
    def alike(self) -> bool:
        """Both show values of the same kind, so that one scale can hold for both."""
        a, b = self._session.quantity, self.beside.quantity
        return (
            a is not None and b is not None and same_kind(a, b)
            and self._session.has_quantity and self.beside.has_quantity
        )  # fmt: skip

    @property
    def difference_quantity(self) -> Quantity | None:
        """What A minus B means; None where there is no such thing."""
        session, beside = self._session, self.beside
        a, b, means_a, means_b = session.frame, beside.frame, session.quantity, beside.quantity
        if a is None or b is None or means_a is None or means_b is None:
            return None
        return None if why_no_difference((a, means_a), (b, means_b)) else means_difference(means_a, means_b)

    @property
    def several(self) -> bool:
        """One of the two has several frames, so that a link says something."""
        return any(r is not None and len(r) > 1 for r in (self._session.recording, self.beside.recording))

    @property
    def why_no_swap(self) -> str:
        """Why B cannot be the active one; empty where it can."""
        capture, path = self._session.capture, self.beside.selected
        if not self.on or self.beside.recording is None or path is None or self._session.recording is None:
            return "There are no two recordings to swap."
        if capture is None or not path.is_relative_to(capture):
            return "B lies outside of the open folder; open its folder to make it the active one."
        return ""

    def previous(self) -> Path | None:
        """The recording before the shown one in the list."""
        session = self._session
        root, shown = session.capture, session.selected
        if root is None or shown is None or not shown.is_relative_to(root):
            return None
        relative = shown.relative_to(root).as_posix()
        sequence = session.browsing.sequence(relative)
        at = sequence.index(relative) if relative in sequence else 0
        return root / sequence[at - 1] if at > 0 else None

    # -- verbs: what stands there ----------------------------------------------------------------------

    def compare(self, path: Path) -> None:
        """Show a recording beside the shown one."""
        if self._session.recording is None or self._session.capture is None:
            return
        self.on, self.linked = True, True
        self._a, self._capture = self._session.recording, self._session.capture
        self._start_over()
        self.beside.open(path)
        self.changed.emit()

    def toggle(self, path: Path | None, none: str) -> None:
        """Compare with a recording, or no longer where that is what stands there; `none` is said without one."""
        if path is None:
            self._session.message.emit(none)
        elif self.on and self.beside.selected == path:
            self.close()
        else:
            self.compare(path)

    def compare_previous(self) -> None:
        """With the recording before the shown one in the list; a second time: no longer."""
        self.toggle(self.previous(), "There is no recording before this one in the list.")

    def compare_before(self) -> None:
        """With the recording that was shown before; a second time: no longer."""
        self.toggle(self.before, "No other recording was shown before this one.")

    def point_at(self, path: Path | None) -> None:
        """The mouse points at another recording of the list, or at none."""
        if path != self.pointed:
            self.pointed = path
            self.pointed_changed.emit()

    def compare_pointed(self) -> None:
        """With the recording of the list that the mouse points at."""
        if self.pointed is not None:
            self.compare(self.pointed)

    def swap(self) -> None:
        """A becomes B and B becomes A, each at its frame; offsets are turned."""
        session, beside = self._session, self.beside
        if why_not := self.why_no_swap:
            session.message.emit(why_not)
            return
        assert session.recording is not None
        assert beside.selected is not None
        a, index_a = session.recording.path, session.frame_index
        b, index_b = beside.selected, beside.frame_index
        self._offsets = {kind: -offset for kind, offset in self._offsets.items()}
        if a == b:
            session.seek(index_b)
            beside.show(index_a)
            self._relink()
            return
        self._swapping = (b, index_b, a, index_a)
        session.select(b)

    def close(self) -> None:
        """Show A alone again, as it was."""
        if not self.on:
            return
        self.on, self._swapping = False, None
        self._start_over()
        self.cycles.forget()
        self.beside.forget()
        self.subtracted.forget()
        self._share()
        self.changed.emit()

    def stop(self) -> None:
        """End the threads; call before the window goes."""
        self.beside.loader.close()

    def _start_over(self) -> None:
        self.link, self.partner = None, None
        self._offsets = {}

    # -- verbs: how they are linked and shown ----------------------------------------------------------

    def show(self, views: Views) -> None:
        """B, the difference, or both beside A."""
        if views != self.views:
            self.views = views
            self._keep()
            self._share()
            self._subtract()
            self.changed.emit()

    def next_view(self) -> None:
        """B, the difference, both, and round again."""
        self.show(VIEWS[(VIEWS.index(self.views) + 1) % len(VIEWS)])

    def link_by(self, kind: LinkKind | None) -> None:
        """By frame, time or phase; None: each stays where it is."""
        if kind is None:
            self.linked = False
        else:
            self.linked, self.kind = True, kind
            self.cycles.try_again()
            self._keep()
        self._relink()

    def next_link(self) -> None:
        """The next kind of link that these two recordings can have."""
        kinds = [kind for kind in LINK_KINDS if not self.why_no_link(kind)]
        now = self.link.kind if self.link is not None else self.kind
        at = kinds.index(now) if now in kinds else -1
        self.link_by(kinds[(at + 1) % len(kinds)])

    def toggle_link(self) -> None:
        """Break the link, or link again."""
        self.link_by(None if self.linked else self.kind)

    def align_here(self) -> None:
        """From now on the two frames on screen belong together."""
        if not self.on or self.beside.recording is None:
            return
        self.linked = True
        self._relink(follow=False)
        if self.link is not None:
            self._take(self.link.aligned(self._session.frame_index, self.beside.frame_index))

    def step_b(self, frames: int) -> None:
        """Move B alone: while it is linked, its offset changes (by phase: by whole cycles)."""
        if self.beside.recording is None:
            return
        if self.link is None:
            self._go_b(self.beside.frame_index + frames)
        else:
            self._take(self.link.moved(self._session.frame_index, frames))

    def seek_b(self, index: int) -> None:
        """Move B alone to a frame: while it is linked, its offset changes."""
        if self.beside.recording is None or index == self.beside.frame_index:
            return
        if self.link is None:
            self._go_b(index)
        else:
            self._take(self.link.aligned(self._session.frame_index, index))

    def set_shared(self, shared: bool) -> None:
        """One scale for both, where they show values of the same kind, or one for each."""
        if shared != self.wants_shared:
            self.wants_shared = shared
            self._keep()
            self._share()
            self.changed.emit()

    def _go_b(self, index: int) -> None:
        assert self.beside.recording is not None
        self.beside.show(min(max(index, 0), len(self.beside.recording) - 1))

    def _take(self, link: Link) -> None:
        self._offsets[link.kind] = link.offset
        self.link = link
        self._follow()
        self.changed.emit()

    def _keep(self) -> None:
        kept = {"views": self.views, "link": self.kind, "shared": self.wants_shared}
        try:
            self._session.settings["compare"] = kept
        except StoreError as error:
            self._session.message.emit(str(error))

    # -- linking ---------------------------------------------------------------------------------------

    def why_no_link(self, kind: LinkKind) -> str:
        """Why the two cannot be linked so; empty where they can, or where that is being found out."""
        a, b = self._session.recording, self.beside.recording
        if a is None or b is None:
            return "There are no two recordings to link."
        if kind == "time":
            for name, recording in (("A", a), ("B", b)):
                if course_of_times(recording) is None:
                    return f"{name} has no clock."
        if kind == "phase":
            return self.cycles.why_not
        return ""

    def _courses(self, kind: LinkKind) -> tuple[Floats | None, Floats | None]:
        a, b = self._session.recording, self.beside.recording
        assert a is not None
        assert b is not None
        if kind == "frame":
            return course_of_frames(a), course_of_frames(b)
        if kind == "time":
            return course_of_times(a), course_of_times(b)
        return tuple(course_of_cycles(phase) for phase in self.cycles.phases)  # type: ignore[return-value]

    def _relink(self, follow: bool = True) -> None:
        """Find the courses anew; what is asked for but cannot be gives way to the frames' numbers."""
        self.link = self.partner = None
        if (
            self.on
            and self.linked
            and self.beside.recording is not None
            and self._session.recording is not None
        ):
            if self.kind == "phase":
                self.cycles.want()
            kind: LinkKind = "frame" if self.why_no_link(self.kind) else self.kind
            a, b = self._courses(kind)
            if a is not None and b is not None:
                self.link = Link(kind, a, b, self._offsets.get(kind, 0.0))
        if follow:
            self._follow()
            self.changed.emit()

    def _follow(self) -> None:
        """Show the frame of B that belongs to the shown one of A."""
        if not self.on:
            return
        session, link = self._session, self.link
        if link is None or session.recording is None or session.frame_index >= len(link.a):
            self._subtract()
            return
        index, playback = session.frame_index, session.playback
        self.partner = link.partner(index)
        at = self.partner.index
        first, stop = at, at + 1
        if playback.playing and playback.peak_hold:  # also what passed of B alone must not pass unseen
            first, stop = link.held(index, session.held_frames, playback.reverse)
        shown = self.beside.frame
        self.beside.show(at, first, stop)
        if self.beside.frame is shown:  # another one has been subtracted already
            self._subtract()

    def _paused(self) -> None:
        """What was held while playing gives way to the frame itself."""
        if self.on and not self._session.playback.playing and self.beside.held_frames > 1:
            self._follow()

    def _cycles_changed(self) -> None:
        if self.on and self.kind == "phase" and (self.link is None or self.link.kind != "phase"):
            self._relink()

    # -- keeping in step -------------------------------------------------------------------------------

    def _a_changed(self) -> None:
        session = self._session
        if session.recording is self._a and (not self.on or session.capture == self._capture):
            return
        if session.recording is not None and self._a is not None and session.recording.path != self._a.path:
            self.before = self._a.path
        again = (
            self._a is not None and session.recording is not None and session.recording.path == self._a.path
        )
        self._a = session.recording or self._a
        if not self.on:
            return
        if session.capture != self._capture:
            self.close()
            return
        self.cycles.forget()
        if session.recording is None:
            self.link = self.partner = None
            self.subtracted.work_out()
            self.changed.emit()
            return
        self._a_came(session.recording, again)

    def _a_came(self, recording: Recording, again: bool) -> None:
        swapping, self._swapping = self._swapping, None
        offsets = self._offsets
        if not again:  # the same file measured by other conditions keeps its frames
            self._start_over()
        self.subtracted.start_over()
        if swapping is not None and swapping[0] == recording.path:
            self._offsets = offsets
            self._session.seek(swapping[1])
            self.beside.open(swapping[2], swapping[3])
            self.changed.emit()
        else:
            self._share()
            self._relink()

    def _b_came(self) -> None:
        self.subtracted.start_over()
        self.cycles.forget_b()
        self._share()
        self._relink()

    def _b_frame(self) -> None:
        if self.on:
            self._share()
            self._subtract()

    def _display_changed(self) -> None:
        self._share()
        unit = self._session.settings["temperature_unit"]
        if self.beside.shares or unit != self._unit:
            self.beside.display_changed.emit()
        if not self.beside.shares:
            self.beside.take_colours()
        self._unit = unit

    def _filters_changed(self) -> None:
        if self.on:
            self.subtracted.start_over()
            self.beside.see_anew()

    def _share(self) -> None:
        """Let one scale hold for both where it can and should."""
        session, beside = self._session, self.beside
        shares = self.on and self.wants_shared and self.alike
        beside.share(shares)
        frame = beside.frame if shares and self.shows_b else None
        if session.scale.show_beside(frame, session.frame):
            session.display_changed.emit()

    def _subtract(self) -> None:
        """Both frames must belong together: while one of B is on its way the difference waits for it."""
        if self.shows_difference and not self.beside.waiting:
            self.subtracted.work_out()
