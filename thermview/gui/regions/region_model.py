"""Regions and differences as rows of a table, with what they measure in the frame on screen."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPixmap

from thermview.gui.parts.plain_words import DASH, count_text, one_line, tip
from thermview.gui.regions.region_colours import plot_colour
from thermview.gui.regions.region_words import COLUMN_NAMES, measured_number
from thermview.thermal.region_conditions import own_words
from thermview.thermal.region_sets import Difference
from thermview.thermal.region_statistics import STATISTICS, Statistic, Statistics, difference_of
from thermview.thermal.regions import Region

if TYPE_CHECKING:
    from thermview.gui.session import Session

COLUMNS = ("name", "minimum", "maximum", "mean", "deviation", "max at", "area", "kind")
NAME = 0
_TITLES = {**COLUMN_NAMES, "name": "Name", "max at": "Max at", "area": "Area px", "kind": "Kind"}
_TIPS = {
    "deviation": "Standard deviation of the region's pixels",
    "max at": "Column and row of the largest value, counted from 0",
    "area": "Pixels whose centre lies in the region; what is not valid is left out of the numbers",
}
Index = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole
_SWATCH = QSize(10, 10)


class RegionModel(QAbstractTableModel):
    """Reads the session's regions; editing a name asks to rename the region."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._measuring = session.measuring
        self.regions: tuple[Region, ...] = ()
        self.differences: tuple[Difference, ...] = ()
        self._numbers: list[Statistics] = []
        self._unit = ""
        self.refresh()

    def refresh(self) -> None:
        """Take over regions and numbers; rows that stay keep their place and selection."""
        now = self._measuring.regions
        self._numbers = self._measuring.numbers()
        same_rows = tuple(region.name for region in self.regions) == now.names
        same_rows &= self.differences == now.differences and self._unit == self._measuring.unit
        if not same_rows:
            self.beginResetModel()
        self.regions, self.differences = now.regions, now.differences
        self._unit = self._measuring.unit
        if not same_rows:
            self.endResetModel()
        elif rows := self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(rows - 1, len(COLUMNS) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - the signature of Qt
        return 0 if parent.isValid() else len(self.regions) + len(self.differences)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - the signature of Qt
        return 0 if parent.isValid() else len(COLUMNS)

    def as_text(self) -> str:
        """The whole table as tab-separated lines below a line of titles with units."""
        rows = [[self.text(row, column) for column in COLUMNS] for row in range(self.rowCount())]
        return "\n".join("\t".join(cells) for cells in [[self._title(column) for column in COLUMNS], *rows])

    def _title(self, column: str) -> str:
        if column not in STATISTICS or not self._unit:
            return _TITLES[column]
        unit = self.session.unit.difference_name if column == "deviation" else self._unit
        return f"{_TITLES[column]} {unit}"

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == _ROLE.DisplayRole:
            return self._title(COLUMNS[section])
        if role == _ROLE.ToolTipRole:
            return _TIPS.get(COLUMNS[section], "")
        if role == _ROLE.TextAlignmentRole:
            return self.alignment(section)
        return None

    @staticmethod
    def alignment(column: int) -> int:
        """Numbers to the right, words to the left."""
        right = COLUMNS[column] in (*STATISTICS, "max at", "area")
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        return int(side | Qt.AlignmentFlag.AlignVCenter)

    # -- cells -------------------------------------------------------------------------------------

    def difference_at(self, row: int) -> Difference | None:
        """The difference in a row, None where it holds a region."""
        number = row - len(self.regions)
        return self.differences[number] if 0 <= number < len(self.differences) else None

    def region_at(self, row: int) -> Region | None:
        """The region in a row, None where it holds a difference."""
        return self.regions[row] if 0 <= row < len(self.regions) else None

    def text(self, row: int, column: str) -> str:
        """What a cell says."""
        pair = self.difference_at(row)
        if pair is not None:
            return self._difference_text(pair, column)
        region = self.regions[row]
        found = self._numbers[row] if row < len(self._numbers) else None
        if column in ("name", "kind"):
            own = own_words(region)
            return (
                one_line(region.name) if column == "name" else f"{region.kind}, {own}" if own else region.kind
            )
        if found is None:
            return DASH
        if column == "max at":
            return DASH if found.at_maximum is None else f"{found.at_maximum[0]}, {found.at_maximum[1]}"
        if column == "area":
            left_out = f", {count_text(found.left_out)} left out" if found.left_out else ""
            return f"{count_text(found.area)}{left_out}"
        return self._number(found.value(_statistic(column)), column)

    def _difference_text(self, pair: Difference, column: str) -> str:
        if column == "name":
            return one_line(f"{pair.first} \u2212 {pair.second}")
        if column == "kind":
            return "difference"
        names = [region.name for region in self.regions]
        if column not in STATISTICS[:3] or len(self._numbers) != len(names):
            return ""
        first, second = (self._numbers[names.index(name)] for name in (pair.first, pair.second))
        return self._number(difference_of(first, second, _statistic(column)), column, difference=True)

    def _number(self, value: float, column: str, difference: bool = False) -> str:
        exact, spread = column in ("minimum", "maximum"), column == "deviation"
        return measured_number(value, self.session, exact=exact, difference=difference or spread)

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = index.row(), COLUMNS[index.column()]
        if role in (_ROLE.DisplayRole, _ROLE.EditRole):
            return self.text(row, column)
        if role == _ROLE.TextAlignmentRole:
            return self.alignment(index.column())
        if role == _ROLE.DecorationRole and column == "name" and row < len(self.regions):
            return _swatch(plot_colour(row).name())
        if (
            role == _ROLE.FontRole
            and column == "name"
            and row < len(self.regions)
            and own_words(self.regions[row])
        ):
            font = QFont()
            font.setItalic(True)  # not measured like the rest of the frame
            return font
        if role == _ROLE.ToolTipRole:
            return tip(self.text(row, column) + (f"\n{_TIPS[column]}" if column in _TIPS else ""))
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        usual = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        editable = index.column() == NAME and index.row() < len(self.regions)
        return usual | Qt.ItemFlag.ItemIsEditable if editable else usual

    def setData(self, index: Index, value: Any, role: int = _ROLE.EditRole) -> bool:
        region = self.region_at(index.row())
        if region is None or role != _ROLE.EditRole or index.column() != NAME:
            return False
        if str(value) != region.name:
            self._measuring.rename(region.name, str(value))
        return True


def _statistic(column: str) -> Statistic:
    return next(name for name in STATISTICS if name == column)


@lru_cache(maxsize=32)
def _swatch(colour: str) -> QPixmap:
    picture = QPixmap(_SWATCH)
    picture.fill(QColor(colour))
    return picture
