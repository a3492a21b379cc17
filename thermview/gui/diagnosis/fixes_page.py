"""What to do about it: weights, lists and a split by session, looked at here and saved to a folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from thermview.gui.diagnosis.context import PageContext
from thermview.gui.diagnosis.own_fixes import Shares, fixes_with
from thermview.gui.diagnosis.page_parts import Heading, ScrollPage, TextTable, class_title
from thermview.gui.diagnosis.picture_grid import PictureGrid
from thermview.gui.diagnosis.prepared import Prepared
from thermview.gui.parts.plain_words import breakable, count_text, percent_text, significant_text
from thermview.review.fixes_split import PARTS
from thermview.thermal.ticks import number_text

if TYPE_CHECKING:
    from thermview.review.fixes import Fixes

_LISTED = 500
_ABOUT = (
    "Nothing in the folder of pictures is changed. Save writes the report (HTML and JSON) and these lists as CSV and "
    "JSON; a corrected copy takes them into account, and is read back and checked."
)
_WORKING = "The fixes are being worked out."
_WEIGHTS = "Weights of a loss that even the classes out; their mean over all pictures is 1."
_RELABEL = "Pictures that belong to another class: what names and neighbours say, and what you decided."
_EXCLUDE = "Pictures to leave out. What is only to be looked at stays in a copy."
_SUBCLASSES = (
    "Distance steps of 1 m of classes whose density depends on distance: train them apart, or balance them."
)
_SPLIT = "Pictures of one session, and copies of each other, never stand in two parts: a test on them would flatter."
_NO_SUBCLASSES = "No class depends on distance."


class FixesPage(ScrollPage):
    """Follows the diagnosis and what was decided; worked out in a thread."""

    save_wanted = Signal()
    copy_wanted = Signal()

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.fixes: Fixes | None = None
        self._ticket: object = None
        self.save, self.copy = QPushButton("Save report and fixes…"), QPushButton("Corrected copy…")
        self.save.setDefault(True)
        self.by_part, self.by_distance = QCheckBox("in parts"), QCheckBox("by distance")
        self.by_part.setToolTip("Folders train, validation and test above the classes of the copy")
        self.by_distance.setToolTip("A folder for each distance step below each class of the copy")
        self.about, self.notices = Heading("Fixes to take away", _ABOUT), QLabel(wordWrap=True)
        self.notices.setTextFormat(Qt.TextFormat.PlainText)
        self.notices.setProperty("role", "caption")
        self.weights = TextTable(("Class", "Pictures", "Weight"), (1, 2), most=8)
        self.relabels = _List(context, "Relabel", _RELABEL, ("Picture", "Lies in", "Belongs to", "Why"))
        self.excludes = _List(context, "Exclude", _EXCLUDE, ("Picture", "Lies in", "Left out", "Why"))
        self.subclasses = TextTable(("Class", "Distance", "Pictures", "Median density"), (1, 2, 3), most=8)
        self._subclasses_heading = Heading("Sub-classes by distance", _SUBCLASSES)
        self.channels = Heading("Channels")
        self._split_heading = Heading("Split by session", _SPLIT)
        self.split = TextTable(("Class", *PARTS), (1, 2, 3), most=24)
        self.shares = [self._share(value) for value in (70, 15)]
        self._lay_out()
        self.save.clicked.connect(self.save_wanted)
        self.copy.clicked.connect(self.copy_wanted)
        context.diagnosing.choices_changed.connect(self._decided)
        context.diagnosing.fix_work.came.connect(self._came)
        context.diagnosing.fix_work.failed.connect(self._failed)

    def _share(self, value: float) -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        box.setDecimals(0)
        box.setRange(5, 90)
        box.setValue(value)
        box.setSuffix("\u2009%")
        box.setKeyboardTracking(False)
        box.valueChanged.connect(self._work_out)
        return box

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.save, self.copy, self.by_part, self.by_distance):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            buttons.addWidget(button)
        buttons.addStretch()
        for name, box in zip(PARTS, self.shares, strict=False):
            self._split_heading.controls.addWidget(QLabel(name))
            self._split_heading.controls.addWidget(box)
        self.column.addWidget(self.about)
        self.column.addLayout(buttons)
        self._parts: tuple[QWidget, ...] = (
            self.notices, self.relabels, self.excludes, Heading("Class weights", _WEIGHTS), self.weights,
            self._split_heading, self.split, self._subclasses_heading, self.subclasses, self.channels,
        )  # fmt: skip
        for widget in self._parts:
            self.column.addWidget(widget)
            widget.hide()
        self.column.addStretch()

    # -- what is shown -----------------------------------------------------------------------------

    @property
    def chosen_shares(self) -> Shares:
        """Shares of train, validation and test, of 1."""
        train = self.shares[0].value() / 100
        validation = min(self.shares[1].value() / 100, 0.95 - train)
        return train, validation, 1 - train - validation

    def show_prepared(self, prepared: Prepared) -> None:
        self._work_out()

    def _decided(self) -> None:
        if self._shown is not None and self.isVisible():
            self._work_out()
        else:
            self._shown = None  # it is worked out when the page is looked at

    def _work_out(self) -> None:
        if self._shown is None:
            return
        diagnosis, choices, shares = (
            self._shown.diagnosis,
            self.context.diagnosing.choices,
            self.chosen_shares,
        )
        self._ticket = ticket = object()
        if self.fixes is None:
            self.about.say(_WORKING)
        self.context.diagnosing.fix_work.ask(ticket, lambda: fixes_with(diagnosis, choices, shares))

    def _failed(self, ticket: object, problem: str) -> None:
        if ticket is self._ticket:
            self.about.say(problem)

    def _came(self, ticket: object, fixes: Fixes) -> None:
        if ticket is not self._ticket or self._shown is None:
            return
        self.fixes = fixes
        self.about.say(_ABOUT)
        for widget in self._parts:
            widget.show()
        notices = (*fixes.notices, *fixes.split.notices)
        self.notices.setText(breakable("\n".join(notices)))
        self.notices.setVisible(bool(notices))
        self._show_lists(fixes)
        self._show_weights(fixes)
        self._show_split(fixes)
        self._show_rest(fixes)

    def _show_lists(self, fixes: Fixes) -> None:
        table = self.prepared.table
        self.relabels.show_lines(
            [change.row for change in fixes.relabel],
            lambda place: (
                _stem(table.paths[fixes.relabel[place].row]), self.prepared.class_of(fixes.relabel[place].row),
                fixes.relabel[place].target or "somebody must say", fixes.relabel[place].reason,
            ),
        )  # fmt: skip
        self.excludes.show_lines(
            [each.row for each in fixes.exclude],
            lambda place: (
                _stem(table.paths[fixes.exclude[place].row]), self.prepared.class_of(fixes.exclude[place].row),
                "yes" if fixes.exclude[place].sure else "look first", fixes.exclude[place].reason,
            ),
        )  # fmt: skip

    def _show_weights(self, fixes: Fixes) -> None:
        counts, rows = self.prepared.diagnosis.hygiene.class_counts, []
        for code in np.argsort(-counts, kind="stable").tolist():
            weight = number_text(float(fixes.class_weights[code]), 3)
            rows.append((class_title(self.prepared, code), count_text(int(counts[code])), weight))
        self.weights.show_rows(rows)

    def _show_split(self, fixes: Fixes) -> None:
        split, rows = fixes.split, []
        for code, name in enumerate(fixes.class_names):
            counts = split.counts[code]
            known = class_title(self.prepared, code) if code < len(self.prepared.table.class_names) else name
            total = max(int(counts.sum()), 1)
            cells = (f"{count_text(int(n))} ({percent_text(n / total)})" for n in counts)
            rows.append((known, *cells))
        total = max(int(split.counts.sum()), 1)
        cells = (f"{count_text(int(n))} ({percent_text(n / total)})" for n in split.counts.sum(axis=0))
        self.split.show_rows([("All", *cells), *rows])
        self._split_heading.say(
            f"{_SPLIT} {count_text(split.groups, 'group of sessions', 'groups of sessions')}, the largest "
            f"{percent_text(split.largest)} of all pictures."
        )

    def _show_rest(self, fixes: Fixes) -> None:
        parted = [each for each in fixes.subclasses if each.split]
        self._subclasses_heading.say(_SUBCLASSES if parted else _NO_SUBCLASSES)
        self.subclasses.setVisible(bool(parted))
        self.subclasses.show_rows(
            [
                (class_title(self.prepared, each.class_code), f"{significant_text(each.metres)}\u2009m",
                 count_text(each.count), f"{significant_text(each.median_density)} ({each.lens})")
                for each in parted
            ]
        )  # fmt: skip
        plan = fixes.channels
        words = f"{plan.reason[:1].upper()}{plan.reason[1:]}."
        if plan.to_change:
            words += f" A copy brings {count_text(plan.to_change, 'picture')} to {plan.target}."
        if plan.loses_alpha:
            words += f" {count_text(plan.loses_alpha, 'picture')} have an alpha channel that is not opaque."
        self.channels.say(words)


class _List(QWidget):
    """A list of pictures with reasons; a click shows the picture below, another click on it opens it."""

    def __init__(self, context: PageContext, title: str, words: str, titles: Sequence[str]) -> None:
        super().__init__()
        self._context, self._title = context, title
        self.rows: list[int] = []
        self.heading, self.table = Heading(title, words), TextTable(titles, stretch=3, most=6, widest_px=150)
        self.grid, self.more, self.why = PictureGrid(context), QLabel(), QLabel(wordWrap=True)
        for label in (self.more, self.why):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setProperty("role", "caption")
        self.select, self.leave = QPushButton("Select all"), QPushButton("Leave as it is")
        self.select.setToolTip("Pick these pictures out, to filter the list by them or to flag them")
        self.leave.setToolTip("Take the chosen rows off this list; Ctrl+Z puts them back")
        for button in (self.select, self.leave):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.heading.controls.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for widget in (self.heading, self.table, self.more, self.why, self.grid):
            column.addWidget(widget)
        self.table.row_clicked.connect(self._show_one)
        self.select.clicked.connect(self._select)
        self.leave.clicked.connect(self._leave)

    def show_lines(self, rows: list[int], line: Callable[[int], tuple[str, ...]]) -> None:
        """Show table rows, each with its line by its place."""
        self.rows = rows
        self.heading.title.setText(f"{self._title}: {count_text(len(rows), 'picture') if rows else 'none'}")
        shown = min(len(rows), _LISTED)
        self.table.show_rows([line(place) for place in range(shown)])
        self.more.setText(f"and {count_text(len(rows) - shown)} more, all of them in what is saved")
        self.more.setVisible(shown < len(rows))
        for widget in (self.table, self.grid, self.select, self.leave):
            widget.setVisible(bool(rows))
        self.grid.show_rows(rows)
        self.why.hide()

    def _show_one(self, place: int) -> None:
        self.grid.show_rows(self.rows[place : place + 1])
        self.why.setText(breakable(self.table.text_model.rows[place][-1]))
        self.why.show()

    def _select(self) -> None:
        self._context.diagnosing.choose(self.rows, f"{self._title.lower()} list")

    def _leave(self) -> None:
        chosen = sorted({index.row() for index in self.table.selectionModel().selectedIndexes()})
        rows = np.array([self.rows[place] for place in chosen], np.intp)
        if len(rows):
            self._context.diagnosing.keep_as_it_is(rows)
        else:
            self._context.session.message.emit("Choose rows of the list first.")


def _stem(path: str) -> str:
    return PurePosixPath(path).stem
