"""The table of settings as a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from thermview.settings import SETTINGS, Setting, Settings
from thermview.thermal.palettes import NAMES

_MEGABYTES = (16, 65_536)
_HIDDEN = ("recent", "window", "compare", "picture_model")


class SettingsDialog(QDialog):
    """One row per setting that a person chooses."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Settings")
        self._settings = settings
        self._read: dict[str, Callable[[], Any]] = {}
        form = QFormLayout(self)
        for setting in SETTINGS:
            if setting.key not in _HIDDEN:
                form.addRow(setting.text, self._editor(setting))
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)

    def _editor(self, setting: Setting) -> QWidget:
        value = self._settings[setting.key]
        choices = NAMES if setting.key == "palette" else setting.choices
        if choices:
            box = QComboBox()
            box.addItems([str(choice) for choice in choices])
            box.setCurrentText(str(value))
            self._read[setting.key] = box.currentText
            return box
        if isinstance(setting.default, bool):
            check = QCheckBox()
            check.setChecked(value)
            self._read[setting.key] = check.isChecked
            return check
        if isinstance(setting.default, int):
            least, most = _MEGABYTES
            spin = QSpinBox(minimum=least, maximum=most, value=min(max(value, least), most))
            self._read[setting.key] = spin.value
            return spin
        line = QLineEdit(str(value))
        self._read[setting.key] = line.text
        return line

    def apply(self) -> None:
        """Keep what was chosen; raises StoreError where that is not possible."""
        for key, read in self._read.items():
            self._settings[key] = read()
