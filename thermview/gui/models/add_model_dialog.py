"""Adds a model of the user's own that describes pictures: shows what is known of it, asks for the rest, tries it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from thermview.errors import ThermviewError
from thermview.gui.models.answers import (
    OTHER,
    SCALINGS,
    Answers,
    Layout,
    Scaling,
    answers_of,
    card_from,
    numbers_text,
    scaling_name,
    typed_numbers,
)
from thermview.gui.models.tensor_preview import TensorPreview
from thermview.gui.parts.plain_words import breakable, count_text, duration_text, one_line
from thermview.inference.card import ModelCard
from thermview.inference.graph_file import GraphValue
from thermview.inference.proposal import BYTE, LAYOUT, OUTPUT, SCALING, SIZE, Proposal
from thermview.jobs import Job, Progress, Steps

if TYPE_CHECKING:
    from thermview.gui.session import Session

_CHOOSE = "choose…"
_LAYOUTS: dict[tuple[Layout, Literal[1, 3]], str] = {
    ("NCHW", 3): "colour, channels first (NCHW)",
    ("NCHW", 1): "grey, channels first (NCHW)",
    ("NHWC", 3): "colour, channels last (NHWC)",
    ("NHWC", 1): "grey, channels last (NHWC)",
}
_FITS = {"stretch": "stretch to it", "crop": "fill it, cut the rest off", "letterbox": "whole, with margins"}
_ORDERS = {"rgb": "red, green, blue", "bgr": "blue, green, red"}
_SIDES = (8, 2048)


class AddModelDialog(QDialog):
    """One page: what the model states, what a person must say, what the model sees, whether it works."""

    def __init__(self, session: Session, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Add a picture model")
        self._session, self._path = session, path
        self.proposal: Proposal | None = None
        self._answers: Answers | None = None
        self._card: ModelCard | None = None
        self._job: Job | None = None
        self._captions: dict[str, QLabel] = {}
        self._make_fields()
        self._lay_out()
        self._later = QTimer(self, interval=120, singleShot=True)
        self._later.timeout.connect(self._try)
        self.finished.connect(self._stop)
        self._read()

    # -- what it is made of --------------------------------------------------------------------------

    def _make_fields(self) -> None:
        self.words, self.outcome = QLabel(wordWrap=True), QLabel(wordWrap=True)
        for label in (self.words, self.outcome):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.name = QLineEdit()
        self.rows, self.columns = (QSpinBox(minimum=_SIDES[0], maximum=_SIDES[1]) for _ in range(2))
        self.axes, self.order, self.fit = QComboBox(), QComboBox(), QComboBox()
        self.scaling, self.mean, self.sd = QComboBox(), QLineEdit(), QLineEdit()
        self.output = QComboBox()
        self.axes.addItems(list(_LAYOUTS.values()))
        for box, texts in ((self.fit, _FITS), (self.order, _ORDERS)):
            for value, text in texts.items():
                box.addItem(text, value)
        self.scaling.addItems([_CHOOSE, *SCALINGS, OTHER])
        self.mean.setPlaceholderText("mean of values 0 to 1, one number or three")
        self.sd.setPlaceholderText("standard deviation, one number or three")
        self.preview, self.seen = TensorPreview(), QLabel(wordWrap=True)
        self.seen.setProperty("role", "caption")

    def _lay_out(self) -> None:
        size = QHBoxLayout()
        for widget in (self.columns, QLabel("\u00d7"), self.rows, self.fit):
            size.addWidget(widget)
        size.addStretch(1)
        form = QFormLayout()
        form.setVerticalSpacing(4)
        form.addRow("Name", self.name)
        self._add(form, "Picture size", size, SIZE)
        self._add(form, "Layout", self.axes, LAYOUT)
        form.addRow("Colours", self.order)
        self._add(form, "Pixel values", self.scaling, SCALING)
        form.addRow("", self.mean)
        form.addRow("", self.sd)
        self._add(form, "Answer", self.output, OUTPUT)
        right = QVBoxLayout()
        right.addWidget(self.preview, 1)
        right.addWidget(self.seen)
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addLayout(form, 3)
        middle.addLayout(right, 2)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.use = QPushButton("Add and use", default=True)
        buttons.addButton(self.use, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addWidget(self.words)
        column.addLayout(middle, 1)
        column.addWidget(self.outcome)
        column.addWidget(buttons)
        self.use.setEnabled(False)
        self.words.setMinimumWidth(680)

    def _add(self, form: QFormLayout, text: str, field: QWidget | QHBoxLayout, what: str) -> None:
        """A row with a caption that says where its value comes from."""
        caption = self._captions[what] = QLabel(wordWrap=True)
        caption.setTextFormat(Qt.TextFormat.PlainText)
        form.addRow(text, field)
        form.addRow("", caption)

    # -- reading the model ---------------------------------------------------------------------------

    def _read(self) -> None:
        self.words.setText(f"Reading {one_line(self._path.name)}…")
        self._set_fields_enabled(False)

        def steps() -> Steps:
            from thermview.inference.session import proposal_of

            yield Progress(1, 1, proposal_of(self._path))

        self._run("Reading a model", steps, self._known)

    def _known(self, proposal: Proposal) -> None:
        self.proposal, answers = proposal, answers_of(proposal)
        self.words.setText(_facts(self._path, proposal))
        self.name.setText(answers.name)
        self.rows.setValue(answers.rows)
        self.columns.setValue(answers.columns)
        self.axes.setCurrentText(_LAYOUTS[answers.layout, answers.channels])
        self.order.setCurrentIndex(self.order.findData(answers.order))
        self.fit.setCurrentIndex(self.fit.findData(answers.fit))
        self.scaling.setCurrentText(scaling_name(answers.scaling) or _CHOOSE)
        if answers.scaling is not None:
            self._show_numbers(answers.scaling)
        for output in proposal.outputs:
            self.output.addItem(_value_words(output), output.name)
        self.output.setCurrentIndex(self.output.findData(answers.output))
        self._answers = answers
        self._set_fields_enabled(True)
        self._connect()
        self._changed()

    def _connect(self) -> None:
        self.name.textChanged.connect(self._changed)
        for box, what in (
            (self.rows.valueChanged, SIZE),
            (self.columns.valueChanged, SIZE),
            (self.axes.activated, LAYOUT),
            (self.output.activated, OUTPUT),
        ):
            box.connect(partial(self._said, what))
        for signal in (self.order.activated, self.fit.activated, self.mean.textEdited, self.sd.textEdited):
            signal.connect(self._changed)
        self.scaling.activated.connect(self._take_scaling)

    def _set_fields_enabled(self, enabled: bool) -> None:
        for field in (self.name, self.rows, self.columns, self.axes, self.order, self.fit, self.scaling,
                      self.mean, self.sd, self.output):  # fmt: skip
            field.setEnabled(enabled)

    # -- what a person says --------------------------------------------------------------------------

    def _said(self, what: str, *_: object) -> None:
        assert self._answers is not None
        self._answers = self._answers.said(what)
        self._changed()

    def _take_scaling(self, *_: object) -> None:
        known = SCALINGS.get(self.scaling.currentText())
        if known is not None:
            self._show_numbers(known)
        self._changed()

    def _show_numbers(self, scaling: Scaling) -> None:
        self.mean.setText(numbers_text(scaling.mean))
        self.sd.setText(numbers_text(scaling.std))

    def _scaling(self) -> Scaling | None:
        chosen = self.scaling.currentText()
        if chosen != OTHER:
            return SCALINGS.get(chosen)
        mean, sd = typed_numbers(self.mean.text()), typed_numbers(self.sd.text())
        return Scaling(BYTE, mean, sd) if mean and sd and all(sd) else None

    def _changed(self, *_: object) -> None:
        """Take over what the fields say, show it, and try it once the typing is over."""
        if self._answers is None or self.proposal is None:
            return
        layout, channels = list(_LAYOUTS)[self.axes.currentIndex()]
        self._answers = replace(
            self._answers, name=self.name.text(), rows=self.rows.value(), columns=self.columns.value(),
            layout=layout, channels=channels, order=self.order.currentData(), fit=self.fit.currentData(),
            scaling=self._scaling(), output=self.output.currentData(),
        )  # fmt: skip
        own = self.scaling.currentText() == OTHER
        self.mean.setVisible(own)
        self.sd.setVisible(own)
        self.order.setEnabled(channels == 3)
        self._show_sources()
        self.use.setEnabled(False)
        try:
            self._card = card_from(self.proposal, self._answers)
            self.preview.show_frame(self._session.frame, self._card)
        except ThermviewError as error:
            self._card = None
            self._say(str(error), "problem")
            return
        self.seen.setText(self.preview.words)
        if self._answers.open:
            self._say(
                f"Please say its {' and its '.join(self._answers.open)}: nothing in the files does.",
                "problem",
            )
        else:
            self._say("Trying it…", "muted")
            self._later.start()

    def _show_sources(self) -> None:
        assert self.proposal is not None
        assert self._answers is not None
        for what, caption in self._captions.items():
            source = self.proposal.sources[what]
            is_open = what in self._answers.open
            if is_open:
                text = "Nobody states it: choose, as the model's publisher says."
            elif what in self.proposal.open:
                text = "Said by you."
            else:
                text = f"From {source}." if what != OUTPUT else f"{source[0].upper()}{source[1:]}."
            caption.setText(text)
            caption.setProperty("role", "problem" if is_open else "caption")
            caption.style().polish(caption)

    # -- trying and keeping --------------------------------------------------------------------------

    def _try(self) -> None:
        card, path = self._card, self._path
        if card is None:
            return

        def steps() -> Steps:
            from thermview.inference.pictures import check_embedding, embedding_seconds
            from thermview.inference.session import open_model

            model = open_model(path, card)
            yield Progress(1, 1, (check_embedding(model), embedding_seconds(model)))

        self._run("Trying a model", steps, self._tried)

    def _tried(self, found: tuple[int, float]) -> None:
        dimensions, seconds = found
        self._say(
            f"It works: {count_text(dimensions, 'number')} a picture in {duration_text(seconds)}; a picture gives "
            "the same alone and among others, different pictures give different numbers. Whether they tell what "
            "you want to know, only your pictures can show.",
            "muted",
        )
        self.use.setEnabled(True)

    def accept(self) -> None:
        """Copy the model with its card to the user's models, use it from now on, and close."""
        card, path = self._card, self._path
        if card is None or not self.use.isEnabled():
            return
        self.use.setEnabled(False)
        self._say("Copying it…", "muted")

        def steps() -> Steps:
            from thermview.inference.catalogue import add_model

            yield Progress(1, 1, add_model(path, card))

        self._run("Adding a model", steps, self._added)

    def _added(self, copy: Path) -> None:
        self._session.picture_model.choose(copy)
        super().accept()

    # -- small things --------------------------------------------------------------------------------

    def _run(self, name: str, steps: Callable[[], Steps], came: Callable[[Any], None]) -> None:
        """Do something in a thread; only the newest counts."""
        self._stop()
        job = Job(name, steps)

        def ended(done: Job) -> None:
            if done is self._job and done.error is not None and not done.cancelled:
                self._say(done.error_text, "problem")

        def stepped(progress: Progress) -> None:
            if job is self._job and progress.result is not None:
                came(progress.result)

        self._job = job
        self._session.submit(self._session.peek_worker, job, stepped, ended, urgent=True)

    def _stop(self, *_: object) -> None:
        self._later.stop()
        if self._job is not None:
            self._job.cancel()
        self._job = None

    def _say(self, text: str, role: Literal["problem", "muted"]) -> None:
        self.outcome.setText(breakable(text))
        self.outcome.setProperty("role", role)
        self.outcome.style().polish(self.outcome)


def _facts(path: Path, proposal: Proposal) -> str:
    takes = ", ".join(_value_words(value) for value in proposal.inputs)
    return breakable(
        f"{one_line(path.name)} takes {takes}. It is copied to your models; the file stays as it is."
    )


def _value_words(value: GraphValue) -> str:
    sides = " \u00d7 ".join("any" if side is None else str(side) for side in value.shape)
    return one_line(f"{value.name} ({sides})")
