"""Dialogs: they only ask, the session does."""

from __future__ import annotations

import html
import math
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QInputDialog,
    QLabel,
    QLineEdit,
    QWidget,
)

import thermview
from thermview.counts import counted
from thermview.gui.actions import ACTIONS, MENUS
from thermview.gui.flags.export_dialog import ExportDialog
from thermview.gui.models.add_model_dialog import AddModelDialog
from thermview.gui.noise_dialog import NoiseDialog
from thermview.gui.parts.plain_words import count_text, one_line
from thermview.gui.parts.reading_page import Page
from thermview.gui.regions.own_dialog import OwnDialog
from thermview.gui.regions.threshold_dialog import ThresholdDialog
from thermview.gui.session import Session
from thermview.gui.settings_dialog import SettingsDialog
from thermview.paths import resources_folder
from thermview.recording import frame_at
from thermview.review.run_table import write_table
from thermview.thermal.display import ISOTHERM_KINDS, Isotherm

if TYPE_CHECKING:
    from thermview.gui.main_window import MainWindow


_FARTHEST = 1e15  # beyond it a box of decimals has no digits left


class Ask:
    """Every question the window asks; tests answer by replacing `run`."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    @property
    def session(self) -> Session:
        """The window's session."""
        return self._window.session

    @staticmethod
    def run(dialog: QDialog) -> bool:
        """Show a dialog until it is answered; True for yes."""
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        dialog.deleteLater()
        return accepted

    # -- files -------------------------------------------------------------------------------------

    def open_folder(self) -> None:
        """Which folder to open."""
        start = str(self.session.capture.parent) if self.session.capture else ""
        path = QFileDialog.getExistingDirectory(self._window, "Open a capture folder", start)
        if path:
            self.session.open_capture(Path(path))

    def open_file(self) -> None:
        """Which file or files to open."""
        start = str(self.session.capture) if self.session.capture else ""
        paths, _ = QFileDialog.getOpenFileNames(self._window, "Open recordings", start)
        self.session.open_several([Path(path) for path in paths])

    def compare_with(self) -> None:
        """Which recording should stand beside the shown one."""
        start = str(self.session.capture) if self.session.capture else ""
        path, _ = QFileDialog.getOpenFileName(self._window, "Compare with", start)
        if path:
            self.session.compared.compare(Path(path))

    def choose_model(self) -> None:
        """Which model to score with."""
        path, _ = QFileDialog.getOpenFileName(self._window, "Choose a model", "", "ONNX models (*.onnx)")
        if path:
            self.session.scored.choose_model(Path(path))

    def add_picture_model(self) -> None:
        """Which model should describe pictures, and what its files do not say of it."""
        path, _ = QFileDialog.getOpenFileName(self._window, "Add a picture model", "", "ONNX models (*.onnx)")
        if path:
            self.run(AddModelDialog(self.session, Path(path), self._window))

    def export(self) -> None:
        """What to export, in which formats, and where to."""
        dialog = ExportDialog(self.session, self._window)
        if self.run(dialog):
            dialog.start()

    def import_scores(self) -> None:
        """Which table of another tool's scores to read."""
        kinds = "Tables of scores (*.csv *.tsv *.txt);;All files (*)"
        path, _ = QFileDialog.getOpenFileName(self._window, "Import scores", "", kinds)
        if path:
            self.session.imported.read(Path(path))
            self._window.show_dock("Run chart")

    def export_run_chart(self) -> None:
        """Where to write the table of the run chart."""
        table, capture = self._window.run_chart.table, self.session.capture
        if table is None or capture is None:
            self._window.show_dock("Run chart")
            self.session.message.emit("The run chart is being drawn; export it when it is there.")
            return
        name = f"run-chart-{one_line(table.batch).replace('/', '-') or 'all'}.csv"
        path, _ = QFileDialog.getSaveFileName(self._window, "Export run chart", name, "CSV (*.csv)")
        if path:
            target = Path(path)
            write_table(table, target, [capture])
            self.session.message.emit(
                f"{counted(len(table.recordings), 'recording')} written to {target.name}."
            )

    # -- the shown recording -----------------------------------------------------------------------

    def frame_axis(self) -> None:
        """Which axis of the shown file counts frames."""
        recording = self.session.conditions.turnable
        if recording is None or recording.open_axis is None:
            return
        sides = recording.stored_shape
        choices = []
        for at, name in enumerate(("first", "second", "third")):
            rows, columns = sides[:at] + sides[at + 1 :]
            choices.append(f"{name}: {count_text(sides[at], 'frame')} of {columns} \u00d7 {rows} pixels")
        words = "The file does not say which of its axes counts frames:"
        chosen, accepted = QInputDialog.getItem(
            self._window, "Frame axis", words, choices, recording.open_axis, False
        )
        if accepted:
            self.session.conditions.state_frame_axis(choices.index(chosen))

    def noise(self) -> None:
        """What the shown recording's frames tell of noise and drift."""
        if self.session.recording is not None:
            NoiseDialog(self.session, self.session.recording, self._window).open()

    def go_to(self) -> None:
        """Which frame or time to go to."""
        recording = self.session.recording
        if recording is None:
            return
        words = f"Frame (1 to {len(recording)}), or a time such as 2.5 s"
        text, accepted = QInputDialog.getText(self._window, "Go to", words)
        if not accepted:
            return
        index = frame_of(text, self.session)
        if index is None:
            self.session.message.emit(f"{text!r} is neither a frame from 1 to {len(recording)} nor a time.")
        else:
            self.session.playback.pause()
            self.session.seek(index)

    def scale_ends(self) -> None:
        """The values of the first and the last colour."""
        if not self.session.has_quantity or self.session.recording is None:
            return
        unit = self.session.unit
        low, high = (unit.of(end) for end in self.session.limits)
        dialog = TwoValues(
            "Ends of the colour bar", ("First colour", "Last colour"), (low, high), self._window
        )
        dialog.unit(unit.name)
        if self.run(dialog):
            low, high = sorted(unit.stored(value) for value in dialog.values)
            self.session.set_display(scale_mode="manual", low=low, high=high)

    def isotherm(self) -> None:
        """Which pixels to mark."""
        if self.session.recording is None:
            return
        now, (low, high) = self.session.display.isotherm, self.session.limits
        ends = (now.low, now.high) if now.kind != "none" else (low + 0.75 * (high - low), high)
        unit = self.session.unit
        dialog = TwoValues("Isotherm", ("From", "To"), (unit.of(ends[0]), unit.of(ends[1])), self._window)
        dialog.unit(unit.name)
        dialog.offer("Mark pixels", ISOTHERM_KINDS, now.kind if now.kind != "none" else "above")
        dialog.needs({"above": (True, False), "below": (False, True), "none": (False, False)})
        if self.run(dialog):
            kind = ISOTHERM_KINDS[dialog.choice.currentIndex()]
            typed = [unit.stored(value) for value in dialog.values]
            low, high = sorted(typed) if kind == "interval" else typed
            self.session.set_display(isotherm=Isotherm(kind, low, high))

    def region_threshold(self) -> None:
        """Above or below which value the pixels of a region are."""
        session = self.session
        possible = session.measuring.possible and session.frame is not None
        if possible and not self.run(ThresholdDialog(session, self._window)):
            session.measuring.revert()

    def region_conditions(self, name: str = "") -> None:
        """Under which emissivity and reflected temperature a region is measured; without a name the chosen one."""
        measuring = self.session.measuring
        name = name or measuring.chosen
        if measuring.can_have_own and measuring.regions.region(name) is not None:
            self.run(OwnDialog(self.session, name, self._window))

    def flag(self) -> None:
        """Why a frame or range is flagged."""
        first, last = self.session.range or (self.session.frame_index, self.session.frame_index)
        event = self.session.scored.event_at(first)
        dialog = FlagWords(event.cause if event else "", event.text if event else "", self._window)
        if self.run(dialog):
            self.session.flagged.flag(first, last, dialog.reason.text().strip(), dialog.note.text().strip())

    # -- settings and help -------------------------------------------------------------------------

    def settings(self) -> None:
        """The table of settings."""
        dialog = SettingsDialog(self.session.settings, self._window)
        if self.run(dialog):
            try:
                dialog.apply()
            finally:  # what was chosen holds until the program ends, also where it cannot be kept
                self._window.set_theme(self.session.settings["theme"])
                self.session.display_changed.emit()  # temperatures may be read in another unit now

    def shortcuts(self) -> None:
        """Every key on one page."""
        self.run(Page("Shortcuts", shortcut_page(), self._window))

    def guide(self) -> None:
        """The user guide, as shipped."""
        self.run(Page("User guide", None, self._window, source=resources_folder() / "guide" / "guide.md"))

    def about(self) -> None:
        """What this is."""
        words = (
            f"<h3>ThermView {html.escape(thermview.__version__)}</h3><p>Inspector for industrial thermal images and "
            "1 kHz laser videos. Everything is computed on this machine.</p><p>MIT licence. Uses Qt (LGPL) through "
            "PySide6, pyqtgraph, NumPy, OpenCV, ONNX Runtime, h5py, tifffile, Pillow and DejaVu fonts.</p>"
        )
        page = Page("About ThermView", words, self._window)
        page.resize(560, 220)
        self.run(page)


def frame_of(text: str, session: Session) -> int | None:
    """The frame index that a person means by "2007" (counted from 1), "2.5 s" or "120 ms"; None for neither."""
    recording, words = (
        session.recording,
        text.strip().lower().replace("\u2009", "").replace(" ", "").replace(",", "."),
    )
    if recording is None:
        return None
    scale = 1.0
    for unit, factor in (("ms", 1e-3), ("s", 1.0)):
        if words.endswith(unit):
            words, scale = words[: -len(unit)], factor
            break
    else:
        if words.isdecimal():
            index = int(words) - 1 if len(words) < 19 else -1
            return index if 0 <= index < len(recording) else None
    try:
        time_s = float(words) * scale
    except ValueError:
        return None
    known = recording.frame_rate or recording.timestamps is not None
    return frame_at(recording, time_s) if known and 0 <= time_s < float("inf") else None


def shortcut_page() -> str:
    """The table of actions as HTML, menu by menu."""
    parts = []
    for menu in MENUS:
        rows = [row for row in ACTIONS if row.menu == menu and row.shortcuts]
        cells = "".join(
            f"<tr><td><b>{html.escape('  or  '.join(row.shortcuts))}</b>&nbsp;&nbsp;</td>"
            f"<td>{html.escape(row.tip)}</td></tr>"
            for row in rows
        )
        parts.append(f"<h4>{menu}</h4><table cellpadding='3'>{cells}</table>")
    return "".join(parts)


class TwoValues(QDialog):
    """Two numbers, and optionally a choice above them."""

    def __init__(
        self, title: str, names: tuple[str, str], values: tuple[float, float], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.choice = QComboBox()
        self._form = QFormLayout(self)
        self._boxes = []
        decimals = decimals_for(values)
        for name, value in zip(names, values, strict=True):
            box = QDoubleSpinBox(decimals=decimals, minimum=-_FARTHEST, maximum=_FARTHEST, value=value)
            box.setMinimumWidth(140)
            self._form.addRow(name, box)
            self._boxes.append(box)
        self._form.addRow(_yes_no(self))

    @property
    def values(self) -> tuple[float, float]:
        """What was typed."""
        return self._boxes[0].value(), self._boxes[1].value()

    def unit(self, unit: str) -> None:
        """Show the unit behind both numbers."""
        for box in self._boxes:
            box.setSuffix(f" {unit}" if unit else "")

    def offer(self, name: str, choices: tuple[str, ...], chosen: str) -> None:
        """Put a choice above the numbers."""
        self.choice.addItems(list(choices))
        self.choice.setCurrentText(chosen)
        self._form.insertRow(0, name, self.choice)

    def needs(self, by_choice: dict[str, tuple[bool, bool]]) -> None:
        """Which of the two numbers a choice asks for; both where it is not named."""

        def show(choice: str) -> None:
            for box, needed in zip(self._boxes, by_choice.get(choice, (True, True)), strict=True):
                box.setEnabled(needed)

        self.choice.currentTextChanged.connect(show)
        show(self.choice.currentText())


def decimals_for(values: tuple[float, float]) -> int:
    """How many decimals two ends are typed with: about four digits of what lies between them."""
    span = abs(values[1] - values[0])
    if all(value == round(value) for value in values) and max(map(abs, values)) > 20:
        return 1
    return 3 if not span else min(max(3 - math.floor(math.log10(span)), 1), 15)


class FlagWords(QDialog):
    """Reason and note of a flag."""

    def __init__(self, reason: str, note: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Flag")
        self.reason, self.note = QLineEdit(reason), QLineEdit(note)
        self.reason.setPlaceholderText("for example: power, spatter, overheated")
        self.note.setMinimumWidth(360)
        form = QFormLayout(self)
        form.addRow("Reason", self.reason)
        form.addRow("Note", self.note)
        hint = QLabel("Flags are kept in your own data folder; the capture is not changed.")
        hint.setProperty("role", "caption")
        form.addRow(hint)
        form.addRow(_yes_no(self))


def _yes_no(dialog: QDialog) -> QDialogButtonBox:
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    dialog.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)
    return buttons
