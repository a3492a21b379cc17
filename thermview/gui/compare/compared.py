"""Which recording stands beside the shown one, and how the two are shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from thermview.gui.compare.beside import Beside
from thermview.gui.compare.links import Links
from thermview.gui.compare.subtracted import Subtracted
from thermview.recording import Quantity, Recording
from thermview.thermal.difference import means_difference, same_kind, why_no_difference

if TYPE_CHECKING:
    from thermview.gui.session import Session

Views = Literal["beside", "difference", "all"]
VIEWS: tuple[Views, ...] = ("beside", "difference", "all")
"""B beside A; A - B beside A; B and A - B beside A."""


class Compared(QObject):
    """A is what the session shows: flags, scores, regions and exports stay its own. B follows it by the link.

    What was chosen of links and views is kept from run to run.
    """

    changed = Signal()
    """what is compared, or how it is linked or shown"""
    pointed_changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.beside = Beside(session, self)
        self.subtracted = Subtracted(session, self.beside, self)
        self.on = False
        self.pointed: Path | None = None
        """The recording of the list that the mouse points at."""
        self.before: Path | None = None
        """The recording that was shown before the shown one."""
        kept = session.settings["compare"]
        self.views: Views = kept["views"] if kept.get("views") in VIEWS else "beside"
        self.links = Links(session, self.beside, kept.get("link"), self)
        self.wants_shared = kept.get("shared", True) is True
        self._a: Recording | None = None
        self._capture: Path | None = None
        self._unit = session.settings["temperature_unit"]
        self._swapping: tuple[Path, int, Path, int] | None = None
        self._connect()

    def _connect(self) -> None:
        session, beside = self._session, self.beside
        session.recording_changed.connect(self._a_changed)
        session.frame_changed.connect(self._a_frame)
        session.display_changed.connect(self._display_changed)
        session.annotations_changed.connect(beside.annotations_changed)
        session.annotations_changed.connect(self.subtracted.annotations_changed)
        session.filtering.changed.connect(self._filters_changed)
        session.conditions.kept.connect(beside.measure_anew)
        self.links.changed.connect(self._links_changed)
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
        self.on, self.links.linked = True, True
        self._a, self._capture = self._session.recording, self._session.capture
        self.links.forget()
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
        self.links.turn()
        if a == b:
            session.seek(index_b)
            beside.show(index_a)
            self.links.find()
            return
        self._swapping = (b, index_b, a, index_a)
        session.select(b)

    def close(self) -> None:
        """Show A alone again, as it was."""
        if not self.on:
            return
        self.on, self._swapping = False, None
        self.links.forget()
        self.links.cycles.forget()
        self.beside.show_nothing()
        self.subtracted.forget()
        self._share()
        self.changed.emit()

    def stop(self) -> None:
        """End the threads; call before the window goes."""
        self.beside.stop()

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

    def set_shared(self, shared: bool) -> None:
        """One scale for both, where they show values of the same kind, or one for each."""
        if shared != self.wants_shared:
            self.wants_shared = shared
            self._keep()
            self._share()
            self.changed.emit()

    def _keep(self) -> None:
        kept = {"views": self.views, "link": self.links.kind, "shared": self.wants_shared}
        self._session.keep_setting("compare", kept)

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
        elif session.recording is None:
            self.links.forget()
            self.subtracted.work_out()
            self.changed.emit()
        else:
            self._a_came(session.recording, again)

    def _a_came(self, recording: Recording, again: bool) -> None:
        swapping, self._swapping = self._swapping, None
        swaps = swapping is not None and swapping[0] == recording.path
        if not again and not swaps:  # the same file measured by other conditions keeps its frames
            self.links.forget()
        self.subtracted.start_over()
        if swaps and swapping is not None:
            self.links.link = self.links.partner = None
            self._session.seek(swapping[1])
            self.beside.open(swapping[2], swapping[3])
            self.changed.emit()
        else:
            self._share()
            self.links.find()

    def _b_came(self) -> None:
        self.subtracted.start_over()
        self.links.cycles.forget()
        self._share()
        self.links.find()

    def _a_frame(self) -> None:
        if not self.on:
            return
        shown = self.beside.frame
        self.links.follow()
        if self.beside.frame is shown:  # another one has been subtracted already
            self._subtract()

    def _links_changed(self) -> None:
        if self.on:
            self._keep()
            self.changed.emit()

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
