"""One of the frames that stand side by side: its letter, its name and place, the frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from thermview.gui.frame.frame_view import FrameView
from thermview.gui.frame.scale_bar import ScaleBar
from thermview.gui.parts import theme
from thermview.gui.parts.elided_label import ElidedLabel
from thermview.gui.parts.plain_words import frame_text, tip

if TYPE_CHECKING:
    from thermview.gui.session import Session

_LEAST_PX, _FOOT_PX, _GAP_PX = 120, 22, 2


class PaneView(FrameView):
    """A frame view that paints frames only while it is on screen: they come for the difference alone too."""

    def _new_frame(self) -> None:
        if self.isVisible():
            super()._new_frame()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        super()._new_frame()


class DifferenceTitle(QWidget):
    """What is subtracted, and of which frames."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session, self._compared = session, session.compared
        self.name = ElidedLabel(elide=Qt.TextElideMode.ElideRight)
        self.place = ElidedLabel(elide=Qt.TextElideMode.ElideRight)
        self.place.setToolTip("Numbers of the frames of A and B")
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 2, 4)
        column.setSpacing(0)
        for label, size in ((self.name, theme.TEXT_PX), (self.place, theme.CAPTION_PX)):
            label.setFont(theme.numbers_font(size))
            column.addWidget(label)
        session.compared.subtracted.frame_changed.connect(self._refresh)
        session.compared.changed.connect(self._refresh)

    def _refresh(self) -> None:
        subtracted = self._compared.subtracted
        quantity = subtracted.quantity
        if quantity is None:
            words = "no difference"
        else:
            estimated = ", estimated" if quantity.estimated else ""
            words = f"in {quantity.unit or quantity.name}{estimated}"
        self.name.setText(words)
        self.name.setToolTip(tip("" if quantity is None else quantity.label))
        a, b = frame_text(self._session.frame_index), frame_text(self._compared.beside.frame_index)
        several = self._compared.several and subtracted.frame is not None
        self.place.setText(f"{a} \u2212 {b}" if several else "")


class Pane(QWidget):
    """A head above a frame view; without comparison the head is hidden and the view is all there is."""

    def __init__(
        self, letter: str, title: QWidget, view: FrameView, tip: str, *, active: bool = False
    ) -> None:
        super().__init__()
        self.view = view
        self.badge, self.title = QLabel(letter), title
        self.badge.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.badge.setProperty("role", "active badge" if active else "badge")
        self.badge.setToolTip(tip)
        self.head = QWidget()
        row = QHBoxLayout(self.head)
        row.setContentsMargins(8, 4, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(title, 1)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(view, 1)
        self.foot = QWidget()
        """As high in each of them, so that frames stand at the same height."""
        self.foot.setFixedHeight(_FOOT_PX)
        self.foot_row = QHBoxLayout(self.foot)
        self.foot_row.setContentsMargins(8, 0, 8, 0)
        column.addWidget(self.foot)

    def narrow(self, narrow: bool, foot: bool = False) -> None:
        """Among several a view may be smaller than alone; its head tells them apart."""
        self.head.setVisible(narrow)
        self.foot.setVisible(narrow and foot)
        gap = _GAP_PX if narrow else 0  # zoomed frames must not run into each other; all are equally wide
        self._column.setContentsMargins(gap, 0, gap, 0)
        self.view.setMinimumWidth(_LEAST_PX if narrow else 0)


class BarPlace(QWidget):
    """Where a colour bar stands, or does not: the bar itself knows only whether it has something to show."""

    def __init__(self, bar: ScaleBar) -> None:
        super().__init__()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(bar)
        self.bar = bar
