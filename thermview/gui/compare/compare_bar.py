"""The strip above two recordings side by side: what is shown, how they are linked, by which scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QPushButton, QToolButton, QWidget

from thermview.gui.compare.compare_words import LINK_NAMES, offset_tip, offset_words
from thermview.gui.compare.compared import VIEWS
from thermview.gui.parts import theme
from thermview.gui.parts.elided_label import ElidedLabel
from thermview.gui.parts.plain_words import tip
from thermview.review.linking import LINK_KINDS

if TYPE_CHECKING:
    from thermview.gui.session import Session

_VIEW_NAMES = {"beside": "A and B", "difference": "A and A \u2212 B", "all": "A, B and A \u2212 B"}
_TIPS = {
    "views": "What stands beside A: B, the difference, or both (9)",
    "link": "Which frame of B belongs beside the shown one of A (Ctrl+9; Ctrl+8 breaks the link and mends it)",
    "align": "From now on the two frames on screen belong together (0)",
    "scale": "One colour bar for both, where they show values of the same kind (Shift+A)",
    "swap": "A becomes B and B becomes A, the one that flags and exports belong to (Shift+X)",
    "close": "Show A alone again (Shift+Esc)",
}


class CompareBar(QWidget):
    """Hidden while one recording is shown alone."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._compared = session, session.compared
        self.views, self.link = QComboBox(), QComboBox()
        self.align, self.swap = QPushButton("Align here"), QPushButton("Swap")
        self.shared, self.close_button = QCheckBox("Same scale"), QToolButton(autoRaise=True)
        self.offset = ElidedLabel(elide=Qt.TextElideMode.ElideRight)
        for view in VIEWS:
            self.views.addItem(_VIEW_NAMES[view], view)
        for kind in LINK_KINDS:
            self.link.addItem(LINK_NAMES[kind], kind)
        self.link.addItem("not linked", None)
        self._lay_out()
        self._connect()
        self.refresh()

    def _lay_out(self) -> None:
        self.close_button.setText("\u00d7")
        self.close_button.setAccessibleName("End the comparison")
        self.offset.setProperty("role", "caption")
        self.offset.setFont(theme.numbers_font(theme.CAPTION_PX))
        for widget, words in (
            (self.views, "views"), (self.link, "link"), (self.align, "align"), (self.shared, "scale"),
            (self.swap, "swap"), (self.close_button, "close"),
        ):  # fmt: skip
            widget.setToolTip(tip(_TIPS[words]))
            widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click must not take the arrow keys away
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 2, 4, 2)
        layout.setSpacing(8)
        for widget in (self.views, self.link, self.align):
            layout.addWidget(widget)
        layout.addWidget(self.offset, 1)
        for widget in (self.shared, self.swap, self.close_button):
            layout.addWidget(widget)

    def _connect(self) -> None:
        compared = self._compared
        self.views.activated.connect(lambda at: compared.show(self.views.itemData(at)))
        self.link.activated.connect(lambda at: compared.links.by(self.link.itemData(at)))
        self.align.clicked.connect(compared.links.align_here)
        self.shared.clicked.connect(compared.set_shared)
        self.swap.clicked.connect(compared.swap)
        self.close_button.clicked.connect(compared.close)
        for signal in (compared.changed, compared.beside.display_changed, self._session.recording_changed):
            signal.connect(self.refresh)

    def refresh(self) -> None:
        """Show what is so now; links are offered where one of the two has several frames."""
        compared = self._compared
        self.setVisible(compared.on)
        if not compared.on:
            return
        kind = compared.links.link.kind if compared.links.link is not None else compared.links.kind
        with QSignalBlocker(self.views), QSignalBlocker(self.link), QSignalBlocker(self.shared):
            self.views.setCurrentIndex(self.views.findData(compared.views))
            self.link.setCurrentIndex(self.link.findData(kind if compared.links.linked else None))
            self.shared.setChecked(compared.wants_shared and compared.alike)
        self._offer_links()
        for widget in (self.link, self.align):
            widget.setVisible(compared.several)
        self.shared.setEnabled(compared.alike)
        self.offset.setText(offset_words(compared.links.link))
        self.offset.setToolTip(tip(offset_tip(compared.links.link)))
        why_not = compared.why_no_swap
        self.swap.setEnabled(not why_not)
        self.swap.setToolTip(tip(why_not or _TIPS["swap"]))

    def _offer_links(self) -> None:
        """What two recordings cannot be linked by is grey and says why."""
        model = self.link.model()
        assert isinstance(model, QStandardItemModel)
        for at, kind in enumerate(LINK_KINDS):
            why_not = self._compared.links.why_not(kind)
            item = model.item(at)
            item.setEnabled(not why_not)
            item.setToolTip(tip(why_not))
