"""Another emissivity and reflected temperature for one region; the table shows at once what they give."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QWidget,
)

from thermview.gui.parts.plain_words import one_line
from thermview.thermal.conditions import BY_NAME, Radiometric
from thermview.thermal.region_conditions import OWN, own_conditions

if TYPE_CHECKING:
    from thermview.gui.session import Session

_DECIMALS = {"emissivity": 3, "reflected_c": 1}


class OwnDialog(QDialog):
    """A box and a number for each condition; previewed, kept by `accept` and gone with `reject`."""

    def __init__(self, session: Session, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Conditions of a region")
        self._measuring, self._name = session.measuring, name
        self._before = session.measuring.regions
        region, recording = self._before.region(name), session.recording
        own = own_conditions(region) if region is not None else {}
        self.boxes: dict[str, QCheckBox] = {}
        self.numbers: dict[str, QDoubleSpinBox] = {}
        form = QFormLayout(self)
        form.setVerticalSpacing(12)
        words = QLabel(
            f"{one_line(name)} is measured under these; what is not checked is that of the frame. The colours of the "
            "frame stay as they are."
        )
        words.setWordWrap(True)
        words.setMinimumWidth(360)
        form.addRow(words)
        for condition in OWN:
            field = BY_NAME[condition]
            of_frame = (
                getattr(recording.conditions, condition)
                if isinstance(recording, Radiometric)
                else field.instead
            )
            box, number = QCheckBox(field.words.capitalize()), QDoubleSpinBox()
            number.setRange(field.lowest, round(field.highest, 2))
            number.setDecimals(_DECIMALS[condition])
            number.setSingleStep(0.01 if condition == "emissivity" else 1.0)
            number.setSuffix(f"\u2009{field.unit}" if field.unit else "")
            box.setChecked(condition in own)
            number.setValue(own.get(condition, of_frame))
            number.setEnabled(condition in own)
            box.toggled.connect(number.setEnabled)
            box.toggled.connect(self.preview)
            number.valueChanged.connect(self.preview)
            row = QHBoxLayout()
            row.addWidget(number)
            row.addWidget(QLabel(f"frame: {field.text(of_frame)}"))
            form.addRow(box, row)
            self.boxes[condition], self.numbers[condition] = box, number
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.reset = QPushButton("Like the frame", autoDefault=False)
        self.reset.clicked.connect(self._reset)
        buttons.addButton(self.reset, QDialogButtonBox.ButtonRole.ResetRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)

    def _reset(self) -> None:
        for box in self.boxes.values():
            box.setChecked(False)

    def preview(self) -> None:
        """Show what the region measures under these conditions."""
        region = self._before.region(self._name)
        if region is not None:
            said = {
                name: self.numbers[name].value() if box.isChecked() else None
                for name, box in self.boxes.items()
            }
            changed = replace(region, emissivity=said["emissivity"], reflected_c=said["reflected_c"])
            self._measuring.preview(self._before.with_region(changed))

    def accept(self) -> None:
        """Keep what is shown."""
        self._measuring.commit(f"conditions of {self._name}")
        super().accept()

    def reject(self) -> None:
        """Show what was kept before."""
        self._measuring.revert()
        super().reject()
