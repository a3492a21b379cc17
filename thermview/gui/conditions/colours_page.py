"""Temperatures from colours: palette, ends of the colour bar, how well it fits, and the one button that does it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from thermview.errors import ThermviewError
from thermview.gui.parts import theme
from thermview.gui.parts.plain_words import breakable, tip, with_unit
from thermview.readers.colour_estimate import EstimatedRecording, RefusedRecording
from thermview.readers.palette_files import CAMERA_SUFFIXES, TABLE_SUFFIXES
from thermview.thermal.colour_scale import checked_ends
from thermview.thermal.palettes import NAMES
from thermview.thermal.temperature_units import TEMPERATURE_UNITS, Unit
from thermview.thermal.ticks import number_text

if TYPE_CHECKING:
    from thermview.gui.session import Session

_INTRO = (
    "This picture holds colours. State the temperatures at the two ends of its colour bar, and temperatures are "
    "estimated from them; nothing is converted before."
)
_ESTIMATED = "Temperatures are estimated from this picture's colours, as you stated them here."
_FROM_FILE = "From a file…"
_ENDS_TIP = (
    "As read at the colour bar: the temperature of its first or last colour. A wrong end gives temperatures that look "
    "right: with the scene's own extremes in place of the bar's they were up to 8 °C off."
)


class ColoursPage(QScrollArea):
    """Asks for what the picture does not say, and shows how well the palette fits while it is chosen."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._asked_for: tuple[object, ...] = ()
        self.palette_box = QComboBox()
        self.low, self.high = QLineEdit(), QLineEdit()
        self.suggest = QPushButton()
        self.fit, self.refusal, self.sure, self.scope = (QLabel(wordWrap=True) for _ in range(4))
        self.residual = QCheckBox("Show on the frame how far each colour is off")
        self.confirm, self.reset = QPushButton("Estimate temperatures"), QPushButton("Show colours again")
        self.apply = QPushButton("Apply to this folder")
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.intro = QLabel(_INTRO, wordWrap=True)
        labels = ((self.intro, "muted"), (self.fit, "caption"), (self.refusal, "problem"), (self.sure, "caption"),
                  (self.scope, "caption"))  # fmt: skip
        for label, role in labels:
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setProperty("role", role)
        self.palette_box.setAccessibleName("Palette of the picture")
        self.palette_box.setToolTip(
            tip("The palette that the picture was drawn in; the one that fits best is chosen.")
        )
        self.palette_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for box, words in ((self.low, "Coldest colour"), (self.high, "Hottest colour")):
            box.setFont(theme.numbers_font())
            box.setAccessibleName(f"{words}, temperature")
            box.setToolTip(tip(_ENDS_TIP))
        for button in (self.suggest, self.confirm, self.reset, self.apply):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(10)
        ends = QHBoxLayout()
        ends.setSpacing(8)
        ends.addWidget(self.low)
        ends.addWidget(QLabel("to"))
        ends.addWidget(self.high)
        form = QFormLayout()
        form.setHorizontalSpacing(8)
        form.addRow("Palette", self.palette_box)
        form.addRow("Colour bar", ends)
        form.addRow("", self.suggest)
        buttons = QHBoxLayout()
        buttons.addWidget(self.reset)
        buttons.addWidget(self.apply)
        buttons.addStretch(1)
        column.addWidget(self.intro)
        column.addLayout(form)
        for widget in (self.refusal, self.sure, self.confirm, self.fit, self.residual):
            column.addWidget(widget)
        column.addLayout(buttons)
        column.addWidget(self.scope)
        column.addStretch(1)
        self.setWidget(page)

    def _connect(self) -> None:
        estimating, used = self._session.estimating, self._session.conditions
        self.palette_box.activated.connect(self._palette_chosen)
        for box in (self.low, self.high):
            box.textChanged.connect(self._say_ends)
            box.returnPressed.connect(self._confirm)
        self.suggest.clicked.connect(self._take_suggestion)
        self.residual.toggled.connect(estimating.show_residual)
        self.confirm.clicked.connect(self._confirm)
        self.reset.clicked.connect(lambda: used.state_colours(None))
        self.apply.clicked.connect(used.apply_colours)
        estimating.changed.connect(self.refresh)

    # -- keeping in step ---------------------------------------------------------------------------

    @property
    def _unit(self) -> Unit:
        return TEMPERATURE_UNITS[self._session.settings["temperature_unit"]]

    def refresh(self) -> None:
        """Show what is stated and what was found of the shown picture."""
        session = self._session
        if session.estimating.colours is None:
            return
        asked = (session.recording_id, session.conditions.colour_scale, self._unit.name)
        if asked != self._asked_for:
            self._asked_for = asked
            self._fill_ends()
        self._fill_palettes()
        self._say_fit()
        self._say_ends()
        stated = session.conditions.colour_scale is not None
        self.intro.setText(_ESTIMATED if isinstance(session.recording, EstimatedRecording) else _INTRO)
        self.reset.setEnabled(stated)
        self.apply.setEnabled(stated and not session.conditions.of_folder)
        self.scope.setText(self._scope_words())

    def _fill_ends(self) -> None:
        """The stated ends, or none: they are a person's to state, also where something suggests them."""
        scale, unit = self._session.conditions.colour_scale, self._unit
        ends = (None, None) if scale is None else (scale.low_c, scale.high_c)
        for box, end in zip((self.low, self.high), ends, strict=True):
            with QSignalBlocker(box):
                box.setText("" if end is None else f"{unit.of(end):.6g}".replace("-", chr(0x2212)))
                box.setPlaceholderText(f"{'coldest' if box is self.low else 'hottest'}, {unit.name}")
        suggested = self._session.estimating.suggested_ends
        self.suggest.setVisible(suggested is not None)
        if suggested is not None:
            low, high = (number_text(unit.of(end), 1) for end in suggested)
            self.suggest.setText(f"Inspection range {low} to {with_unit(high, unit.name)}")
            self.suggest.setToolTip(
                tip(
                    "The annotation states this range of inspection. Whether it is that of the colour bar is not "
                    "known: take it where you know it is."
                )
            )

    def _fill_palettes(self) -> None:
        estimating = self._session.estimating
        guess = estimating.judged.guess if estimating.judged is not None else None
        names = list(dict.fromkeys([*NAMES, *estimating.own, *filter(None, [estimating.palette])]))
        with QSignalBlocker(self.palette_box):
            self.palette_box.clear()
            for name in names:
                told = "a grey picture" if name == "grey" else "fits best"
                self.palette_box.addItem(f"{name} ({told})" if name == guess else name, name)
            self.palette_box.addItem(_FROM_FILE, "")
            self.palette_box.setCurrentIndex(names.index(estimating.palette) if estimating.palette else -1)
            self.palette_box.setPlaceholderText("choose the palette")

    def _say_fit(self) -> None:
        session, judged = self._session, self._session.estimating.judged
        shown = session.recording
        refusal = session.estimating.problem
        if judged is None:
            self.fit.setText("" if refusal else "Looking at the colours…")
        else:
            self.fit.setText(
                f"Off the palette {judged.palette}: middle pixel {number_text(judged.median, 1)}, "
                f"mean {number_text(judged.mean, 1)} RGB units; "
                f"{number_text(judged.foreign * 100, 1)}\u2009% of the pixels are none of its colours."
                + (f" A colour bar in the picture is left out ({judged.bar.words()})." if judged.bar else "")
            )
            if session.estimating.palette:
                refusal = judged.refusal
            elif not refusal:
                refusal = "No palette is clearly the one: choose it, or read it from a file."
        if isinstance(shown, RefusedRecording) and not refusal:
            refusal = shown.reason
        self.refusal.setText(breakable(refusal))
        self.refusal.setVisible(bool(refusal))
        with QSignalBlocker(self.residual):
            self.residual.setChecked(session.estimating.residual_shown)
        self.residual.setEnabled(judged is not None)

    def _scope_words(self) -> str:
        used = self._session.conditions
        if used.of_folder:
            return "Holds for every picture of this size in this folder that has nothing of its own."
        if used.colour_scale is not None:
            return "Remembered for this picture. The file itself is never changed."
        return ""

    # -- ends --------------------------------------------------------------------------------------

    def ends(self) -> tuple[float, float] | None:
        """The typed ends in °C; None while they make no colour bar."""
        try:
            low, high = (self._unit.stored(_number(box.text())) for box in (self.low, self.high))
            return checked_ends(low, high)
        except (ValueError, ThermviewError):
            return None

    def _say_ends(self) -> None:
        """What these ends would give, and whether they can be confirmed."""
        session, ends, judged = self._session, self.ends(), self._session.estimating.judged
        typed = bool(self.low.text().strip() and self.high.text().strip())
        possible = judged is not None and not judged.refusal and bool(session.estimating.palette)
        new = ends is not None and session.estimating.scale(*ends) != session.conditions.colour_scale
        self.confirm.setEnabled(possible and new)
        if typed and ends is None:
            self.sure.setText("The two ends are temperatures, the hottest colour's above the coldest's.")
        elif ends is None or judged is None or not possible:
            self.sure.setText("")
        else:
            sure_k = judged.uncertain_steps * (ends[1] - ends[0]) / judged.last
            sure = with_unit(f"{self._unit.difference(sure_k):.2g}", self._unit.difference_name)
            is_shown = isinstance(session.recording, EstimatedRecording) and not new
            verb = "Estimated" if is_shown else "Gives temperatures"
            self.sure.setText(f"{verb} to ±{sure}, if palette and ends are right.")
        self.sure.setVisible(bool(self.sure.text()))

    def _take_suggestion(self) -> None:
        suggested = self._session.estimating.suggested_ends
        if suggested is not None:
            for box, end in zip((self.low, self.high), suggested, strict=True):
                box.setText(f"{self._unit.of(end):.6g}".replace("-", chr(0x2212)))

    def _confirm(self) -> None:
        ends = self.ends()
        if ends is not None and self.confirm.isEnabled():
            self._session.estimating.confirm(*ends)

    # -- palette -----------------------------------------------------------------------------------

    def _palette_chosen(self, row: int) -> None:
        name = self.palette_box.itemData(row)
        if name:
            self._session.estimating.choose(name)
        else:
            self._ask_palette_file()
            self._fill_palettes()

    def _ask_palette_file(self) -> None:
        patterns = " ".join(f"*{suffix}" for suffix in (*TABLE_SUFFIXES, *CAMERA_SUFFIXES))
        path, _ = QFileDialog.getOpenFileName(
            self, "Read a palette", "", f"Palettes and camera files ({patterns});;All files (*)"
        )
        if path:
            self._session.estimating.read(Path(path))

    # -- in sight ----------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._session.estimating.watch(True)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._session.estimating.watch(False)


def _number(text: str) -> float:
    """The number that a person typed: with a true minus, thin spaces, or a decimal comma."""
    plain = text.strip().replace(chr(0x2212), "-").replace("\u2009", "").replace(" ", "")
    return float(plain if "." in plain else plain.replace(",", "."))
