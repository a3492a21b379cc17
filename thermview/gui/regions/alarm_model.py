"""Alarms as rows of a table whose every cell can be changed, and their events as rows of another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QComboBox, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from thermview.gui.parts import theme
from thermview.gui.parts.plain_words import (
    FRAME_TIP,
    count_text,
    frame_text,
    significant_text,
    time_text,
    tip,
)
from thermview.gui.regions.region_words import COLUMN_NAMES, measured_number
from thermview.thermal.region_alarms import Alarm, AlarmEvent
from thermview.thermal.region_statistics import STATISTICS

if TYPE_CHECKING:
    from PySide6.QtCore import QAbstractItemModel

    from thermview.gui.session import Session

ALARM_COLUMNS = ("region", "statistic", "side", "limit", "hysteresis", "hold_off")
EVENT_COLUMNS = ("alarm", "first", "last", "time", "farthest")
_TITLES = ("Region", "Number", "Is", "Limit", "Hysteresis", "Hold-off")
_EVENT_TITLES = ("Alarm", "First", "Last", "Time", "Farthest")
_TIPS = {
    "limit": "The alarm begins with a value beyond this one",
    "hysteresis": "How far the value must come back before the alarm ends, so that noise at the limit is one event",
    "hold_off": "How many frames it must last to be an event",
}
Index = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole
_EDGE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class AlarmModel(QAbstractTableModel):
    """Reads the session's alarms; what is typed into a cell changes them."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._measuring = session.measuring
        self.alarms: tuple[Alarm, ...] = ()
        self.refresh()

    def refresh(self) -> None:
        """Take over the alarms."""
        now = self._measuring.regions.alarms
        if len(now) != len(self.alarms):
            self.beginResetModel()
            self.alarms = now
            self.endResetModel()
        elif now != self.alarms:
            self.alarms = now
            self.dataChanged.emit(self.index(0, 0), self.index(len(now) - 1, len(ALARM_COLUMNS) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - the signature of Qt
        return 0 if parent.isValid() else len(self.alarms)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - the signature of Qt
        return 0 if parent.isValid() else len(ALARM_COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == _ROLE.ToolTipRole:
            return _TIPS.get(ALARM_COLUMNS[section], "")
        if role == _ROLE.TextAlignmentRole:
            return _EDGE
        return _TITLES[section] if role == _ROLE.DisplayRole else None

    def choices(self, column: int) -> list[tuple[str, str]]:
        """(words, value) of what a cell can say; empty for numbers."""
        name = ALARM_COLUMNS[column]
        if name == "region":
            return [(region, region) for region in self._measuring.regions.names]
        if name == "statistic":
            return [(COLUMN_NAMES[statistic], statistic) for statistic in STATISTICS]
        return [("above", "above"), ("below", "below")] if name == "side" else []

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        alarm, column = self.alarms[index.row()], ALARM_COLUMNS[index.column()]
        value = self._shown(alarm, column)
        if role == _ROLE.EditRole:
            return f"{value:.6g}" if isinstance(value, float) else value
        if role == _ROLE.DisplayRole:
            return self._text(alarm, column, value)
        if role == _ROLE.FontRole:
            return theme.numbers_font()
        if role == _ROLE.ToolTipRole:
            return tip(_TIPS.get(ALARM_COLUMNS[index.column()], ""))
        return None

    def _shown(self, alarm: Alarm, column: str) -> Any:
        """What a cell holds, temperatures in the unit they are read in."""
        value = getattr(alarm, column)
        if column == "limit" and alarm.statistic != "deviation":
            return self.session.measuring.recorded_unit.of(value)
        return (
            self.session.measuring.recorded_unit.difference(value)
            if column in ("limit", "hysteresis")
            else value
        )

    def _stored(self, alarm: Alarm, column: str, value: Any) -> Any:
        """The other way round."""
        unit = self.session.measuring.recorded_unit
        if column == "limit" and alarm.statistic != "deviation":
            return unit.stored(value)
        return value / unit.factor if column in ("limit", "hysteresis") else value

    def _text(self, alarm: Alarm, column: str, value: Any) -> str:
        if column == "statistic":
            return COLUMN_NAMES[value]
        if column in ("limit", "hysteresis"):
            of_values = column == "limit" and alarm.statistic != "deviation"
            stored = self.session.measuring.recorded_unit
            unit = stored.name if of_values else stored.difference_name
            return f"{significant_text(value, 6)}\u2009{unit}" if unit else significant_text(value, 6)
        return count_text(value, "frame") if column == "hold_off" else str(value)

    def flags(self, index: Index) -> Qt.ItemFlag:
        usual = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable
        return usual if index.isValid() else Qt.ItemFlag.NoItemFlags

    def setData(self, index: Index, value: Any, role: int = _ROLE.EditRole) -> bool:
        if not index.isValid() or role != _ROLE.EditRole:
            return False
        column, alarms = ALARM_COLUMNS[index.column()], list(self.alarms)
        parsed = value if self.choices(index.column()) else _number(str(value), column)
        if parsed is None:
            self.session.message.emit(f"{value!r} is no number that can stand here.")
            return False
        changes: dict[str, Any] = {column: self._stored(alarms[index.row()], column, parsed)}
        alarms[index.row()] = replace(alarms[index.row()], **changes)
        self._measuring.set_alarms(tuple(alarms), "change alarm")
        return True


def _number(text: str, column: str) -> float | int | None:
    """The number of a cell, typed with or without its unit; None where it can be none."""
    words = text.replace(",", ".").replace("\u2212", "-").replace("\u2009", " ").split()
    try:
        value = float(words[0])
    except (IndexError, ValueError):
        return None
    if column == "hold_off":
        return int(value) if 1 <= value <= 10**9 else None
    least = 0.0 if column == "hysteresis" else -1e12
    return value if least <= value <= 1e12 else None


class ChoiceDelegate(QStyledItemDelegate):
    """Cells with a few possible values are changed by choosing, the others by typing."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        model = index.model()
        choices = model.choices(index.column()) if isinstance(model, AlarmModel) else []
        if not choices:
            return super().createEditor(parent, option, index)
        box = QComboBox(parent)
        for words, value in choices:
            box.addItem(words, value)
        box.activated.connect(lambda: self._chosen(box))
        return box

    def _chosen(self, box: QComboBox) -> None:
        self.commitData.emit(box)
        self.closeEditor.emit(box)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(editor.findData(index.data(_ROLE.EditRole)))
            editor.showPopup()
        else:
            super().setEditorData(editor, index)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, QComboBox):
            model.setData(index, editor.currentData())
        else:
            super().setModelData(editor, model, index)


class AlarmEventModel(QAbstractTableModel):
    """The events of all alarms of the shown recording."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.events: tuple[AlarmEvent, ...] = ()

    def refresh(self) -> None:
        """Take over the events."""
        now = self.session.measuring.courses.events()
        if now != self.events:
            self.beginResetModel()
            self.events = now
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - the signature of Qt
        return 0 if parent.isValid() else len(self.events)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - the signature of Qt
        return 0 if parent.isValid() else len(EVENT_COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == _ROLE.TextAlignmentRole:
            return _EDGE
        return _EVENT_TITLES[section] if role == _ROLE.DisplayRole else None

    def text(self, event: AlarmEvent, column: str) -> str:
        """What a cell says."""
        if column == "alarm":
            return f"{event.alarm.region} {COLUMN_NAMES[event.alarm.statistic].lower()} {event.alarm.side}"
        if column in ("first", "last"):
            return frame_text(event.first if column == "first" else event.last)
        if column == "time":
            return time_text(self.session.time_of(event.first))
        statistic = event.alarm.statistic
        exact, spread = statistic in ("minimum", "maximum"), statistic == "deviation"
        number = measured_number(event.value, self.session, exact=exact, difference=spread, recorded=True)
        return f"{number} at {frame_text(event.peak)}"

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        text = self.text(self.events[index.row()], EVENT_COLUMNS[index.column()])
        if role == _ROLE.DisplayRole:
            return text
        if role == _ROLE.ToolTipRole:
            return tip(f"{text}\n{FRAME_TIP}")
        return theme.numbers_font() if role == _ROLE.FontRole else None
