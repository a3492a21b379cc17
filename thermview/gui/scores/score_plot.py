"""Scores of the shown recording: verdict, curves, threshold, and the event at hand."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QScrollArea,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from thermview.errors import ThermviewError
from thermview.gui.parts import theme
from thermview.gui.parts.empty_state import EmptyState
from thermview.gui.parts.envelope import PEAKS_SAID
from thermview.gui.parts.plain_words import duration_text, score_text, tip
from thermview.gui.parts.progress import show_progress
from thermview.gui.scores.score_graph import ScoreGraph
from thermview.gui.scores.score_words import (
    event_after,
    event_before,
    event_line,
    false_alarm_details,
    false_alarm_words,
    picture_words,
    progress_words,
    verdict_words,
)
from thermview.inference.card import ModelCard
from thermview.jobs import Job, Progress, Steps
from thermview.recording import is_colour
from thermview.scoring import Event

if TYPE_CHECKING:
    from thermview.gui.session import Session

Which = Callable[[Sequence[Event], int], Event | None]
_REDRAW_MS = 100  # scores that come in are drawn at most this often
_LOW_PX = 440  # a lower dock gives its room to the curves; what explains them is in their tip then
_GRAPH_TIP = "Click: go to the frame, on an event to its first. Wheel: zoom. Drag: move along. Double-click: all of it."
_NOTHING = (
    "No recording is shown. Choose one in the tree, then score it (S): the score of every frame appears here."
)
_PICTURE = (
    "A picture has no score over time. How typical it is of its class is told by its density (Density dock), "
    "measured for the whole capture at once."
)
_NO_SCORES = (
    "No scores yet. Score this recording (S) or choose a model: the score of every frame, the events and their "
    "causes fill in here while you go on."
)


class ScorePlot(QWidget):
    """Pulls scores from the session and redraws at most ten times a second; a frame change moves two lines."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._shown: object = None
        self._card: ModelCard | None = None
        self._card_of = ""
        self.empty = EmptyState()
        self.graph = ScoreGraph()
        self._make_labels()
        self._lay_out()
        self._soon = QTimer(self, interval=_REDRAW_MS, singleShot=True)
        self._soon.timeout.connect(self.refresh)
        self.graph.frame_clicked.connect(session.seek)
        self.graph.threshold_moving.connect(self._say_threshold)
        self.graph.threshold_moved.connect(session.set_threshold)
        session.recording_changed.connect(self._recording_changed)
        session.scores_changed.connect(self._scores_changed)
        session.frame_changed.connect(self._frame_changed)
        session.jobs_changed.connect(self._say_progress)
        self.refresh()

    def _make_labels(self) -> None:
        self.verdict, self.model, self.event_text, self.caption = QLabel(), QLabel(), QLabel(), QLabel()
        for label in (self.verdict, self.model, self.event_text, self.caption):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        for label in (self.model, self.caption):
            label.setProperty("role", "caption")
        self.event_text.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setMaximum(1000)
        self.before = self._button("\u25c2", "Previous event", event_before)
        self.after = self._button("\u25b8", "Next event", event_after)
        line = self.event_text.fontMetrics().lineSpacing()
        above = max(
            (self.before.sizeHint().height() - line) // 2, 0
        )  # the first line stands beside the arrows
        self.event_text.setContentsMargins(0, above, 0, 0)
        self.event_text.setMinimumHeight(above + 2 * line)

    def _button(self, text: str, words: str, which: Which) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda: self._go(which(self.events, self.session.frame_index)))
        return button

    def _lay_out(self) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(8, 8, 8, 6)
        column.setSpacing(4)
        column.addWidget(self.verdict)
        column.addWidget(self.model)
        column.addWidget(self.bar)
        column.addWidget(self.graph, 1)
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self.before, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.after, 0, Qt.AlignmentFlag.AlignTop)
        row.addSpacing(4)
        row.addWidget(self.event_text, 1)
        column.addLayout(row)
        column.addWidget(self.caption)
        self._page = QScrollArea(
            widgetResizable=True
        )  # what has no room in a low dock is scrolled to, not cut off
        self._page.setFrameShape(QFrame.Shape.NoFrame)
        self._page.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._page.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._page.setWidget(page)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self._page)

    # -- keeping in step ---------------------------------------------------------------------------

    @property
    def events(self) -> tuple[Event, ...]:
        """Events of the finished scores."""
        final = self.session.scored.final
        return final.events if final else ()

    def _recording_changed(self) -> None:
        if self.session.recording is not self._shown or self.session.recording is None:
            self.refresh()

    def _scores_changed(self, first: int, stop: int) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def refresh(self) -> None:
        """Show what the session knows now."""
        session = self.session
        recording, live = session.recording, session.scored.live
        if recording is not self._shown:
            self._shown = recording
            if recording is not None:
                uneven = recording.timestamps is not None
                self.graph.new_recording(len(recording), None if uneven else recording.frame_rate)
        if recording is None:
            self._say_empty(_NOTHING)
        elif len(recording) == 1 or is_colour(recording):
            self._say_picture()
        elif live is not None and (session.scored.scoring or live.stop > 0 or _any_known(live.values)):
            self._show_scores()
        elif session.scored.looking and self._pages.currentWidget() is self._page:
            self._clear()  # for a moment: a page that came and went would only flicker
        else:
            self._say_empty(_NO_SCORES, "Score (S)", session.score)

    def _clear(self) -> None:
        """Nothing is known of this recording yet; the graph is empty since it was shown."""
        for label in (self.verdict, self.model, self.event_text):
            label.setText("")

    def _say_picture(self) -> None:
        """A picture's score in words where the capture's densities are measured, else how to get it."""
        final = self.session.scored.final
        if final is None:
            self._say_empty(_PICTURE, "Measure densities (S)", self.session.measure_densities)
        else:
            self._say_empty("\n\n".join([picture_words(final), *(event.text for event in final.events)]))

    def _say_empty(self, words: str, button: str = "", action: Callable[[], None] | None = None) -> None:
        notice = self.session.scored.notice
        self.empty.say(f"{words}\n\n{notice}" if notice else words, button, action)
        self._pages.setCurrentWidget(self.empty)

    def _show_scores(self) -> None:
        session = self.session
        self._pages.setCurrentWidget(self._page)
        self.graph.show_scores(session.scored.live, session.context.obstacles)
        self._say_verdict()
        self._say_progress()
        self._say_caption()
        self._frame_changed()
        final = session.scored.final
        if final is not None:
            self._say_threshold(final.threshold)
            self._look_up_card(final.model.name)

    def _say_verdict(self) -> None:
        final, notice = self.session.scored.final, self.session.scored.notice
        if final is None:
            self.verdict.setText("Scoring\u2026" if self.session.scored.scoring else "Scored in part")
            self.model.setText(notice)
        else:
            self.verdict.setText(f"{'▲' if final.anomalous else '●'} {verdict_words(final)}")
            took = f", scored in {duration_text(final.seconds)}" if final.seconds > 0 else ""
            self.model.setText(
                "\n".join(text for text in (f"model: {final.model.name}{took}", notice) if text)
            )
        anomalous = final is not None and final.anomalous
        colour = theme.ANOMALY if anomalous else theme.current().text
        look = f"color: {colour}; font-weight: {600 if anomalous else 400};"
        if look != self.verdict.styleSheet():  # to be dressed anew takes a label milliseconds
            self.verdict.setStyleSheet(look)
        self.model.setVisible(bool(self.model.text()))

    def _say_progress(self) -> None:
        name = f"Scoring {self.session.recording_id}"
        job = next((job for job in self.session.jobs if job.name == name), None)
        self.bar.setVisible(job is not None)
        if job is not None:
            show_progress(self.bar, job)
            if self.session.scored.final is None:
                self.verdict.setText(f"Scoring: {progress_words(job)}")

    def _say_caption(self) -> None:
        parts = [PEAKS_SAID]
        if self.graph.causes:
            parts.append("Each lane has its own scale; dashed: the threshold.")
        cut_off = ""
        if self.graph.cut_above is not None:
            cut, largest = score_text(self.graph.cut_above), score_text(self.graph.largest)
            cut_off = f"Scores above {cut} are cut off; the largest is {largest}."
        low = self.height() < _LOW_PX
        self.caption.setText(cut_off if low else " ".join([*parts, cut_off]).strip())
        self.caption.setVisible(bool(self.caption.text()))
        self.graph.setToolTip(tip("\n".join([_GRAPH_TIP, *(parts if low else ())])))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if hasattr(self, "_soon"):
            self._say_caption()

    def _frame_changed(self) -> None:
        frame = self.session.frame_index
        self.graph.set_cursor(frame)
        text = event_line(self.events, frame) if self.session.scored.final else ""
        if text != self.event_text.text():
            self.event_text.setText(text)
            self.event_text.setToolTip(tip(text))
        self.before.setEnabled(event_before(self.events, frame) is not None)
        self.after.setEnabled(event_after(self.events, frame) is not None)

    def _go(self, event: Event | None) -> None:
        if event is not None:
            self.session.seek(event.first)

    # -- the threshold -----------------------------------------------------------------------------

    def _say_threshold(self, value: float) -> None:
        batch = self._batch()
        known = false_alarm_words(self._card, value, batch)
        text = f"threshold {score_text(value)}"
        self.graph.threshold.label.setText(f"{text}, {known}" if known else text)
        measured = false_alarm_details(self._card, value, batch)
        self.graph.threshold.setToolTip(tip(f"Drag to choose another threshold.\n{measured}".strip()))

    def _batch(self) -> str:
        """The folder that the shown recording lies in, which a learnt model knows its batch by."""
        capture = self.session.capture
        above = self.session.recording_id.rpartition("/")[0].rpartition("/")[2]
        return above or (capture.stem if capture is not None else "")

    def _look_up_card(self, model: str) -> None:
        """Read in a thread what the model states of its thresholds, once for each model."""
        if model == self._card_of:
            return
        self._card_of, self._card = model, None
        chosen = self.session.scored.chosen_model

        def came(progress: Progress) -> None:
            if model == self._card_of:
                self._card = progress.result
                self._soon.start()

        job = Job("Reading a model's card", lambda: _card_named(model, chosen))
        self.session.submit(self.session.peek_worker, job, came)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_soon"):
            self._soon.start()


def _any_known(values: NDArray[np.float32]) -> bool:
    return bool(np.isfinite(values).any())


def _card_named(name: str, chosen: Path | None) -> Steps:
    """Looks up the card of a model by its name: the chosen model's, else one of the catalogue; result None if gone."""
    # imported where they are needed: a start of the window that scores nothing reads no model
    from thermview.inference.catalogue import catalogue
    from thermview.inference.session import card_of

    cards = [entry.card for entry in catalogue() if entry.card is not None]
    if chosen is not None:
        with contextlib.suppress(ThermviewError):  # then the scores came from elsewhere
            cards.insert(0, card_of(chosen))
    yield Progress(1, 1, next((card for card in cards if card.name == name), None))
