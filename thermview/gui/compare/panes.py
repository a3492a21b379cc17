"""The frames side by side: what stands where, zoomed and pointed at as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, QSignalBlocker, Qt
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from thermview.gui.compare.compare_words import ACTIVE_TIP, held_words
from thermview.gui.compare.pane import BarPlace, DifferenceTitle, Pane, PaneView
from thermview.gui.compare.point_layer import PointLayer
from thermview.gui.frame.frame_view import FrameView
from thermview.gui.frame.read_out import TitleLine
from thermview.gui.frame.scale_bar import ScaleBar
from thermview.gui.frame.view_transform import View

if TYPE_CHECKING:
    from thermview.gui.compare.compare_line import CompareLine
    from thermview.gui.session import Session

_SLIDER_TIP = (
    "Move B alone: while it is linked this changes its offset (Alt+Left, Alt+Right: by single frames)"
)


class Panes(QObject):
    """A, B and A - B in one row. The session's colour bar stands behind the last frame that it holds for."""

    def __init__(self, session: Session, view: FrameView, bar: ScaleBar, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._compared = session, session.compared
        self._bar = bar
        beside, subtracted = session.compared.beside, session.compared.subtracted
        titles = TitleLine(session, stacked=True), TitleLine(beside, stacked=True), DifferenceTitle(session)
        self.a = Pane("A", titles[0], view, ACTIVE_TIP, active=True)
        self.b = Pane("B", titles[1], PaneView(beside), "The recording beside the active one")
        self.difference = Pane("A \u2212 B", titles[2], PaneView(subtracted), "Values of A minus those of B")
        self.b_bar, self.difference_bar = BarPlace(ScaleBar(beside)), BarPlace(ScaleBar(subtracted))
        self.b.view.setAccessibleName("Frame of the recording beside")
        self.difference.view.setAccessibleName("Difference")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.slider.setToolTip(_SLIDER_TIP)
        self.slider.setAccessibleName("Frame of B")
        self.b.foot_row.addWidget(self.slider)
        self._row: QHBoxLayout
        self._following = False
        self._marks = {"A": PointLayer(lambda: "", self), "B": PointLayer(lambda: "", self),
                       "A-B": PointLayer(self._held, self)}  # fmt: skip
        for name, pane in self.panes.items():
            pane.view.add_layer(self._marks[name])

    @property
    def panes(self) -> dict[str, Pane]:
        """All three, shown or not."""
        return {"A": self.a, "B": self.b, "A-B": self.difference}

    def put_into(self, row: QHBoxLayout, line: CompareLine) -> None:
        """Stand in a row in which A's frame and the session's colour bar stand already; `line` reads values out."""
        self._row, self._line = row, line
        before = row.itemAt(row.indexOf(self._bar) - 1)
        self._home: QWidget = (before and before.widget()) or self.a
        """What the session's colour bar stands behind while it holds for A alone."""
        for widget, stretch in (
            (self.b, 1), (self.b_bar, 0), (self.difference, 1), (self.difference_bar, 0),
        ):  # fmt: skip
            row.addWidget(widget, stretch)
        for name, pane in self.panes.items():
            pane.view.view_changed.connect(lambda view, name=name: self._share_view(name, view))
            pane.view.pointer_moved.connect(lambda pixel, name=name: self._point(name, pixel))
        compared = self._compared
        self.slider.valueChanged.connect(compared.links.seek_b)
        for signal in (compared.changed, compared.beside.recording_changed, compared.beside.display_changed):
            signal.connect(self.arrange)
        for signal in (compared.beside.frame_changed, compared.beside.recording_changed):
            signal.connect(self._follow_b)
        self.arrange()

    def arrange(self) -> None:
        """Show what is wanted, each colour bar behind the frames it holds for."""
        compared, beside = self._compared, self._compared.beside
        foot = compared.shows_b and beside.recording is not None and len(beside.recording) > 1
        for pane in self.panes.values():  # before they are there: docks would have to make room
            pane.narrow(compared.on, foot)
        for pane, there in ((self.b, compared.shows_b), (self.difference, compared.shows_difference)):
            if there and pane.isHidden():
                pane.view.set_view(self._view_for(pane))
            pane.setVisible(there)
        self.b_bar.setVisible(compared.shows_b and not beside.shares)
        self.difference_bar.setVisible(compared.shows_difference)
        shared = compared.shows_b and beside.shares
        last = self.b if shared else self._home
        if self._row.indexOf(self._bar) != self._row.indexOf(last) + 1:
            self._row.removeWidget(self._bar)
            self._row.insertWidget(self._row.indexOf(last) + 1, self._bar)
        if not compared.on:
            for mark in self._marks.values():
                mark.mark(None)
            self._line.show_values("")

    def area(self) -> QRect:
        """What of the page the frames and their bars take, for a copy of it as a picture."""
        area = self.a.geometry()
        for widget in (self.b, self.b_bar, self.difference, self.difference_bar, self._bar):
            if widget.isVisible():
                area = area.united(widget.geometry())
        return area

    def _held(self) -> str:
        return held_words(self._session, self._compared)

    def _follow_b(self) -> None:
        beside = self._compared.beside
        frames = 0 if beside.recording is None else len(beside.recording)
        with QSignalBlocker(self.slider):
            self.slider.setMaximum(max(frames - 1, 0))
            self.slider.setPageStep(max(frames // 20, 1))
            self.slider.setValue(beside.frame_index)

    # -- as one ----------------------------------------------------------------------------------------

    def _view_for(self, pane: Pane) -> View:
        return self.a.view.view.on_other(self.a.view.frame_size, pane.view.frame_size)

    def _share_view(self, name: str, view: View) -> None:
        """Zoom, move and turn the others like this one."""
        if self._following or not self._compared.on:
            return
        self._following = True
        mine = self.panes[name].view.frame_size
        for other, pane in self.panes.items():
            if other != name:
                pane.view.set_view(view.on_other(mine, pane.view.frame_size))
        self._following = False

    def _point(self, name: str, pixel: tuple[int, int] | None) -> None:
        """Mark the same place in the others, and read all of them out."""
        if not self._compared.on:
            return
        mine = self.panes[name].view.frame_size
        at: dict[str, tuple[int, int]] = {}
        for other, pane in self.panes.items():
            place = None if pixel is None else same_place(pixel, mine, pane.view.frame_size)
            self._marks[other].mark(None if other == name else place)
            if place is not None:
                at[other] = place
        self._line.point(at)


def same_place(
    pixel: tuple[int, int], size: tuple[int, int], other: tuple[int, int]
) -> tuple[int, int] | None:
    """The pixel (column, row) of a frame of another size that lies at the same part of it; sizes (columns, rows)."""
    if not all(size) or not all(other):
        return None
    column, row = (
        (2 * at + 1) * there // (2 * here) for at, here, there in zip(pixel, size, other, strict=True)
    )
    return column, row
