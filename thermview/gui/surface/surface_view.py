"""Draws a surface with its axes. Import it only where `available.why_not` finds nothing amiss: it needs PyOpenGL."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph
from numpy.typing import NDArray
from pyqtgraph import opengl
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from thermview.gui.parts import theme
from thermview.thermal.surface import Surface
from thermview.thermal.temperature_units import Unit
from thermview.thermal.ticks import round_ticks, tick_texts

_LONG_SIDE, _HEIGHT = 10.0, 4.0  # in the units of the scene
_TICK, _GAP = 0.18, 0.55
_CAMERA = {"distance": 15.5, "elevation": 32.0, "azimuth": -62.0}
_LINES = 2.0


class SurfaceView(opengl.GLViewWidget):  # type: ignore[misc]
    """Columns run to the right, rows to the front, values upwards; drag turns, the wheel comes nearer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._surface: Any = None
        self._shape: tuple[int, ...] = ()
        self._axes: list[Any] = []
        self._axes_key: tuple[object, ...] = ()
        self.setAccessibleName("3-D surface")
        self.setMinimumSize(320, 240)
        self.reset_view()

    def reset_view(self) -> None:
        """Look at it from where it is shown at first."""
        self.setCameraPosition(pos=pyqtgraph.Vector(0, 0, _HEIGHT / 3), **_CAMERA)

    def show_surface(
        self, surface: Surface, frame: tuple[int, int], ends: tuple[float, float], unit: Unit
    ) -> None:
        """`frame` is (rows, columns); `ends` are the values at floor and top, in the recording's own unit."""
        rows, columns = frame
        size = _LONG_SIDE / max(rows, columns)
        low, high = ends
        heights = np.nan_to_num((surface.values - low) * (_HEIGHT / (high - low)), nan=0.0).T
        colours = np.ones((surface.values.size, 4), np.float32)
        colours[:, :3] = surface.colours.transpose(1, 0, 2).reshape(-1, 3) / np.float32(255)
        x = (surface.columns - columns / 2) * size
        y = (rows / 2 - surface.rows) * size
        if self._surface is None or self._shape != (*heights.shape, *frame):
            if self._surface is not None:
                self.removeItem(self._surface)
            self._surface = opengl.GLSurfacePlotItem(
                x=x, y=y, z=heights, colors=colours, computeNormals=False, smooth=True
            )
            self._shape = (*heights.shape, *frame)
            self.addItem(self._surface)
        else:
            self._surface.setData(z=heights, colors=colours)
        self._show_axes(frame, ends, unit)
        self.update()

    # -- axes --------------------------------------------------------------------------------------

    def _show_axes(self, frame: tuple[int, int], ends: tuple[float, float], unit: Unit) -> None:
        key = (frame, ends, unit, theme.current().name)
        if key == self._axes_key:
            return
        for item in self._axes:
            self.removeItem(item)
        self._axes, self._axes_key = [], key
        worn = theme.current()
        self.setBackgroundColor(worn.surround)
        rows, columns = frame
        size = _LONG_SIDE / max(rows, columns)
        right, front = columns * size / 2, -rows * size / 2
        lines = [*_box(right, -front)]
        for place, text in zip(*_ticks(0, columns), strict=True):
            at = (place - columns / 2) * size
            lines += [(at, front, 0), (at, front - _TICK, 0)]
            self._write((at, front - _GAP, 0), text)
        for place, text in zip(*_ticks(0, rows), strict=True):
            at = (rows / 2 - place) * size
            lines += [(right, at, 0), (right + _TICK, at, 0)]
            self._write((right + _GAP, at, 0), text)
        low, high = (unit.of(end) for end in ends)
        for place, text in zip(*_ticks(low, high), strict=True):
            at = (place - low) / (high - low) * _HEIGHT
            lines += [(-right, front, at), (-right - _TICK, front, at)]
            self._write((-right - _GAP, front, at), text)
        self._write((0, front - 2.4 * _GAP, 0), "column", strong=True)
        self._write((right + 2.4 * _GAP, 0, 0), "row", strong=True)
        self._write((-right - _GAP, front, _HEIGHT + _GAP), unit.name or "value", strong=True)
        self._add(
            opengl.GLLinePlotItem(
                pos=np.array(lines, np.float32), color=pyqtgraph.mkColor(worn.muted), width=_LINES,
                mode="lines", antialias=True, glOptions="translucent",
            )
        )  # fmt: skip

    def _write(self, place: tuple[float, float, float], text: str, strong: bool = False) -> None:
        worn = theme.current()
        colour = worn.text if strong else worn.muted
        self._add(
            opengl.GLTextItem(
                pos=np.array(place), text=text, color=pyqtgraph.mkColor(colour),
                font=theme.numbers_font(theme.TEXT_PX if strong else theme.CAPTION_PX),
                alignment=Qt.AlignmentFlag.AlignCenter,
            )
        )  # fmt: skip

    def _add(self, item: Any) -> None:
        self._axes.append(item)
        self.addItem(item)


def _ticks(low: float, high: float) -> tuple[NDArray[np.float64], list[str]]:
    ticks = round_ticks(low, high, 5)
    return np.asarray(ticks), list(tick_texts(ticks))


def _box(right: float, back: float) -> list[tuple[float, float, float]]:
    """The four edges of the floor and an upright one for the values, as pairs of points."""
    corners = [(-right, -back, 0.0), (right, -back, 0.0), (right, back, 0.0), (-right, back, 0.0)]
    edges = [point for n in range(4) for point in (corners[n], corners[(n + 1) % 4])]
    return [*edges, (-right, -back, 0.0), (-right, -back, _HEIGHT)]
