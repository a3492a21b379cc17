"""The strip above the frame while a visible picture is wanted: how it is shown, where it is from, how it lies."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSlider,
    QToolButton,
    QWidget,
)

from thermview.gui.parts import theme
from thermview.gui.parts.elided_label import ElidedLabel
from thermview.gui.parts.number_box import Number
from thermview.gui.parts.plain_words import breakable, percent_text, tip
from thermview.readers.paired_files import SUFFIXES
from thermview.review.visible import source_words
from thermview.thermal.alignment import OFFSET_LIMIT, SCALE_LIMITS, Alignment
from thermview.thermal.fusion import MODES

if TYPE_CHECKING:
    from thermview.gui.session import Session

_STEPS = 100
_NAMES = {
    "side by side": "Side by side",
    "blend": "Blend",
    "picture in picture": "Picture in picture",
    "edges": "Edges",
}
_TIPS = {
    "scale": "How many times as wide as the frame the visible picture is",
    "x": "By how many pixels of the frame the visible picture's middle lies right of the frame's",
    "y": "By how many pixels of the frame the visible picture's middle lies below the frame's",
}


class FusionBar(QWidget):
    """Hidden while the frame is shown alone."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._fused = session, session.fused
        self.mode, self.slider, self.share = QComboBox(), QSlider(Qt.Orientation.Horizontal), QLabel()
        self.source, self.problem = ElidedLabel(elide=Qt.TextElideMode.ElideRight), QLabel(wordWrap=True)
        self.file, self.off = QPushButton("Choose file…"), _flat("×", "Show the frame alone")
        self.forget = _flat("↺", "Take the visible picture again that is found by itself")
        self.scale, self.right, self.down = Number(), Number(), Number()
        self.back = _flat("↺", "Lay it as its file states, for this recording")
        self.move_button = QPushButton("Align")
        self.camera = QPushButton("For this camera")
        self.alignment = QWidget()
        self._dress()
        self._lay_out()
        self._connect()
        self.refresh()

    # -- putting together --------------------------------------------------------------------------

    def _dress(self) -> None:
        for mode in MODES:
            self.mode.addItem(_NAMES[mode], mode)
        self.mode.setToolTip("How the visible picture is shown (Y)")
        self.mode.setAccessibleName("How the visible picture is shown")
        self.slider.setRange(0, _STEPS)
        self.slider.setMinimumWidth(60)
        self.slider.setMaximumWidth(140)
        self.slider.setAccessibleName("Share of the visible picture")
        self.share.setFont(theme.numbers_font())
        self.share.setMinimumWidth(self.share.fontMetrics().horizontalAdvance(percent_text(1.0)) + 4)
        for label, role in ((self.source, "caption"), (self.problem, "muted")):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setProperty("role", role)
        self.problem.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        for box, name, decimals, step in (
            (self.scale, "scale", 3, 0.01), (self.right, "x", 1, 1.0), (self.down, "y", 1, 1.0),
        ):  # fmt: skip
            box.setKeyboardTracking(False)
            box.setFont(theme.numbers_font())
            box.setDecimals(decimals)
            box.setSingleStep(step)
            box.setToolTip(tip(_TIPS[name]))
            box.setFixedWidth(82)
        self.scale.setRange(*SCALE_LIMITS)
        self.scale.setPrefix("× ")
        for box, words in ((self.right, "right"), (self.down, "down")):
            box.setRange(-OFFSET_LIMIT, OFFSET_LIMIT)
            box.setSuffix("\u2009px")
            box.setAccessibleName(f"Visible picture, pixels {words}")
        self.scale.setAccessibleName("Visible picture, scale")
        self.move_button.setCheckable(True)
        self.move_button.setToolTip("Move the visible picture by dragging and with the arrow keys (Shift+Y)")
        self.file.setToolTip("Take another file as the visible picture of this recording")
        for widget in (
            self.mode,
            self.slider,
            self.forget,
            self.file,
            self.off,
            self.back,
            self.move_button,
            self.camera,
        ):
            widget.setFocusPolicy(
                Qt.FocusPolicy.TabFocus
            )  # a click must not take the arrow keys from the frames

    def _lay_out(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout(self.alignment)
        for row in (first, second):
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(8)
        first.addWidget(self.mode)
        first.addWidget(self.slider, 1)
        first.addWidget(self.share)
        first.addWidget(self.source, 2)
        first.addWidget(self.problem, 2)
        first.addWidget(self.forget)
        first.addWidget(self.file)
        first.addWidget(self.off)
        for widget in (
            QLabel("Scale"), self.scale, QLabel("Right"), self.right, QLabel("Down"), self.down, self.back,
            self.move_button, self.camera,
        ):  # fmt: skip
            second.addWidget(widget)
        second.addStretch(1)
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 0, 8, 6)
        grid.setSpacing(6)
        grid.addLayout(first, 0, 0)
        grid.addWidget(self.alignment, 1, 0)

    def _connect(self) -> None:
        fused = self._fused
        self.mode.activated.connect(lambda place: fused.show(self.mode.itemData(place)))
        self.slider.valueChanged.connect(lambda place: fused.set_share(place / _STEPS))
        self.file.clicked.connect(self.ask_file)
        self.forget.clicked.connect(lambda: fused.choose(None))
        self.off.clicked.connect(lambda: fused.show(None))
        self.scale.valueChanged.connect(lambda scale: self._scale_typed(scale))
        self.right.valueChanged.connect(lambda _: self._place_typed())
        self.down.valueChanged.connect(lambda _: self._place_typed())
        self.back.clicked.connect(fused.reset)
        self.move_button.clicked.connect(lambda checked: fused.set_aligning(checked))
        self.camera.clicked.connect(fused.apply_to_camera)
        fused.changed.connect(self.refresh)
        fused.aligning_changed.connect(self.refresh)

    # -- keeping in step ---------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show what holds for the shown recording."""
        fused, picture = self._fused, self._fused.picture
        self.setVisible(fused.on)
        if not fused.on:
            return
        there, mode = picture is not None, fused.look.mode
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(fused.look.share * _STEPS))
        self.mode.setCurrentIndex(self.mode.findData(mode))
        slides = there and mode in ("blend", "edges")
        self.slider.setVisible(slides)
        self.share.setVisible(slides)
        self.share.setText(percent_text(fused.look.share))
        self.source.setVisible(there)
        self.problem.setVisible(not there)
        self.forget.setVisible(fused.is_chosen)
        self.alignment.setVisible(there)
        if picture is None:
            looking = "Looking for the visible picture…" if fused.looking else ""
            self.problem.setText(breakable(fused.problem or looking))
            return
        said = f"{source_words(picture)}; {fused.origin}"
        self.source.setText(said if mode == "side by side" else source_words(picture))
        self.source.setToolTip(tip(f"{picture.path}: {said}"))
        self._show_alignment(fused.alignment)

    def _show_alignment(self, alignment: Alignment) -> None:
        boxes = (
            (self.scale, alignment.scale),
            (self.right, alignment.offset_x),
            (self.down, alignment.offset_y),
        )
        for box, value in boxes:
            with QSignalBlocker(box):
                box.setValue(value)
        self.back.setEnabled(self._fused.differs)
        self.move_button.setChecked(self._fused.aligning)
        inside = self._fused.picture is not None and self._fused.picture.inside
        self.camera.setToolTip(
            tip(
                "Lay the visible picture of every recording of this camera so "
                + ("(as a correction of what each file states) " if inside else "")
                + "unless it was aligned by itself"
            )
        )

    def _scale_typed(self, scale: float) -> None:
        now = self._fused.alignment
        self._fused.align(now.enlarged(scale / now.scale), "numbers")

    def _place_typed(self) -> None:
        now = self._fused.alignment
        self._fused.align(Alignment(now.scale, self.right.value(), self.down.value()), "numbers")

    def ask_file(self) -> None:
        """Which file is the visible picture."""
        recording = self._session.recording
        if recording is None:
            return
        start = str(recording.path.parent)
        kinds = (
            f"Pictures ({' '.join('*' + suffix for suffix in (*SUFFIXES, '.tif', '.tiff'))});;All files (*)"
        )
        path, _ = QFileDialog.getOpenFileName(self, "Choose the visible picture", start, kinds)
        if path:
            self._fused.choose(Path(path))


def _flat(text: str, words: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setAutoRaise(True)
    button.setToolTip(words)
    button.setAccessibleName(words)
    return button
