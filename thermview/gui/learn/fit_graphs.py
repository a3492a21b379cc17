"""Painted parts of the validation page: the normals' scores, pictures of the process, its path over one cycle."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from thermview.gui.learn.fit_words import pattern_name
from thermview.gui.parts import theme
from thermview.gui.parts.plain_words import count_text, significant_text, tip
from thermview.gui.parts.plot_dress import dress_plot, faded, plain_parts, plain_plot
from thermview.laser.normality.tables import FACTS, BatchTables
from thermview.thermal.display import Display, paint_packed
from thermview.thermal.ticks import number_text

Floats = NDArray[np.float32]
SHOWN_PHASES = (0.0, 0.25, 0.5, 0.75)
MOST_PATTERNS = 4
_AXIS_PX = 46
_THUMB = QSize(86, 66)
_STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine)


class NormalsHistogram(pg.PlotWidget):  # type: ignore[misc]
    """How the scores of normal recordings lie below the threshold, which is 1."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, **plain_parts())
        self.setFixedHeight(190)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot = self.getPlotItem()
        plain_plot(plot)
        plot.setMouseEnabled(x=False, y=False)
        plot.setLabel("left", "recordings")
        plot.setLabel("bottom", "largest score of a normal recording, threshold = 1")
        plot.getAxis("left").setWidth(_AXIS_PX)
        self.bars = pg.PlotCurveItem()
        self.marks = pg.ScatterPlotItem(size=7, pxMode=True, symbol="o")
        self.threshold = pg.InfiniteLine(
            1.0, angle=90, label="threshold", labelOpts={"position": 0.9, "anchors": [(0, 0.5), (0, 0.5)]}
        )
        for item in (self.bars, self.marks, self.threshold):
            self.addItem(item)
        self.dress()

    def show_normals(self, normals: tuple[float, ...]) -> None:
        """Scores of the normal recordings, threshold 1."""
        values = np.array(normals, np.float64)
        right = max(1.35, float(values.max(initial=0.0)) * 1.05)
        edges = np.linspace(0.0, right, 28)
        counts, _ = np.histogram(values, edges)
        top = max(int(counts.max(initial=0)), 1)
        self.bars.setData(edges, counts, stepMode="center")
        self.marks.setData(values, np.full(len(values), -0.06 * top))
        plot = self.getPlotItem()
        plot.setXRange(0, right, padding=0)
        plot.setYRange(-0.12 * top, 1.08 * top, padding=0)
        every = max(round(top / 4), 1)
        plot.getAxis("left").setTicks([[(n, str(n)) for n in range(0, top + 1, every)]])
        largest = f"The highest is {number_text(float(values.max(initial=0.0)), 2)}. " if len(values) else ""
        self.setToolTip(tip(f"{largest}Dots: single recordings."))

    def dress(self) -> None:
        """Colours of the present theme."""
        self.setBackground(theme.current().base)
        dress_plot(self.getPlotItem())
        self.bars.setPen(pg.mkPen(theme.NORMAL, width=1.4))
        self.bars.setBrush(faded(theme.NORMAL))
        self.bars.setFillLevel(0.0)
        self.marks.setPen(None)
        self.marks.setBrush(faded(theme.NORMAL, 0.8))
        self.threshold.setPen(pg.mkPen(theme.ANOMALY, width=1.4, style=Qt.PenStyle.DashLine))
        self.threshold.label.setColor(QColor(theme.ANOMALY))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "threshold"):
            self.dress()


class PathGraph(pg.GraphicsLayoutWidget):  # type: ignore[misc]
    """Row and column of the spot over one cycle, a line for each pattern."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(230)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.ci.layout.setContentsMargins(0, 4, 8, 0)
        self.ci.layout.setSpacing(4)
        self.lines: list[tuple[int, Any]] = []
        self.plots: list[Any] = []
        for row, name in enumerate(("column", "row")):
            plot = self.addPlot(row=row, col=0, **plain_parts())
            plain_plot(plot)
            plot.setMouseEnabled(x=False, y=False)
            plot.getAxis("left").setWidth(_AXIS_PX)
            plot.setLabel("left", f"{name} (px)")
            plot.setXRange(0, 1, padding=0)
            self.plots.append(plot)
        self.plots[0].hideAxis("bottom")
        self.plots[1].setLabel("bottom", "phase (cycles)")
        self.plots[1].vb.invertY(True)  # rows are counted downwards, as on the frame
        self.dress()

    def show_tables(self, tables: BatchTables) -> None:
        """The learnt path of a batch."""
        for plot in self.plots:
            plot.clear()
        self.lines = []
        phase = np.arange(tables.facts.shape[1]) / tables.facts.shape[1]
        for plot, name in zip(self.plots, ("column", "row"), strict=True):
            values = tables.facts[:, :, FACTS.index(name)]
            for pattern in range(min(tables.patterns, MOST_PATTERNS)):
                line = pg.PlotCurveItem(phase, values[pattern].astype(np.float64), connect="finite")
                plot.addItem(line)
                self.lines.append((pattern, line))
            low, high = float(np.nanmin(values)), float(np.nanmax(values))
            edge = max(0.08 * (high - low), 0.5)
            plot.setYRange(low - edge, high + edge, padding=0)
        self.dress()

    def dress(self) -> None:
        """Colours of the present theme; patterns differ in their dashes too."""
        self.setBackground(theme.current().base)
        for plot in self.plots:
            dress_plot(plot)
        for pattern, line in self.lines:
            line.setPen(pg.mkPen(pattern_colour(pattern), width=1.6, style=_STYLES[pattern % len(_STYLES)]))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "plots"):
            self.dress()


def pattern_colour(pattern: int) -> QColor:
    """The plain path in the text's colour, detours in colours told apart with every vision."""
    if not pattern:
        return QColor(theme.current().text)
    causes = ("position", "power", "shape", "timing")
    return theme.cause_colour(causes[(pattern - 1) % len(causes)])


class Picture(QWidget):
    """A small picture, pixels crisp, with a caption below."""

    def __init__(self, size: QSize = _THUMB, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: QImage | None = None
        self.caption = ""
        self.setFixedSize(size + QSize(0, 16))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_values(self, values: Floats, ends: tuple[float, float], palette: str, caption: str) -> None:
        """Values (rows, columns) coloured between the ends."""
        packed = np.ascontiguousarray(paint_packed(values, Display(palette=palette), ends))
        rows, columns = packed.shape
        picture = QImage(packed.tobytes(), columns, rows, columns * 4, QImage.Format.Format_RGB32)
        self._picture, self.caption = picture.copy(), caption
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        dress = theme.current()
        area = QRectF(0, 0, self.width(), self.height() - 16)
        if self._picture is not None:
            size = self._picture.size().scaled(area.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRectF(QPointF((area.width() - size.width()) / 2, 0), size.toSizeF())
            painter.drawImage(place, self._picture)
        painter.setFont(theme.numbers_font(theme.CAPTION_PX))
        painter.setPen(QPen(QColor(dress.muted)))
        below = QRectF(0, self.height() - 15, self.width(), 15)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self.caption)


class ProcessPictures(QWidget):
    """Each pattern's pictures at a few phases, and the camera's fixed pattern."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._rows: list[QWidget] = []
        self._names: list[tuple[QLabel, int]] = []

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_names"):
            self._dress()

    def _dress(self) -> None:
        """Each pattern's name with a stroke in its colour, of which the plain path's is the theme's."""
        for label, pattern in self._names:
            colour = pattern_colour(pattern).name()
            label.setText(f'<span style="color:{colour}">\u2501</span> {pattern_name(pattern)}')

    def show_batch(self, tables: BatchTables, pictures: Floats, palette: str) -> None:
        """Pictures (patterns, phases, pixels) in counts."""
        for row in self._rows:
            row.deleteLater()
        self._rows, self._names = [], []
        shape = (tables.rows, tables.columns)
        shown = pictures[:MOST_PATTERNS]
        ends = (0.0, max(float(shown.max(initial=0.0)), 1.0))
        for pattern, table in enumerate(shown):
            places = [round(phase * len(table)) for phase in SHOWN_PHASES]
            captions = [f"phase {number_text(phase, 2)}" for phase in SHOWN_PHASES]
            values = [table[place].reshape(shape) for place in places]
            label = self._add("", values, ends, palette, captions).findChild(QLabel)
            assert label is not None
            self._names.append((label, pattern))
        self._dress()
        if len(pictures) > len(shown):
            label = QLabel(f"and {count_text(len(pictures) - len(shown), 'more detour')}")
            label.setProperty("role", "caption")
            self._keep(label)
        gain = tables.gain.reshape(shape).astype(np.float32)
        low, high = (float(end) for end in np.percentile(gain, (1, 99)))
        words = f"\u00d7 {significant_text(low, 2)} to {significant_text(high, 2)}"
        row = self._add("gain map", [gain], (low, max(high, low + 1e-3)), "grey", [words])
        row.setToolTip(
            "How strongly each pixel answers compared with its neighbours: the camera's fixed pattern"
        )

    def _add(
        self,
        name: str,
        values: list[Floats],
        ends: tuple[float, float],
        palette: str,
        captions: list[str],
    ) -> QWidget:
        row = QWidget()
        across = QHBoxLayout(row)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(8)
        label = QLabel(name)
        label.setFixedWidth(84)
        across.addWidget(label)
        for each, caption in zip(values, captions, strict=True):
            picture = Picture()
            picture.show_values(each, ends, palette, caption)
            across.addWidget(picture)
        across.addStretch()
        self._keep(row)
        return row

    def _keep(self, widget: QWidget) -> None:
        self._rows.append(widget)
        self._column.addWidget(widget)
