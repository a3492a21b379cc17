"""What is picked out, and what can be done with it: stands below every page."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from thermview.gui.diagnosis.context import PageContext
from thermview.gui.diagnosis.picture_grid import PictureGrid
from thermview.gui.parts.elided_label import ElidedLabel
from thermview.gui.parts.plain_words import count_text

_TIPS = {
    "Browse": "Show only these in the list and open the first: the keys for next and previous go through them",
    "Filter": "Show only these in the list; the filter box keeps the selection under a name",
    "Flag": "Flag each of these pictures; undone in one step",
    "Exclude": "Put these on the list of pictures to leave out of training (page Fixes)",
    "Relabel": "Put these on the list of pictures that belong to another class (page Fixes)",
    "Clear": "Pick nothing out any more",
}


class SelectionBar(QFrame):
    """Hidden while nothing is picked out."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        diagnosing = context.diagnosing
        self.setProperty("role", "bar")
        self.words = ElidedLabel(elide=Qt.TextElideMode.ElideRight)
        self.menu = QMenu(self)
        self.menu.aboutToShow.connect(self._list_classes)
        self.buttons: dict[str, QPushButton | QToolButton] = {}
        self.strip, self.fold = PictureGrid(context), QToolButton(autoRaise=True)
        self.fold.setCheckable(True)
        self.fold.setChecked(True)
        self.fold.setText("\u25be")
        self.fold.setToolTip("Show or hide the pictures that are picked out")
        self.fold.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.fold.toggled.connect(self._fold)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.fold)
        row.addWidget(self.words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 4)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.strip)
        verbs = {
            "Browse": diagnosing.browse_chosen,
            "Filter": diagnosing.filter_chosen,
            "Flag": diagnosing.flag_chosen,
            "Exclude": self._exclude,
            "Relabel": None,
            "Clear": partial(diagnosing.choose, [], ""),
        }
        for text, verb in verbs.items():
            button = QPushButton("\u2715" if text == "Clear" else text)
            button.setAccessibleName(text)
            button.setToolTip(_TIPS[text])
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            if verb is None:
                button.setMenu(self.menu)
            else:
                button.clicked.connect(lambda checked=False, verb=verb: verb())
            if text == "Clear":
                button.setFixedWidth(30)
            self.buttons[text] = button
            row.addWidget(button)
        diagnosing.chosen_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Say what is picked out."""
        chosen = self._context.diagnosing.chosen
        self.setVisible(chosen is not None)
        if chosen is not None:
            self.words.setText(f"{count_text(len(chosen.rows), 'picture')}: {chosen.words}")
            self.words.setToolTip(chosen.words)
            self.strip.show_rows(chosen.rows)

    def _fold(self, shown: bool) -> None:
        self.fold.setText("\u25be" if shown else "\u25b8")
        self.strip.setVisible(shown)

    def _exclude(self) -> None:
        diagnosing = self._context.diagnosing
        if diagnosing.chosen is not None:
            diagnosing.exclude(diagnosing.chosen.rows, diagnosing.chosen.words)
            count = count_text(len(diagnosing.chosen.rows), "picture")
            self._context.session.message.emit(
                f"{count} on the exclude list (page Fixes); Ctrl+Z takes it back."
            )

    def _list_classes(self) -> None:
        self.menu.clear()
        prepared = self._context.prepared
        for name in prepared.table.class_names if prepared is not None else ():
            if name:
                self.menu.addAction(name.replace("&", "&&"), partial(self.relabel, name))
        self.menu.addSeparator()
        self.menu.addAction("Leave as they are", self._leave)

    def relabel(self, class_name: str) -> None:
        """Put what is picked out on the relabel list."""
        diagnosing = self._context.diagnosing
        if diagnosing.chosen is not None:
            diagnosing.relabel(diagnosing.chosen.rows, class_name)
            count = count_text(len(diagnosing.chosen.rows), "picture")
            self._context.session.message.emit(
                f"{count} to be relabelled {class_name} (page Fixes); Ctrl+Z takes it back."
            )

    def _leave(self) -> None:
        diagnosing = self._context.diagnosing
        if diagnosing.chosen is not None:
            diagnosing.keep_as_it_is(diagnosing.chosen.rows)
