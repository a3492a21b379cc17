"""Run chart of a batch: scores in the order of production, what changes in them, and another tool's beside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QBrush, QColor, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from thermview.gui.parts import theme
from thermview.gui.parts.empty_state import EmptyState
from thermview.gui.parts.plain_words import count_text, tip
from thermview.gui.scores.run_graph import RunGraph
from thermview.gui.scores.run_words import (
    Finding,
    batch_name,
    caption,
    comparison_words,
    findings,
    headline,
    point_words,
)
from thermview.jobs import Job, Progress, Steps
from thermview.review.other_scores import OtherScores, OtherSeries
from thermview.review.run_table import Judged, RunTable

if TYPE_CHECKING:
    from thermview.gui.session import Session

_REFRESH_MS = 250  # scores that come in are charted at most this often
_LIST_LINES = 4
_LOW_PX = 330  # a lower dock gives its room to the chart
_NO_CAPTURE = (
    "No capture is open. Open a folder of laser batches: the score of each recording will be drawn here."
)
_NO_SCORES = (
    "No recording is scored yet. Score the batch: control limits, drift, level shifts and recurring micro-events over "
    "the order of production appear here.\n\n"
    "Scores of another tool are read by File > Import scores (Ctrl+Shift+I)."
)
_REFERENCES = (
    ("first half", None),
    ("all", 10**9),
    ("first 20", 20),
)


@dataclass(frozen=True)
class Question:
    """What a chart is to be made of; taken in the GUI thread, answered in another."""

    ours: Mapping[str, Judged]
    series: OtherSeries | None
    method: str
    files: tuple[OtherScores, ...]
    paths: Callable[[], Iterable[str]]
    """The capture's recordings by path, which names of the series may mean."""
    root: str
    batch: str | None
    reference: int | None


@dataclass(frozen=True)
class Answer:
    """The batches there are, the chart of one of them (None without any), and what is wrong with imported files."""

    batches: tuple[str, ...]
    table: RunTable | None
    issues: tuple[str, ...]


def answer_steps(question: Question) -> Steps:
    """One step whose result is an Answer."""
    # imported where they are needed: most windows never draw a run chart
    from thermview.capture.ids import id_of
    from thermview.review.name_matching import match_names
    from thermview.review.run_table import batches_of, run_table

    issues = [f"{text} ({file.path.name})" for file in question.files for text in file.issues]
    theirs: dict[str, float] = {}
    here: set[str] = set()
    if question.series is not None:
        known = tuple(map(id_of, question.paths()))
        matched = match_names(question.series.values, known, question.root)
        theirs = {matched.ids[n]: score for n, score in question.series.values.items() if n in matched.ids}
        here = theirs.keys() & set(known)
        issues += matched.issues
        if matched.strangers:
            names = count_text(matched.strangers, "name of", "names of")
            are = "is" if matched.strangers == 1 else "are"
            issues.append(f"{names} {question.method} {are} not in this capture.")
    batches = batches_of(question.ours, theirs)
    batch = question.batch
    if batch not in batches:  # begin with one that we have scored, or that can be opened at least
        batch = next(iter((*batches_of(question.ours), *batches_of(here), *batches)), None)
    table = None
    if batch is not None:
        table = run_table(batch, question.ours, theirs, question.method, reference=question.reference)
    yield Progress(1, 1, Answer(batches, table, tuple(issues)))


class RunChartView(QWidget):
    """Pulls badges and imported scores; counts in another thread, and only while it is in sight."""

    table_changed = Signal()
    score_wanted = Signal()
    """every recording of the list is to be scored"""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.table: RunTable | None = None
        self.empty = EmptyState()
        self.graph = RunGraph(self._words_of)
        self._wanted: str | None = None
        self._followed = ""
        self._job: Job | None = None
        self._stale = True
        self._made_of: tuple[object, ...] = ()
        self._lines: tuple[object, ...] = ()
        self._make_parts()
        self._lay_out()
        self._soon = QTimer(self, interval=_REFRESH_MS, singleShot=True)
        self._soon.timeout.connect(self.refresh)
        self._connect()
        self._show(Answer((), None, ()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.caption.setVisible(self.height() >= _LOW_PX)  # the headline's tip says it too

    def _make_parts(self) -> None:
        self.batch, self.method, self.reference = QComboBox(), QComboBox(), QComboBox()
        for box, words in (
            (self.batch, "Batch: the folder whose recordings are charted"),
            (self.method, "Scores of another tool to compare with"),
            (
                self.reference,
                "Which recordings centre line and limits are made of; the first half are the first 20 at least",
            ),
        ):
            box.setToolTip(words)
            box.setAccessibleName(words)
            box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(6)
        for text, count in _REFERENCES:
            self.reference.addItem(text, count)
        self.head, self.agreement, self.caption = QLabel(), QLabel(), QLabel()
        for label in (self.head, self.agreement, self.caption):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        for label in (self.agreement, self.caption):
            label.setProperty("role", "caption")
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.list.setAccessibleName("What was found in the batch")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)

    def _lay_out(self) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(8, 8, 8, 6)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(4)
        for box, share in ((self.batch, 4), (self.reference, 3), (self.method, 5)):
            row.addWidget(box, share)
            box.view().setTextElideMode(Qt.TextElideMode.ElideNone)
        column.addLayout(row)
        for widget in (self.head, self.agreement):
            column.addWidget(widget)
        column.addWidget(self.graph, 1)
        column.addWidget(self.list)
        column.addWidget(self.caption)
        self._page = page
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(page)

    def _connect(self) -> None:
        session = self.session
        session.scores_changed.connect(self._later)
        session.capture_changed.connect(self._later)
        session.imported.changed.connect(self._later)
        session.recording_changed.connect(self._recording_changed)
        self.graph.recording_clicked.connect(self.open)
        self.list.itemClicked.connect(self._chosen)
        self.list.itemActivated.connect(self._chosen)
        self.batch.activated.connect(self._choose_batch)
        self.reference.activated.connect(self._later)
        self.method.activated.connect(lambda n: session.imported.choose(self.method.itemText(n)))

    # -- keeping in step ---------------------------------------------------------------------------

    def _later(self, *_: object) -> None:
        self._stale = True
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._soon.start()

    def refresh(self) -> None:
        """Ask for the chart of what is known now, unless nothing changed since the last one or nobody sees it."""
        if self._job is not None or not self.isVisible():
            return  # it is asked again when that one is there, or when this is shown
        self._stale = False
        session = self.session
        made_of = (
            session.capture, dict(session.scored.badges), session.imported.files, session.imported.chosen, self._wanted,
            self.reference.currentData(), session.browsing.scanning,
        )  # fmt: skip
        if made_of == self._made_of:
            return
        self._made_of = made_of
        question = self._question()
        if not question.ours and question.series is None:
            self._show(Answer((), None, ()))
            return
        job = Job("Drawing the run chart", lambda: answer_steps(question))
        self._job = job
        session.submit(session.peek_worker, job, self._came, self._ended)

    def _question(self) -> Question:
        session = self.session
        imported, index = session.imported, session.browsing.index
        series = imported.series.get(imported.chosen)
        whole = (
            index is not None and not session.browsing.scanning
        )  # it does not grow while it is gone through
        root = session.capture.name if session.capture is not None else ""
        return Question(
            dict(session.scored.badges), series, imported.chosen, imported.files,
            index.paths if index is not None and whole else tuple, root, self._wanted, self.reference.currentData(),
        )  # fmt: skip

    def _came(self, progress: Progress) -> None:
        self._show(progress.result)

    def _ended(self, job: Job) -> None:
        self._job = None
        if job.cancelled:
            self._made_of = ()
            self._stale = True
        if self._stale and self.isVisible():
            self._soon.start()

    def _recording_changed(self) -> None:
        """Follow to the batch of the recording that is shown, where it has scores."""
        shown = self.session.recording_id
        batch = shown.rpartition("/")[0]
        if shown and batch != self._followed and self.batch.findData(batch) >= 0:
            self._wanted = batch
            self._later()
        self._followed = batch
        self._mark_shown()

    def _mark_shown(self) -> None:
        names = self.table.recordings if self.table is not None else ()
        shown = self.session.recording_id
        self.graph.set_cursor(names.index(shown) if shown in names else None)

    # -- showing -----------------------------------------------------------------------------------

    def _show(self, answer: Answer) -> None:
        self.table = answer.table
        if answer.table is None:
            if self.session.capture is None:
                self.empty.say(_NO_CAPTURE)
            else:
                self.empty.say(_NO_SCORES, "Score all recordings (Ctrl+Shift+S)", self.score_wanted.emit)
            self._pages.setCurrentWidget(self.empty)
            self.table_changed.emit()
            return
        self._fill_boxes(answer)
        self.head.setText(headline(answer.table))
        self.agreement.setText(comparison_words(answer.table))
        self.agreement.setVisible(bool(self.agreement.text()))
        self.graph.show_table(answer.table)
        graph = self.graph
        words = caption(answer.table, graph.cut_above, graph.cut, graph.threshold_in_sight)
        self.caption.setText(words)
        self.head.setToolTip(tip(words))
        self._fill_list(findings(answer.table), answer.issues)
        self._mark_shown()
        self._pages.setCurrentWidget(self._page)
        self.table_changed.emit()

    def _fill_boxes(self, answer: Answer) -> None:
        assert answer.table is not None
        if [self.batch.itemData(n) for n in range(self.batch.count())] != list(answer.batches):
            self.batch.clear()
            for batch in answer.batches:
                self.batch.addItem(batch_name(batch), batch)
        self.batch.setCurrentIndex(self.batch.findData(answer.table.batch))
        names = list(self.session.imported.series)
        if [self.method.itemText(n) for n in range(self.method.count())] != names:
            self.method.clear()
            self.method.addItems(names)
        self.method.setCurrentText(self.session.imported.chosen)
        self.method.setVisible(bool(names))

    def _fill_list(self, found: Sequence[Finding], issues: Sequence[str]) -> None:
        lines = (tuple(found), tuple(issues), theme.current().name)
        if lines == self._lines:
            return  # a list that is filled anew forgets how far it was scrolled
        self._lines = lines
        self.list.clear()
        for finding in found or [Finding("Nothing stands out in this batch.")]:
            item = self._line(finding.text, theme.ANOMALY if finding.alarm else "")
            item.setData(Qt.ItemDataRole.UserRole, finding.at)
        for text in issues:
            self._line(f"Import: {text}", theme.current().muted)
        line = self.list.sizeHintForRow(0)
        self.list.setFixedHeight(line * min(max(self.list.count(), 2), _LIST_LINES) + 4)

    def _line(self, text: str, colour: str) -> QListWidgetItem:
        item = QListWidgetItem(text, self.list)
        item.setToolTip(tip(text))
        if colour:
            item.setForeground(QBrush(QColor(colour)))
        return item

    def _words_of(self, index: int) -> str:
        if self.table is None or index >= len(self.table.recordings):
            return ""
        scored = self.table.judged[index] is not None
        here = scored or self.session.browsing.path_of(self.table.recordings[index]) is not None
        return point_words(self.table, index, here=here)

    # -- what a person does ------------------------------------------------------------------------

    def open(self, index: int) -> None:
        """Open the recording of this place."""
        if self.table is None:
            return
        name = self.table.recordings[index]
        path = self.session.browsing.path_of(name)
        if path is None:
            self.session.message.emit(f"{name} is not in this capture.")
        else:
            self.session.select(path)

    def _chosen(self, item: QListWidgetItem) -> None:
        at = item.data(Qt.ItemDataRole.UserRole)
        if at is not None:
            self.open(at)

    def _choose_batch(self, row: int) -> None:
        self._wanted = self.batch.itemData(row)
        self._later()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_soon"):
            self._made_of = ()  # the list wears colours too
            self._later()
