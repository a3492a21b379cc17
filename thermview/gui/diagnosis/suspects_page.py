"""Pictures that may lie in a wrong class, the least and the most dense, and what stands for each class."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from thermview.gui.diagnosis.code_table import CodeTable
from thermview.gui.diagnosis.context import PageContext
from thermview.gui.diagnosis.page_parts import Heading, ScrollPage, Switch, TextTable, class_title
from thermview.gui.diagnosis.picture_grid import PictureGrid
from thermview.gui.diagnosis.prepared import Prepared, Rows
from thermview.gui.parts.plain_words import breakable, count_text, percent_text, significant_text

if TYPE_CHECKING:
    from thermview.diagnosis.results import Contamination, Lens

_CONTAMINATION = (
    "Sessions whose file names speak of another object or state than the class that they lie in, the most suspect "
    "first. Share: of the class. Agree: how many of their nearest pictures of other sessions lie where such names "
    "usually lie."
)
_CLEAN = "No session's file names contradict the class that it lies in."
_NO_NAMES = "The file names say nothing of object and state, so they cannot contradict a class."
_CODES = "How many pictures of a class carry which code in their names. Vermillion, with !: part of a suspect session."
_NEIGHBOURS = "First the picture itself, then the nearest of other sessions; below each what its name says."
_OPEN_ONE = "Open a picture, and what lies nearest to it through each lens is shown here."
_EXTREMES = "A bar on top marks pictures that are among the lowest of both lenses."
_PIVOTS = "The densest picture of a class and its ten nearest, of any session: what the class is taken for."


class SuspectsPage(ScrollPage):
    """Sections one below the other."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._make_contamination()
        self.codes = CodeTable()
        self.codes.clicked.connect(self._cell_clicked)
        self._codes_heading = Heading("File names against classes", _CODES)
        self._make_extremes()
        self._make_pivots()
        self._neighbours_heading = Heading("Neighbours of the picture on screen", _NEIGHBOURS)
        self.near: dict[str, PictureGrid] = {}
        self._near_labels: dict[str, QLabel] = {}
        self._near_column = QVBoxLayout()
        self._near_holder = QWidget()
        self._near_holder.setLayout(self._near_column)
        self._near_column.setContentsMargins(0, 0, 0, 0)
        for widget in (
            self._contamination_heading, self.table, self.case, self._codes_heading, self.codes,
            self._neighbours_heading, self._near_holder, self._extremes, self._pivots,
        ):  # fmt: skip
            self.column.addWidget(widget)
        self.column.addStretch()

    # -- names against classes ---------------------------------------------------------------------

    def _make_contamination(self) -> None:
        self._contamination_heading = Heading("Names that contradict their class", _CONTAMINATION)
        titles = ("Class", "Names say", "Session", "n", "Share", "Agree")
        self.table = TextTable(titles, (3, 4, 5), stretch=2, most=8)
        self.table.row_clicked.connect(self.show_case)
        self.evidence, self.neighbours = PictureGrid(self.context, 2), PictureGrid(self.context)
        self._case_words, self._near_words = QLabel(wordWrap=True), QLabel(wordWrap=True)
        for label in (self._case_words, self._near_words):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._near_words.setProperty("role", "caption")
        self.select, self.relabel, self.exclude = QPushButton(), QPushButton(), QPushButton("Exclude")
        self.select.clicked.connect(self._select_case)
        self.relabel.clicked.connect(self._relabel_case)
        self.exclude.clicked.connect(self._exclude_case)
        self.case = QWidget()
        column = QVBoxLayout(self.case)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        buttons = QHBoxLayout()
        for button in (self.select, self.relabel, self.exclude):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            buttons.addWidget(button)
        buttons.addStretch()
        for part in (self._case_words, self.evidence):
            column.addWidget(part)
        column.addLayout(buttons)
        for part in (self._near_words, self.neighbours):
            column.addWidget(part)

    def show_prepared(self, prepared: Prepared) -> None:
        cases = prepared.diagnosis.contamination
        self._contamination_heading.say(_CONTAMINATION if cases else _CLEAN if prepared.codes else _NO_NAMES)
        self.table.setVisible(bool(cases))
        self.case.setVisible(bool(cases))
        self.table.show_rows([self._case_row(case) for case in cases])
        if cases:
            self.table.selectRow(0)
            self.show_case(0)
        self._show_codes(prepared)
        self.follow_picture()
        self._show_extremes(prepared)
        self._show_pivots(prepared)

    def _case_row(self, case: Contamination) -> tuple[str, ...]:
        return (
            class_title(self.prepared, case.class_code), case.code, case.session, count_text(len(case.rows)),
            percent_text(case.share), percent_text(case.agreement),
        )  # fmt: skip

    @property
    def current_case(self) -> Contamination | None:
        """The suspect session that is shown."""
        cases = self.prepared.diagnosis.contamination
        place = max(self.table.current_row, 0)
        return cases[place] if place < len(cases) else None

    def show_case(self, place: int) -> None:
        """Show a suspect session's pictures and what lies near the first of them."""
        prepared = self.prepared
        case = prepared.diagnosis.contamination[place]
        home = self.home_of(case)
        self._case_words.setText(
            breakable(
                f"{count_text(len(case.rows), 'picture')} of session {case.session} lie in "
                f"{prepared.table.class_names[case.class_code]}, and their names say {case.code}."
            )
        )
        self.evidence.show_rows(case.rows, lambda row: PurePosixPath(prepared.table.paths[row]).stem)
        self.select.setText(f"Select {count_text(len(case.rows), 'picture')}")
        self.relabel.setVisible(bool(home))
        self.relabel.setText(f"Relabel to {home}".replace("&", "&&"))
        lenses = prepared.diagnosis.lenses
        shown = bool(lenses and len(case.rows))
        self.neighbours.setVisible(shown)
        self._near_words.setVisible(shown)
        if shown:
            near = prepared.neighbours(lenses[-1], int(case.rows[0]))
            self.neighbours.show_rows(near, lambda row: self._code_of(row))
            self._near_words.setText(
                f"Nearest to the first of them in {lenses[-1].name}, of other sessions; below each what its name says."
            )

    def home_of(self, case: Contamination) -> str:
        """The class that most pictures with such names lie in, apart from the suspect one; empty for none."""
        prepared = self.prepared
        if case.code not in prepared.codes:
            return ""
        counts = prepared.code_counts[:, prepared.codes.index(case.code)].copy()
        counts[case.class_code] = 0
        return prepared.table.class_names[int(counts.argmax())] if counts.any() else ""

    def _code_of(self, row: int) -> str:
        code = int(self.prepared.row_codes[row])
        return self.prepared.codes[code] if code >= 0 else "no code"

    def _select_case(self) -> None:
        case = self.current_case
        if case is not None:
            self.context.diagnosing.choose(case.rows, f"names say {case.code}")

    def _relabel_case(self) -> None:
        case = self.current_case
        if case is not None and (home := self.home_of(case)):
            self.context.diagnosing.relabel(case.rows, home)
            self.context.session.message.emit(
                f"{count_text(len(case.rows), 'picture')} to be relabelled {home} (page Fixes); Ctrl+Z takes it back."
            )

    def _exclude_case(self) -> None:
        case = self.current_case
        if case is not None:
            self.context.diagnosing.exclude(case.rows, f"name says {case.code}")
            self.context.session.message.emit(
                f"{count_text(len(case.rows), 'picture')} on the exclude list (page Fixes); Ctrl+Z takes it back."
            )

    def _show_codes(self, prepared: Prepared) -> None:
        for widget in (self._codes_heading, self.codes):
            widget.setVisible(bool(prepared.codes))
        odd = np.zeros_like(prepared.code_counts, np.bool_)
        for case in prepared.diagnosis.contamination:
            if case.code in prepared.codes:
                odd[case.class_code, prepared.codes.index(case.code)] = True
        titles = [class_title(prepared, code) for code in range(len(prepared.table.class_names))]
        self.codes.show_counts(titles, prepared.codes, prepared.code_counts, odd)

    def _cell_clicked(self, class_code: int, column: int) -> None:
        prepared = self.prepared
        rows = prepared.class_rows[class_code]
        rows = rows[prepared.row_codes[rows] == column]
        name = prepared.table.class_names[class_code] or "no class"
        self.context.diagnosing.choose(rows, f"{prepared.codes[column]} in {name}")

    def follow_picture(self) -> None:
        """Show the picture on screen and what lies nearest to it through each lens, of other sessions."""
        prepared, shown = self.prepared, self.context.session.recording_id
        densities = next(iter(prepared.densities.values()), None)
        place = densities.index.get(shown) if densities is not None and shown else None
        lenses = prepared.diagnosis.lenses
        self._neighbours_heading.setVisible(bool(lenses))
        self._near_holder.setVisible(place is not None)
        self._neighbours_heading.say(_NEIGHBOURS if place is not None else _OPEN_ONE)
        if place is None:
            return
        row = prepared.table.row_of[densities.paths[place]]  # type: ignore[union-attr]
        for lens in lenses:
            if lens.name not in self.near:
                self.near[lens.name], self._near_labels[lens.name] = PictureGrid(self.context), _caption("")
                self._near_column.addWidget(self._near_labels[lens.name])
                self._near_column.addWidget(self.near[lens.name])
            near = prepared.neighbours(lens, row)
            same = int((prepared.table.class_codes[near] == prepared.table.class_codes[row]).sum())
            self._near_labels[lens.name].setText(
                f"{lens.name}: {count_text(same)} of {count_text(len(near))} lie in the same class"
            )
            self.near[lens.name].show_rows(np.concatenate([[row], near]).astype(np.intp), self._code_of)

    # -- lowest and highest ------------------------------------------------------------------------

    def _make_extremes(self) -> None:
        self.lens_switch = Switch((("L2", "L2", ""), ("L3", "L3", "")))
        self.lens_switch.changed.connect(lambda: self._show_extremes(self.prepared))
        self.lowest, self.highest = PictureGrid(self.context, 2), PictureGrid(self.context, 2)
        self.extremes_heading = Heading("Least and most dense", _EXTREMES)
        self.extremes_heading.controls.addWidget(self.lens_switch)
        self.select_lowest = QPushButton("Select the lowest")
        self.select_lowest.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.select_lowest.clicked.connect(self._select_lowest)
        self._extremes = _column(
            self.extremes_heading, _caption("Lowest"), self.lowest, self.select_lowest, _caption("Highest"),
            self.highest,
        )  # fmt: skip

    def _lens(self, prepared: Prepared) -> Lens | None:
        return prepared.lens(self.lens_switch.value)

    def _show_extremes(self, prepared: Prepared) -> None:
        lenses, diagnosis = prepared.diagnosis.lenses, prepared.diagnosis
        self._extremes.setVisible(bool(lenses))
        if not lenses:
            return
        self.lens_switch.offer([(lens.name, lens.name, "") for lens in lenses])
        lens = self._lens(prepared) or lenses[0]
        shared = diagnosis.shared_lowest
        self.lowest.show_rows(lens.lowest, self._density_words(lens), shared if len(lenses) > 1 else ())
        self.highest.show_rows(lens.highest, self._density_words(lens))
        words = "No second lens to compare with."
        if len(lenses) > 1:
            words = (
                f"{count_text(len(shared))} of the {count_text(len(lens.lowest))} lowest are the same in "
                f"{lenses[0].name} and {lenses[1].name}: their rarity is not a matter of the lens. {_EXTREMES}"
            )
        self.extremes_heading.say(words)

    def _density_words(self, lens: Lens):  # type: ignore[no-untyped-def]
        prepared = self.prepared
        return lambda row: f"density {significant_text(prepared.density(lens, row))}"

    def _select_lowest(self) -> None:
        lens = self._lens(self.prepared)
        if lens is not None:
            self.context.diagnosing.choose(lens.lowest, f"lowest in {lens.name}")

    # -- pivots ------------------------------------------------------------------------------------

    def _make_pivots(self) -> None:
        self.pivot_box = QComboBox()
        self.pivot_box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.pivot_box.activated.connect(lambda: self._show_pivot(self.prepared))
        self.pivot_heading = Heading("What stands for a class", _PIVOTS)
        self.pivot_heading.controls.addWidget(self.pivot_box)
        self.pivot, self.pivot_words = PictureGrid(self.context, 2), _caption("")
        self._pivots = _column(self.pivot_heading, self.pivot, self.pivot_words)

    def _show_pivots(self, prepared: Prepared) -> None:
        lenses = prepared.diagnosis.lenses
        self._pivots.setVisible(any(lens.pivots for lens in lenses))
        chosen = self.pivot_box.currentData()
        self.pivot_box.clear()
        for lens in lenses:
            for pivot in lens.pivots:
                key = f"{lens.name}/{pivot.class_code}"
                self.pivot_box.addItem(f"{class_title(prepared, pivot.class_code)}, {lens.name}", key)
        self.pivot_box.setCurrentIndex(max(self.pivot_box.findData(chosen), 0))
        self._show_pivot(prepared)

    def _show_pivot(self, prepared: Prepared) -> None:
        key = self.pivot_box.currentData()
        if key is None:
            return
        name, _, code = str(key).partition("/")
        lens = prepared.lens(name)
        pivot = (
            next((p for p in lens.pivots if p.class_code == int(code)), None) if lens is not None else None
        )
        if pivot is None:
            return
        rows: Rows = np.concatenate([[pivot.row], pivot.neighbours]).astype(np.intp)
        self.pivot.show_rows(rows, self._code_of)
        here = prepared.table.class_codes[pivot.neighbours] == pivot.class_code
        sessions = len(np.unique(prepared.table.session_codes[rows]))
        said = {self._code_of(int(row)) for row in rows}
        self.pivot_words.setText(
            f"First the pivot, then its nearest. {count_text(int(here.sum()))} of {count_text(len(here))} neighbours "
            f"lie in the same class; {count_text(sessions, 'session')}; names say {', '.join(sorted(said))}."
        )


def _caption(text: str) -> QLabel:
    label = QLabel(text, wordWrap=True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", "caption")
    return label


def _column(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(6)
    for widget in widgets:
        side = Qt.AlignmentFlag.AlignLeft if isinstance(widget, QPushButton) else Qt.AlignmentFlag(0)
        column.addWidget(widget, 0, side)
    return holder
