"""First page: what was found, the most serious first, and the score card."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from thermview.gui.diagnosis.context import PageContext
from thermview.gui.diagnosis.file_rows import FileRow, file_rows
from thermview.gui.diagnosis.overview_words import (
    SEVERITY_MARKS,
    Headline,
    headlines,
    measure_row,
    nothing_found,
)
from thermview.gui.diagnosis.page_parts import Heading, ScrollPage, TextTable
from thermview.gui.diagnosis.picture_grid import PictureGrid
from thermview.gui.diagnosis.prepared import Prepared
from thermview.gui.parts import theme
from thermview.gui.parts.plain_words import breakable, count_text, tip
from thermview.review.diagnosis_words import missing_sentences

if TYPE_CHECKING:
    from thermview.diagnosis.results import Diagnosis, Finding

_ACROSS = 3
_FINDINGS = "Select the pictures of a finding to filter, flag, exclude or relabel them; click one to see it."
_FILES = "What can be said without understanding a picture. Click a row to select its pictures."
_CARD = (
    "Measures of ISO/IEC 5259-2 with their codes, as they stand in this set. What the set does not state cannot be "
    "measured and is not listed."
)


class Tile(QFrame):
    """One figure in large digits with what it is."""

    clicked = Signal(str)

    def __init__(self, headline: Headline, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page = headline.page
        self.setProperty("role", "tile")
        self.setToolTip(tip(headline.words))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        figure, caption = QLabel(headline.figure), QLabel(breakable(headline.caption), wordWrap=True)
        figure.setFont(theme.numbers_font(20))
        caption.setProperty("role", "caption")
        for label in (figure, caption):
            label.setTextFormat(Qt.TextFormat.PlainText)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(2)
        column.addWidget(figure)
        column.addWidget(caption)
        column.addStretch()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(self._page)


class FindingCard(QFrame):
    """A finding with its advice, its evidence and what can be done with it; one of low severity takes less room."""

    def __init__(self, context: PageContext, finding: Finding, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.finding = finding
        self.setProperty("role", "tile")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(6)
        column.addLayout(self._top(context))
        for text, role in ((finding.sentence, ""), (finding.advice, "muted")):
            if text:
                label = QLabel(breakable(text), wordWrap=True)
                label.setTextFormat(Qt.TextFormat.PlainText)
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                label.setFocusPolicy(Qt.FocusPolicy.NoFocus)
                label.setProperty("role", role)
                column.addWidget(label)
        if len(finding.rows) and str(finding.severity) != "low":
            grid = PictureGrid(context)
            grid.show_rows(finding.rows)
            column.addWidget(grid)

    def _top(self, context: PageContext) -> QHBoxLayout:
        finding = self.finding
        mark, colour = SEVERITY_MARKS[str(finding.severity)]
        chip = QLabel(f"{mark} {finding.severity}")
        chip.setStyleSheet(f"font-weight: bold; color: {colour};" if colour else "font-weight: bold;")
        chip.setProperty("role", "" if colour else "muted")
        kind, code = QLabel(finding.kind), QLabel(finding.standard)
        for label in (kind, code):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setProperty("role", "muted")
        code.setToolTip("Data quality measure of ISO/IEC 5259-2")
        top = QHBoxLayout()
        for label in (chip, kind):
            top.addWidget(label)
        top.addStretch()
        top.addWidget(code)
        if len(finding.rows):
            self.select = QPushButton(f"Select {count_text(len(finding.rows), 'picture')}")
            self.select.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.select.clicked.connect(lambda: context.diagnosing.choose(finding.rows, finding.kind))
            top.addWidget(self.select)
        return top


class OverviewPage(ScrollPage):
    """Headline figures, findings, score card."""

    page_wanted = Signal(str)

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.cards: list[FindingCard] = []
        self._tiles = QGridLayout()
        self._tiles.setSpacing(8)
        self.missing = QLabel(wordWrap=True)
        self.missing.setTextFormat(Qt.TextFormat.PlainText)
        self._findings_heading = Heading("Findings", _FINDINGS)
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        self._files_heading = Heading("Files", _FILES)
        self.files = TextTable(("What", "Number", "How"), (1,), stretch=2, most=14)
        self.files.row_clicked.connect(self._file_row_clicked)
        self._file_rows: list[FileRow] = []
        self._card_heading = Heading("Score card", _CARD)
        self.card = TextTable(("Code", "Measure", "Value", "Meaning"), (2,), stretch=3, most=40)
        self.notices = QLabel(wordWrap=True)
        self.notices.setTextFormat(Qt.TextFormat.PlainText)
        self.notices.setProperty("role", "caption")
        self.column.addLayout(self._tiles)
        self.column.addWidget(self.missing)
        self.column.addWidget(self._findings_heading)
        self.column.addLayout(self._list)
        self.column.addWidget(self._files_heading)
        self.column.addWidget(self.files)
        self.column.addWidget(self._card_heading)
        self.column.addWidget(self.card)
        self.column.addWidget(self.notices)
        self.column.addStretch()

    def show_prepared(self, prepared: Prepared) -> None:
        for layout in (self._tiles, self._list):
            while (item := layout.takeAt(0)) is not None:
                if (widget := item.widget()) is not None:
                    widget.hide()
                    widget.deleteLater()
        for n, headline in enumerate(headlines(prepared.diagnosis)):
            tile = Tile(headline)
            tile.clicked.connect(self.page_wanted)
            self._tiles.addWidget(tile, n // _ACROSS, n % _ACROSS)
        self._say_missing(prepared.diagnosis)
        findings = prepared.diagnosis.findings
        self.cards = [FindingCard(self.context, finding) for finding in findings]
        for card in self.cards:
            self._list.addWidget(card)
        if not findings:
            none = QLabel(nothing_found(prepared.diagnosis))
            none.setProperty("role", "muted")
            self._list.addWidget(none)
        counts = Counter(str(finding.severity) for finding in findings)
        said = ", ".join(f"{counts[name]} {name}" for name in SEVERITY_MARKS if counts[name])
        self._findings_heading.title.setText(f"Findings: {said}" if said else "Findings")
        self._file_rows = file_rows(prepared.diagnosis)
        self.files.show_rows(
            [(row.what, count_text(row.count), row.how) for row in self._file_rows],
            [row.words for row in self._file_rows],
        )
        self.card.show_rows([measure_row(measure) for measure in prepared.diagnosis.score_card])
        for widget in (self._card_heading, self.card):
            widget.setVisible(bool(prepared.diagnosis.score_card))
        notices = dict.fromkeys((*prepared.diagnosis.notices, *prepared.table.notices))
        self.notices.setText(breakable("\n".join(notices)))
        self.notices.setVisible(bool(notices))

    def _say_missing(self, diagnosis: Diagnosis) -> None:
        """Which half of a diagnosis is not there, and why; only a model that failed is a problem."""
        self.missing.setText(breakable("\n".join(missing_sentences(diagnosis))))
        self.missing.setVisible(bool(self.missing.text()))
        role = "problem" if diagnosis.model_problem else "muted"
        if self.missing.property("role") != role:
            self.missing.setProperty("role", role)
            self.missing.style().unpolish(self.missing)
            self.missing.style().polish(self.missing)

    def _file_row_clicked(self, place: int) -> None:
        row = self._file_rows[place]
        self.context.diagnosing.choose(row.rows, row.what)
