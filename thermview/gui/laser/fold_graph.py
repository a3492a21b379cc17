"""One cycle out of all: row and column of the spot against phase, the present cycle on top."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtWidgets import QWidget

from thermview.gui.parts import theme
from thermview.gui.parts.plot_dress import dress_plot, plain_parts, plain_plot
from thermview.laser.folding import bin_middles, fold_counts

Series = NDArray[np.float32]

_AXIS_PX = 46
_BINS = (96, 160)  # of value and phase
_EDGE = 0.06  # of the range of values left free above and below
_SHADES = 64
_NAMES = ("column", "row")


class FoldGraph(pg.GraphicsLayoutWidget):  # type: ignore[misc]
    """Counts of all frames as a quiet ground, the expected path as a line, the frames of one cycle as dots."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plots: list[Any] = []
        self.grounds: list[Any] = []
        self.paths: list[Any] = []
        self.dots: list[Any] = []
        self.here: list[Any] = []
        self._phase: NDArray[np.float64] | None = None
        self._places: tuple[Series, Series] | None = None
        self._cycle: tuple[int, int] | None = None
        self.ci.layout.setSpacing(4)
        self.ci.layout.setContentsMargins(0, 4, 8, 0)
        for row, name in enumerate(_NAMES):
            self._add_plot(row, name)
        self.plots[0].hideAxis("bottom")
        self.plots[1].setXLink(self.plots[0])
        self.plots[1].setLabel("bottom", "phase (cycles)")
        self.plots[1].vb.invertY(True)  # rows are counted downwards, as on the frame
        self.plots[0].setXRange(0, 1, padding=0)
        self.dress()

    def _add_plot(self, row: int, name: str) -> None:
        plot = self.addPlot(row=row, col=0, **plain_parts())
        plain_plot(plot)
        plot.setMouseEnabled(x=False, y=False)
        plot.getAxis("left").setWidth(_AXIS_PX)
        plot.setLabel("left", f"{name} (px)")
        ground, path = pg.ImageItem(axisOrder="row-major"), pg.PlotCurveItem(connect="finite")
        dots = pg.ScatterPlotItem(size=6, pxMode=True)
        here = pg.ScatterPlotItem([0.0], [0.0], size=11, pxMode=True)  # moved, not drawn anew
        for item in (ground, path, dots, here):
            plot.addItem(item, ignoreBounds=True)
        self.plots.append(plot)
        self.grounds.append(ground)
        self.paths.append(path)
        self.dots.append(dots)
        self.here.append(here)

    def show_fold(self, phase: NDArray[np.float64], places: tuple[Series, Series]) -> None:
        """Fold (column, row) of all frames on their phase in cycles."""
        self._phase, self._places, self._cycle = phase, places, None
        for ground, plot, values in zip(self.grounds, self.plots, places, strict=True):
            known = values[np.isfinite(values)]
            if not known.size:
                continue
            low, high = float(known.min()), float(known.max())
            edge = max(_EDGE * (high - low), 0.2)
            span = (low - edge, high + edge)
            counts = fold_counts(phase, values, _BINS, span)
            ground.setImage(np.sqrt(counts), autoLevels=False, levels=_levels(counts))
            ground.setRect(QRectF(0.0, span[0], 1.0, span[1] - span[0]))
            plot.setYRange(*span, padding=0)

    def show_path(self, columns: Series, rows: Series) -> None:
        """The line of one pattern's path, at the phases of `bin_middles`."""
        for path, values in zip(self.paths, (columns, rows), strict=True):
            path.setData(bin_middles(len(values)), values)

    def show_cycle(self, first: int, stop: int, index: int) -> None:
        """Mark the frames of one cycle, and the one on screen among them."""
        if self._phase is None or self._places is None:
            return
        fraction = np.mod(self._phase[first:stop], 1.0)
        for at, values in enumerate(self._places):
            if (first, stop) != self._cycle:
                self.dots[at].setData(fraction, values[first:stop])
            self.here[at].setPos(self._phase[index] % 1.0, values[index])
            self.here[at].setVisible(bool(np.isfinite(values[index])))
        self._cycle = (first, stop)

    def dress(self) -> None:
        """Wear the colours of the theme."""
        dress = theme.current()
        self.setBackground(dress.window)
        for plot in self.plots:
            dress_plot(plot)
        ends = np.array([theme_rgb(dress.base), theme_rgb(dress.muted)], np.float64)
        shades = np.linspace(0, 1, _SHADES)[:, None]
        table = (ends[0] + (ends[1] - ends[0]) * shades).astype(np.uint8)
        for ground, path, dots, here in zip(self.grounds, self.paths, self.dots, self.here, strict=True):
            ground.setLookupTable(table)
            path.setPen(pg.mkPen(dress.text, width=1, style=Qt.PenStyle.SolidLine))
            dots.setBrush(pg.mkBrush(theme.cause_colour("position")))
            dots.setPen(pg.mkPen(None))
            here.setBrush(pg.mkBrush(None))
            here.setPen(pg.mkPen(theme.cause_colour("position"), width=2))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "here"):
            self.dress()


def theme_rgb(colour: str) -> tuple[int, int, int]:
    """A hex colour in three numbers."""
    value = colour.lstrip("#")
    return int(value[:2], 16), int(value[2:4], 16), int(value[4:6], 16)


def _levels(counts: NDArray[np.float32]) -> tuple[float, float]:
    """Of the square roots that are drawn: a few frames still show, the busiest places do not drown the rest."""
    filled = counts[counts > 0]
    return 0.0, max(float(np.sqrt(np.percentile(filled, 97))) if filled.size else 1.0, 1.0)
