"""One batch as it was learnt: the promise, who taught and who stood out, and the process itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from thermview.gui.learn.fit_graphs import NormalsHistogram, PathGraph, ProcessPictures
from thermview.gui.learn.fit_words import (
    SUSPECTED,
    crossed_words,
    learnt_sentence,
    promise_sentence,
    promise_tip,
    score_cell,
    suspect_words,
)
from thermview.gui.parts import theme
from thermview.gui.parts.plain_words import breakable, count_text, one_line, tip
from thermview.laser.normality.fit import BatchFit
from thermview.laser.normality.pictures import pictures_of

_MOST_NOTES = 5  # more would push the recordings out of sight
_ROLE = Qt.ItemDataRole.UserRole


class BatchPage(QScrollArea):
    """Pulls nothing by itself: `show_batch` fills it."""

    recording_chosen = Signal(str)
    """id as the model names it"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.promise, self.learnt = _label(""), _label("muted")
        self.notes = _label("")
        self.histogram, self.path, self.pictures = NormalsHistogram(), PathGraph(), ProcessPictures()
        self.recordings = QListWidget()
        self.recordings.setMinimumHeight(150)
        self.recordings.setFont(theme.numbers_font())
        self.recordings.setWordWrap(True)  # why one is suspected may take two lines
        self.recordings.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.recordings.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.recordings.setAccessibleName("Recordings of the batch")
        self.recordings.itemActivated.connect(self._chosen)
        self.recordings.itemClicked.connect(self._chosen)
        inside = QWidget()
        across = QHBoxLayout(inside)
        across.setContentsMargins(12, 8, 12, 8)
        across.setSpacing(16)
        left, right = QVBoxLayout(), QVBoxLayout()
        for column in (left, right):
            column.setSpacing(6)
            across.addLayout(column, 1)
        left.addWidget(self.promise)
        left.addWidget(self.histogram)
        left.addWidget(self.notes)
        left.addWidget(_heading("Recordings"))
        left.addWidget(self.recordings, 1)
        right.addWidget(self.learnt)
        right.addWidget(_heading("Path of the spot over one cycle"))
        right.addWidget(self.path)
        right.addWidget(_heading("What a frame shows"))
        right.addWidget(self.pictures)
        right.addStretch()
        self.setWidget(inside)

    def show_batch(self, batch: BatchFit, palette: str) -> None:
        """Everything that is known of one batch's fit."""
        self.promise.setText(promise_sentence(batch))
        self.promise.setToolTip(tip(promise_tip(batch)))
        self.learnt.setText(learnt_sentence(batch))
        self.learnt.setToolTip(tip(crossed_words(batch)))
        self.histogram.show_normals(batch.limits.normals)
        self.path.show_tables(batch.learnt.tables)
        self.pictures.show_batch(batch.learnt.tables, pictures_of(batch.learnt.tables), palette)
        notes = [one_line(note) for note in batch.notes]
        more = len(notes) - _MOST_NOTES
        shown = (
            notes
            if more <= 1
            else [*notes[:_MOST_NOTES], f"and {count_text(more)} more: rest the pointer here"]
        )
        self.notes.setText(breakable("\n".join(shown)))
        self.notes.setToolTip(tip("\n".join(notes[:40])))
        self.notes.setVisible(bool(batch.notes))
        self._list(batch)

    def _list(self, batch: BatchFit) -> None:
        self.recordings.clear()
        teachers, judged = set(batch.learnt_from), set(batch.calibrated_on)
        for suspect in batch.suspects:
            self._add(batch, [suspect], suspect_words(batch, suspect), theme.ANOMALY)
        for recording in (*batch.calibrated_on, *(t for t in batch.learnt_from if t not in judged)):
            both = recording in teachers and recording in judged
            said = (
                "taught, and set the limits"
                if both
                else "taught"
                if recording in teachers
                else "set the limits"
            )
            self._add(batch, [recording], said, "")
        self.recordings.setToolTip(
            f"{count_text(len(teachers), 'recording')} taught, {count_text(len(judged))} set the limits. "
            "First its largest score by limits that it had no part in, the threshold being 1; a dash where it only "
            "taught. Click: open the recording." + (f" {SUSPECTED}" if batch.suspects else "")
        )

    def _add(self, batch: BatchFit, recordings: Sequence[str], said: str, colour: str) -> None:
        for recording in recordings:
            mark = "\u25b2 " if colour else ""
            words = f"{score_cell(batch, recording)}   {mark}{one_line(recording)}   {said}"
            item = QListWidgetItem(words, self.recordings)
            item.setData(_ROLE, recording)
            item.setToolTip(tip(f"{words.strip()}. {SUSPECTED}") if colour else "")
            if colour:
                item.setForeground(theme.cause_colour(""))

    def _chosen(self, item: QListWidgetItem) -> None:
        self.recording_chosen.emit(str(item.data(_ROLE)))


def _label(role: str) -> QLabel:
    label = QLabel(wordWrap=True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        label.setProperty("role", role)
    return label


def _heading(text: str) -> QLabel:
    label = _label("caption")
    label.setText(text)
    return label
