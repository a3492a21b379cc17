"""The guided page of learning normality, in a window of its own: choose, learn, look at what came of it, save."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from thermview.errors import ThermviewError
from thermview.gui.learn.batch_page import BatchPage
from thermview.gui.learn.choices import MOST
from thermview.gui.learn.choose_page import ChoosePage
from thermview.gui.learn.fit_words import default_name, fit_sentence
from thermview.gui.learn.progress_page import ProgressPage
from thermview.gui.parts.plain_words import breakable, one_line, tip
from thermview.gui.session import Session
from thermview.inference.catalogue import user_models_folder
from thermview.laser.normality.fit import LEAST_RECORDINGS, Fit

_SIZE = QSize(980, 720)
_MOST_NOTES = 4


class LearnWindow(QWidget):
    """Shows where learning stands; the session's `learning` does it and outlives this window."""

    recording_wanted = Signal(object)
    """path of a recording to open"""
    score_all_wanted = Signal()

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._session, self.learning = session, session.learning
        self._shown: Fit | None = None
        self.setWindowTitle("Learn normality \u2013 ThermView")
        self.choose, self.progress = ChoosePage(session), ProgressPage(self.learning)
        self.validation = self._make_validation()
        self.pages = QStackedWidget()
        for page in (self.choose, self.progress, self.validation):
            self.pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pages)
        self.resize(_SIZE.boundedTo(self.screen().availableGeometry().size() * 0.92))
        self.choose.start_wanted.connect(self.start)
        self.choose.tree.recording_opened.connect(self.recording_wanted)
        self.learning.changed.connect(self.refresh)
        session.capture_changed.connect(self._capture_changed)
        session.scores_changed.connect(lambda first, stop: self._refresh_buttons())
        self._capture, self._scanning = session.capture, session.browsing.scanning
        self.choose.say_failure("")

    def _make_validation(self) -> QWidget:
        page = QWidget()
        self.summary, self.left_out, self.where = (
            QLabel(wordWrap=True),
            QLabel(wordWrap=True),
            QLabel(wordWrap=True),
        )
        for label in (self.summary, self.left_out, self.where):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.left_out.setProperty("role", "caption")
        self.where.setProperty("role", "muted")
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.again = QPushButton("Choose again")
        self.again.setToolTip("Back to the recordings; what was learnt is forgotten unless it is saved")
        self.save_button, self.use_button = QPushButton("Save as…"), QPushButton("Use this model now")
        self.score_button = QPushButton("Score all recordings")
        self.again.clicked.connect(self.choose_again)
        self.save_button.clicked.connect(self.save)
        self.use_button.clicked.connect(self.use)
        self.score_button.clicked.connect(self.score_all_wanted)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.again)
        buttons.addWidget(self.where, 1)
        for button in (self.save_button, self.use_button, self.score_button):
            buttons.addWidget(button)
        column = QVBoxLayout(page)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        for widget in (self.summary, self.left_out):
            column.addWidget(widget)
        column.addWidget(self.tabs, 1)
        column.addLayout(buttons)
        return page

    # -- what a person does ------------------------------------------------------------------------

    def present(self) -> None:
        """Show the window where learning stands."""
        if self.choose.choices is None or self._capture != self._session.capture:
            self._capture = self._session.capture
            self.choose.read()
        self.refresh()
        self.show()
        self.raise_()
        self.activateWindow()

    def start(self) -> None:
        """Learn from what is checked."""
        choices = self.choose.choices
        if choices is None:
            return
        chosen = self.choose.tree.chosen.values()
        paths = [row.path for rows in chosen if len(rows) >= LEAST_RECORDINGS for row in rows]
        self.learning.start(choices.folder, paths)

    def save(self) -> None:
        """Ask where to write the model, and write it."""
        fit = self.learning.fit
        if fit is None:
            return
        folder = user_models_folder()
        start = self.learning.saved or folder / default_name(fit)
        path, _ = QFileDialog.getSaveFileName(self, "Save the model", str(start), "ONNX models (*.onnx)")
        if not path:
            return
        target = Path(path) if path.lower().endswith(".onnx") else Path(f"{path}.onnx")
        try:
            if target.parent == folder:
                folder.mkdir(parents=True, exist_ok=True)
            self.learning.save(target)
        except (ThermviewError, OSError) as error:
            self.where.setText(breakable(f"\u26a0 {error}"))

    def use(self) -> None:
        """Score with the model from now on; it is saved first where it is not."""
        if self.learning.saved is None:
            self.save()
        self.learning.use()

    def choose_again(self) -> None:
        """Back to the recordings."""
        self.learning.forget()
        self.choose.read()
        self.refresh()

    def open_recording(self, name: str) -> None:
        """Open a recording that the model names, where its capture is the open one."""
        choices = self.choose.choices
        rows = choices.batches.values() if choices is not None else ()
        path = next((row.path for batch in rows for row in batch if row.id == name), None)
        if path is None or self.learning.capture != self._session.capture:
            self.where.setText(f"{one_line(name)} is not in the open capture.")
        else:
            self.recording_wanted.emit(path)

    # -- keeping in step ---------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the page that belongs to where learning stands."""
        learning = self.learning
        self.choose.say_failure(learning.problem)
        if learning.job is not None:
            self.pages.setCurrentWidget(self.progress)
            self.progress.refresh()
        elif learning.fit is not None:
            if self._shown is not learning.fit:
                self._show_fit(learning.fit)
            self.pages.setCurrentWidget(self.validation)
        else:
            self.pages.setCurrentWidget(self.choose)
        self._refresh_buttons()

    def _show_fit(self, fit: Fit) -> None:
        self._shown = fit
        self.summary.setText(fit_sentence(fit))
        told = [breakable(one_line(text)) for text in (*fit.left_out, *fit.problems)]
        more = f"\nand {len(told) - _MOST_NOTES} more" if len(told) > _MOST_NOTES else ""
        self.left_out.setText("\n".join(told[:_MOST_NOTES]) + more)
        self.left_out.setToolTip(tip("\n".join(told[:40])))
        self.left_out.setVisible(bool(told))
        while self.tabs.count():
            if (old := self.tabs.widget(0)) is not None:
                old.deleteLater()
            self.tabs.removeTab(0)
        for batch in fit.batches:
            page = BatchPage()
            page.show_batch(batch, self._session.display.palette)
            page.recording_chosen.connect(self.open_recording)
            mark = " \u25b2" if batch.suspects or batch.problems else ""
            self.tabs.addTab(page, f"{one_line(batch.name)}{mark}".replace("&", "&&"))

    def _refresh_buttons(self) -> None:
        learning = self.learning
        saved, used = learning.saved, learning.used
        self.use_button.setEnabled(learning.fit is not None and not used)
        self.use_button.setText("In use" if used else "Use this model now" if saved else "Save and use…")
        self.score_button.setVisible(used)
        if saved is None:
            self.where.setText("Not saved yet.")
        else:
            self.where.setText(breakable(f"{saved.name} in {saved.parent}" + (", in use." if used else ".")))

    def _capture_changed(self) -> None:
        """Another capture, or more of it: list it, unless something was chosen already."""
        if self.isHidden() or self.pages.currentWidget() is not self.choose:
            return
        capture, index = self._session.capture, self._session.browsing.index
        shown = self.choose.choices
        few = index is not None and index.count <= MOST  # a huge capture is listed once, when it is all there
        grown = few and self._session.browsing.scanning
        ended = self._scanning and not self._session.browsing.scanning
        self._scanning = self._session.browsing.scanning
        if capture != self._capture or grown or ended or (few and shown is None):
            self._capture = capture
            self.choose.read()
