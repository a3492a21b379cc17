"""Under the frames: both values under one pointer with their difference, and what is to be minded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from thermview.gui.compare.compare_words import state_words, values_words
from thermview.gui.parts import theme
from thermview.gui.parts.elided_label import ElidedLabel
from thermview.gui.parts.plain_words import tip

if TYPE_CHECKING:
    from thermview.gui.session import Session

POINT_HERE = "Point at a frame to read both"


class CompareLine(QWidget):
    """There while two recordings are compared."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._compared = session, session.compared
        self._at: dict[str, tuple[int, int]] = {}
        right = Qt.AlignmentFlag.AlignRight
        self.values = ElidedLabel(elide=Qt.TextElideMode.ElideRight)
        self.state = ElidedLabel(elide=Qt.TextElideMode.ElideRight, align=right)
        self.values.setFont(theme.numbers_font())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 0)
        layout.setSpacing(12)
        layout.addWidget(self.values, 1)
        layout.addWidget(self.state, 1)
        compared = session.compared
        for signal in (
            compared.changed, compared.beside.frame_changed, session.display_changed, session.frame_changed,
        ):  # fmt: skip
            signal.connect(self.refresh)
        self.refresh()

    def point(self, at: dict[str, tuple[int, int]]) -> None:
        """Read out other places, (column, row) by "A" and "B"; none: nothing is pointed at."""
        self._at = at
        self._read()

    def show_values(self, text: str) -> None:
        """Show a text in place of values."""
        self._at = {}
        self.values.setText(text)

    def _read(self) -> None:
        text = values_words(self._session, self._compared, self._at) or POINT_HERE
        if text != self.values.text():
            self.values.setText(text)
            self.values.setToolTip(tip(text))

    def refresh(self) -> None:
        """Say what is so now."""
        self.setVisible(self._compared.on)
        if not self._compared.on:
            return
        self._read()
        words = state_words(self._session, self._compared)
        if words != self.state.text():
            self.state.setText(words)
            self.state.setToolTip(tip(words))
