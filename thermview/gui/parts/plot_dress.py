"""How plots look: thin axes, light grid, colours of the theme, numbers with thin spaces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtGui import QColor

from thermview.gui.parts import theme
from thermview.thermal.temperature_units import Unit
from thermview.thermal.ticks import decimals_of, number_text

FILL_ALPHA = 0.3


class PlainAxis(pg.AxisItem):  # type: ignore[misc]
    """Numbers with thin spaces and never in thousands of the unit; `offset` is added to what is written.

    `unit` says how values are read: ticks stand at round numbers of that unit.
    """

    offset = 0
    unit = Unit("")

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Places of ticks as (spacing in the shown unit, stored values)."""
        unit = self.unit
        found = super().tickValues(unit.of(low), unit.of(high), size)
        return [(spacing, [unit.stored(value) for value in values]) for spacing, values in found]

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation, maxTickLength=-4)
        self.enableAutoSIPrefix(False)

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        decimals = min(decimals_of(spacing * scale), 6)
        return [number_text(self.unit.of(value) * scale + self.offset, decimals) for value in values]


def plain_parts(bottom: type[PlainAxis] = PlainAxis) -> dict[str, Any]:
    """What a plot is made of: axes of our own, and no menu, which nobody would see and takes half of the time."""
    return {"axisItems": {"left": PlainAxis("left"), "bottom": bottom("bottom")}, "enableMenu": False}


def dress_plot(plot: Any) -> None:
    """Colours and fonts of a pyqtgraph plot item in the present theme."""
    dress = theme.current()
    for side in ("left", "bottom"):
        axis = plot.getAxis(side)
        axis.setPen(pg.mkPen(dress.line))
        axis.setTextPen(pg.mkPen(dress.muted))
        axis.setTickFont(theme.numbers_font(theme.CAPTION_PX))
        axis.setStyle(tickTextOffset=4)
        axis.label.setFont(theme.numbers_font(theme.CAPTION_PX))


def plain_plot(plot: Any, *, zoom_x: bool = False) -> None:
    """No buttons, no auto range: what moves is moved on purpose."""
    plot.hideButtons()
    plot.setMouseEnabled(x=zoom_x, y=False)
    plot.vb.disableAutoRange()
    plot.showGrid(x=False, y=False)


def faded(colour: str | QColor, alpha: float = FILL_ALPHA) -> QColor:
    """A colour that lets the ground through."""
    result = QColor(colour)
    result.setAlphaF(alpha)
    return result


def mixed(ground: str | QColor, colour: str | QColor, share: float) -> QColor:
    """A colour laid thinly on a ground, opaque: looks like `faded` there and costs far less to paint."""
    below, above = QColor(ground), QColor(colour)
    parts = zip(below.getRgb()[:3], above.getRgb()[:3], strict=True)  # type: ignore[index]
    return QColor(*(round(low + share * (high - low)) for low, high in parts))
