"""The spot's track over the frame: the last cycles fading with age, where the spot is, and where it should be."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF, QTransform

from thermview.gui.laser.laser_words import READING, spot_line
from thermview.gui.parts import theme
from thermview.gui.parts.plot_dress import mixed
from thermview.gui.session import Session
from thermview.gui.tracked import Path2D

OVERLAY = "spot track"
_EXPECTED = "#ffffff"
_AGED = "#0b1216"  # what the track fades into, and its edge on bright pixels
_SHADE = QColor(0, 0, 0, 140)
_STEPS = 6  # of fading: one stroke each
_MIDDLE = 0.5  # a centre of 0 is the middle of the first pixel


class TrackLayer(QObject):
    """Paints where the overlay "spot track" is on and a laser video is shown."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._drawn: tuple[tuple[object, ...], QPixmap] | None = None
        session.tracked.changed.connect(self.changed)
        session.tracked.look_changed.connect(self.changed)
        session.annotations_changed.connect(self._switched)
        session.recording_changed.connect(self._switched)
        self._switched()

    @property
    def on(self) -> bool:
        """True where there is a track to paint."""
        session = self._session
        return OVERLAY in session.overlays and session.frame is not None and session.tracked.is_laser

    def _switched(self) -> None:
        if self.on:
            self._session.tracked.want()

    @property
    def note(self) -> str:
        if not self.on:
            return ""
        tracked = self._session.tracked
        text = spot_line(tracked.facts, self._session.frame_index, tracked.spot_on_screen())
        if tracked.measuring:
            return f"{text}   {READING}"
        return f"{text}   {tracked.problem}" if tracked.problem else text

    def paint(self, painter: QPainter, transform: QTransform) -> None:
        if not self.on:
            return
        tracked, index = self._session.tracked, self._session.frame_index
        facts = tracked.facts
        self._paint_expected(painter, transform, tracked.path_of(tracked.pattern_at(index)))
        first, stop = tracked.track_span(index)
        if facts.row is not None and facts.column is not None:
            points = _mapped(transform, facts.row[first:stop], facts.column[first:stop])
            _paint_track(painter, points)
        spot = tracked.spot_on_screen() or _place(facts.row, facts.column, index)
        wanted = _place(facts.expected_row, facts.expected_column, index)
        _paint_spot(painter, transform, spot, wanted)

    # -- the expected path, painted once for each pattern and view -----------------------------------

    def _paint_expected(self, painter: QPainter, transform: QTransform, path: Path2D | None) -> None:
        if path is None or not path.expected:
            return
        device = painter.device()
        ratio = device.devicePixelRatioF()
        key = (path, transform, device.width(), device.height(), ratio)
        if self._drawn is None or self._drawn[0] != key:
            picture = QPixmap(round(device.width() * ratio), round(device.height() * ratio))
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            into = QPainter(picture)
            into.setRenderHint(QPainter.RenderHint.Antialiasing)
            line = transform.map(_polygon(path.rows, path.columns))
            for pen in (QPen(_SHADE, 3.0), QPen(QColor(_EXPECTED), 1.0)):
                into.setPen(pen)
                into.drawPolygon(line)
            into.end()
            self._drawn = (key, picture)
        painter.drawPixmap(0, 0, self._drawn[1])


def _place(
    rows: NDArray[np.float32] | None, columns: NDArray[np.float32] | None, index: int
) -> tuple[float, float] | None:
    """(row, column) of a frame, or None where it is not known."""
    if rows is None or columns is None or not (np.isfinite(rows[index]) and np.isfinite(columns[index])):
        return None
    return float(rows[index]), float(columns[index])


def _polygon(rows: NDArray[np.float32], columns: NDArray[np.float32]) -> QPolygonF:
    known = np.isfinite(rows) & np.isfinite(columns)
    pairs = zip(columns[known].tolist(), rows[known].tolist(), strict=True)
    return QPolygonF([QPointF(column + _MIDDLE, row + _MIDDLE) for column, row in pairs])


def _mapped(transform: QTransform, rows: NDArray[np.float32], columns: NDArray[np.float32]) -> list[QPointF]:
    """The known places of a track in view pixels, oldest first."""
    return [transform.map(point) for point in _polygon(rows, columns).toList()]


def _paint_track(painter: QPainter, points: list[QPointF]) -> None:
    """One stroke for each step of fading; the newest is the strongest."""
    if len(points) < 2:
        return
    bounds = np.unique(np.linspace(0, len(points) - 1, _STEPS + 1).round().astype(int)).tolist()
    newest = theme.cause_colour("position")
    for step, (first, last) in enumerate(pairwise(bounds), start=1):
        # as single lines: a wide line of many corners costs ten times as much to paint, a see-through one as well
        lines = [QLineF(*pair) for pair in pairwise(points[first : last + 1])]
        colour = mixed(_AGED, newest, step / (len(bounds) - 1))
        for pen in (QPen(QColor(_AGED), 4.0), QPen(colour, 1.8)):
            painter.setPen(pen)
            painter.drawLines(lines)


def _paint_spot(
    painter: QPainter,
    transform: QTransform,
    spot: tuple[float, float] | None,
    wanted: tuple[float, float] | None,
) -> None:
    """The spot as a ring, where it should be as a cross, and what lies between as a line."""
    at, goal = (
        None if place is None else transform.map(QPointF(place[1] + _MIDDLE, place[0] + _MIDDLE))
        for place in (spot, wanted)
    )
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for shade in (True, False):
        if goal is not None:
            painter.setPen(QPen(_SHADE, 4.0) if shade else QPen(QColor(_EXPECTED), 1.6))
            for dx, dy in ((5, 5), (5, -5)):
                painter.drawLine(goal - QPointF(dx, dy), goal + QPointF(dx, dy))
        if at is not None and goal is not None:
            painter.drawLine(at, goal)
        if at is not None:
            painter.setPen(QPen(_SHADE, 4.5) if shade else QPen(theme.cause_colour("position"), 2.2))
            painter.drawEllipse(at, 7.0, 7.0)
