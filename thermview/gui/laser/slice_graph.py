"""One row or column of pixels over time, around the frame on screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtWidgets import QWidget

from thermview.gui.parts import theme
from thermview.gui.parts.plot_dress import dress_plot, plain_parts, plain_plot
from thermview.gui.parts.plots_over_frames import frame_at
from thermview.recording import Frame, Recording
from thermview.thermal.display import Display, paint_packed

FRAMES = 120
"""Frames in sight: about 12 cycles."""
_TURN = 0.1  # of them left before the page is turned
_AXIS_PX = 46


@dataclass(frozen=True)
class Line:
    """A row (else a column) of pixels."""

    is_row: bool
    number: int


@dataclass(frozen=True, eq=False)
class SliceWish:
    """A line of pixels in frames first .. stop - 1."""

    recording: Recording
    line: Line
    first: int
    stop: int

    def read(self) -> Frame:
        """(pixels, frames) in the recording's own counts; raises ReadError."""
        frames = self.recording.frames(self.first, self.stop)
        part = frames[:, self.line.number, :] if self.line.is_row else frames[:, :, self.line.number]
        return np.ascontiguousarray(part.T)


def window_about(index: int, length: int) -> tuple[int, int]:
    """First frame and the one after the last of the stretch that shows a frame in its middle."""
    first = min(max(index - FRAMES // 2, 0), max(length - FRAMES, 0))
    return first, min(first + FRAMES, length)


class SliceGraph(pg.GraphicsLayoutWidget):  # type: ignore[misc]
    """Shows a slice in the colours of the frame; emits which frame was clicked."""

    frame_clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.wish: SliceWish | None = None
        self.pixels: Frame | None = None
        self._rate: float | None = None
        self.ci.layout.setContentsMargins(0, 4, 8, 0)
        self.plot = self.addPlot(row=0, col=0, **plain_parts())
        plain_plot(self.plot)
        self.plot.setMouseEnabled(x=False, y=False)
        self.plot.getAxis("left").setWidth(_AXIS_PX)
        self.image = pg.ImageItem(axisOrder="row-major")
        self.cursor_line = pg.InfiniteLine(0, angle=90)
        for item in (self.image, self.cursor_line):
            self.plot.addItem(item, ignoreBounds=True)
        self.scene().sigMouseClicked.connect(self._clicked)
        self.dress()

    def new_recording(self, frame_rate: float | None) -> None:
        """Another recording: nothing of the old one."""
        self.wish, self.pixels, self._rate = None, None, frame_rate
        self.image.clear()
        axis = self.plot.getAxis("bottom")
        axis.setScale(1 / frame_rate if frame_rate else 1.0)
        axis.offset = 0 if frame_rate else 1
        axis.setLabel("time (s)" if frame_rate else "frame")

    def needs(self, line: Line, index: int) -> bool:
        """True where what is shown, or on its way, does not have this line well about this frame."""
        wish = self.wish
        if wish is None or wish.line != line:
            return True
        edge = round(_TURN * FRAMES)
        early = index < wish.first + edge and wish.first > 0
        late = index >= wish.stop - edge and wish.stop < len(wish.recording)
        return early or late

    def show_slice(self, wish: SliceWish, pixels: Frame, display: Display, ends: tuple[float, float]) -> None:
        """Draw a slice that was read."""
        self.pixels = pixels
        self.paint(display, ends)
        rows, frames = pixels.shape
        self.image.setRect(QRectF(wish.first - 0.5, -0.5, frames, rows))
        self.plot.setLimits(xMin=wish.first - 0.5, xMax=wish.first + frames - 0.5)
        self.plot.setXRange(wish.first - 0.5, wish.first + frames - 0.5, padding=0)
        self.plot.setYRange(-0.5, rows - 0.5, padding=0)
        self.plot.vb.invertY(not wish.line.is_row)  # rows downwards as on the frame, columns upwards
        self.plot.setLabel("left", "column (px)" if wish.line.is_row else "row (px)")

    def paint(self, display: Display, ends: tuple[float, float]) -> None:
        """Colour the slice as the frame is coloured."""
        if self.pixels is None:
            return
        packed = paint_packed(self.pixels, display, ends)
        colours = np.ascontiguousarray(packed).view(np.uint8).reshape(*packed.shape, 4)
        self.image.setImage(np.ascontiguousarray(colours[..., [2, 1, 0]]), autoLevels=False, levels=(0, 255))

    def set_cursor(self, frame: int) -> None:
        """Move the cursor."""
        self.cursor_line.setValue(frame)

    def _clicked(self, event: Any) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self.wish is None or event.double():
            return
        frame = frame_at([self.plot], event.scenePos(), range(self.wish.first, self.wish.stop))
        if frame is not None:
            self.frame_clicked.emit(frame)
            event.accept()

    def dress(self) -> None:
        """Wear the colours of the theme."""
        dress = theme.current()
        self.setBackground(dress.window)
        dress_plot(self.plot)
        self.cursor_line.setPen(pg.mkPen("#ffffff", width=1))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "cursor_line"):
            self.dress()
