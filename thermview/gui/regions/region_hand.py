"""Drawing regions on the frame and moving them, with mouse and keys."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QTransform

from thermview.gui.regions.measuring import OVERLAY
from thermview.gui.regions.region_grip import HANDLE_REACH_PX, Grip, grip_at, region_at
from thermview.thermal.region_sets import RegionSet
from thermview.thermal.regions import Kind, Points, Region, bounds_of, drawn, moved, with_handle

if TYPE_CHECKING:
    from thermview.gui.session import Session

_LEAST_DRAG_PX = 3.0
_FREE = Qt.KeyboardModifier.AltModifier
_ON_EDGES = ("rectangle", "ellipse")


class RegionHand(QObject):
    """Draws with the session's tool; without one it chooses and moves regions.

    Edges of rectangles and ellipses keep to whole pixels, corners of polygons to halves, spots and ends of lines
    to the middle of pixels; with Alt held they go anywhere. A polygon gets a point with each click, until Enter,
    a double-click or a click on its first point closes it.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._measuring = session.measuring
        self._before = RegionSet()  # what a drag or a drawing began with
        self._points: Points = ()
        self._grip: Grip | None = None
        self._held: tuple[Region, QPointF] | None = None
        self._pressed: QPointF | None = None
        self._measuring.tool_changed.connect(self._tool_changed)

    # -- mouse -------------------------------------------------------------------------------------

    def press(self, event: QMouseEvent, transform: QTransform) -> bool:
        measuring = self._measuring
        if (
            event.button() != Qt.MouseButton.LeftButton
            or not measuring.possible
            or self._frame_size() == (0, 0)
        ):
            return False
        self._pressed = event.position()
        if measuring.tool is not None:
            self._begin(measuring.tool, event, transform)
            return True
        if not self._seen():
            return False
        grip = grip_at(measuring.regions.regions, measuring.chosen, event.position(), transform)
        region = measuring.regions.region(grip.name) if grip is not None else None
        if grip is None or region is None:
            return False
        measuring.choose(region.name)
        self._before, self._grip = measuring.regions, grip
        self._held = (region, _unmapped(event.position(), transform))
        return True

    def move(self, event: QMouseEvent, transform: QTransform) -> bool:
        measuring = self._measuring
        if measuring.tool is not None and self._points:
            point = self._point(measuring.tool, event, transform)
            ends = (*self._points, point) if measuring.tool == "polygon" else (self._points[0], point)
            self._show(measuring.tool, ends)
            return True
        if self._held is None or self._pressed is None:
            return False
        if (
            event.position() - self._pressed
        ).manhattanLength() >= _LEAST_DRAG_PX or measuring.regions != self._before:
            measuring.preview(self._before.with_region(self._dragged(event, transform)))
        return True

    def release(self, event: QMouseEvent, transform: QTransform) -> bool:
        measuring = self._measuring
        if measuring.tool == "polygon":
            return True  # points come with presses
        if measuring.tool is not None and self._points:
            self._finish(measuring.tool, event)
            return True
        if self._held is None or self._grip is None:
            return False
        if measuring.regions == self._before:
            self.click(
                event, transform
            )  # nothing was moved: within one region it may be another that is meant
        words = f"move {self._grip.name}" if self._grip.handle is None else f"change {self._grip.name}"
        self._held = self._grip = None
        measuring.commit(words)
        return True

    def click(self, event: QMouseEvent, transform: QTransform) -> bool:
        measuring = self._measuring
        if event.button() != Qt.MouseButton.LeftButton or not self._seen():
            return False
        region = region_at(measuring.regions.regions, event.position(), transform)
        measuring.choose("" if region is None else region.name)
        return region is not None

    def double_click(self, event: QMouseEvent, transform: QTransform) -> bool:
        measuring = self._measuring
        if measuring.tool == "polygon" and self._points:
            self._close_polygon()
            return True
        # the second press of a click on a region is no wish to fit the frame
        return measuring.tool is not None or (
            self._seen() and region_at(measuring.regions.regions, event.position(), transform) is not None
        )

    def cursor_at(self, point: QPointF, transform: QTransform) -> Qt.CursorShape | None:
        measuring = self._measuring
        if measuring.tool is not None:
            return Qt.CursorShape.CrossCursor
        if not self._seen():
            return None
        grip = grip_at(measuring.regions.regions, measuring.chosen, point, transform)
        if grip is None:
            return None
        return Qt.CursorShape.SizeAllCursor if grip.handle is None else Qt.CursorShape.PointingHandCursor

    # -- keys --------------------------------------------------------------------------------------

    def key(self, event: QKeyEvent, only_ask: bool = False) -> bool:
        measuring, key = self._measuring, event.key()
        polygon = measuring.tool == "polygon" and bool(self._points)
        if key == Qt.Key.Key_Escape and (measuring.tool is not None or self._held is not None):
            action = self._give_up
        elif polygon and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            action = self._close_polygon
        elif polygon and key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            action = self._take_point_back
        else:
            return False
        if not only_ask:
            action()
        return True

    def _give_up(self) -> None:
        """First what is being drawn or dragged, then the tool."""
        if self._points or self._held is not None:
            self._points, self._held, self._grip = (), None, None
            self._measuring.revert()
        else:
            self._measuring.choose_tool(None)

    def _take_point_back(self) -> None:
        self._points = self._points[:-1]
        if self._points:
            self._show("polygon", self._points)
        else:
            self._measuring.revert()

    # -- drawing -----------------------------------------------------------------------------------

    def _tool_changed(self) -> None:
        if self._points:
            self._points = ()
            self._measuring.revert()
        self.changed.emit()

    def _begin(self, tool: Kind, event: QMouseEvent, transform: QTransform) -> None:
        point = self._point(tool, event, transform)
        if tool == "polygon" and self._points:
            first = transform.map(QPointF(*self._points[0]))
            if len(self._points) > 2 and (first - event.position()).manhattanLength() <= HANDLE_REACH_PX:
                self._close_polygon()
                return
            self._points = (*self._points, point)
        else:
            self._before, self._points = self._measuring.regions, (point,)
        self._show(tool, self._points)

    def _show(self, tool: Kind, points: Points) -> None:
        """Show what these points would give; a polygon that has too few of them as it will become."""
        if tool == "polygon" and len(points) < 3:
            points = (*points, *[points[-1]] * (3 - len(points)))
        name = self._before.free_name(tool)
        self._measuring.preview(self._before.with_region(drawn(tool, name, points)))
        self._measuring.choose(name)

    def _finish(self, tool: Kind, event: QMouseEvent) -> None:
        self._points = ()
        assert self._pressed is not None
        region = self._measuring.chosen_region
        short = (event.position() - self._pressed).manhattanLength() < _LEAST_DRAG_PX
        left, top, right, bottom = bounds_of(region) if region is not None else (0, 0, 0, 0)
        flat = tool in _ON_EDGES and (right == left or bottom == top)
        if tool != "spot" and (short or flat or (left, top) == (right, bottom)):
            self._measuring.revert()  # a click draws nothing; the tool stays
            return
        self._kept(tool)

    def _close_polygon(self) -> None:
        points = tuple(dict.fromkeys(self._points))  # a double-click gives its place twice
        self._points = ()
        if len(points) < 3:
            self._measuring.revert()
            return
        name = self._before.free_name("polygon")
        self._measuring.preview(self._before.with_region(drawn("polygon", name, points)))
        self._measuring.choose(name)
        self._kept("polygon")

    def _kept(self, tool: Kind) -> None:
        self._measuring.commit(f"draw {tool}")
        self._measuring.choose_tool(None)

    # -- places ------------------------------------------------------------------------------------

    def _seen(self) -> bool:
        return self._measuring.possible and OVERLAY in self._session.overlays

    def _frame_size(self) -> tuple[int, int]:
        frame = self._session.frame
        return (0, 0) if frame is None else (frame.shape[1], frame.shape[0])

    def _point(self, kind: Kind, event: QMouseEvent, transform: QTransform) -> tuple[float, float]:
        """The place under the mouse, within the frame, and where the kind keeps to pixels on one."""
        at = _unmapped(event.position(), transform)
        free = bool(event.modifiers() & _FREE)
        sides = zip((at.x(), at.y()), self._frame_size(), strict=True)
        column, row = (_kept_to_pixels(place, side, kind, free) for place, side in sides)
        return column, row

    def _dragged(self, event: QMouseEvent, transform: QTransform) -> Region:
        assert self._held is not None
        assert self._grip is not None
        region, start = self._held
        if self._grip.handle is not None:
            return with_handle(region, self._grip.handle, self._point(region.kind, event, transform))
        by = _unmapped(event.position(), transform) - start
        steps = (by.x(), by.y()) if event.modifiers() & _FREE else (round(by.x()), round(by.y()))
        return _within(moved(region, *steps), region, self._frame_size())


def _unmapped(position: QPointF, transform: QTransform) -> QPointF:
    return transform.inverted()[0].map(position)


def _kept_to_pixels(place: float, side: int, kind: Kind, free: bool) -> float:
    """A coordinate within 0 .. side as a kind of region wants it."""
    place = min(max(place, 0.0), float(side))
    if free:
        return round(place, 2)
    if kind == "polygon":
        return round(2 * place) / 2
    if kind in _ON_EDGES:
        return float(round(place))
    return min(int(place), side - 1) + 0.5


def _within(region: Region, before: Region, size: tuple[int, int]) -> Region:
    """The moved region pushed back where it would leave the frame farther than it did before."""
    pushes = []
    for low, high, old_low, old_high, side in zip(
        bounds_of(region)[:2],
        bounds_of(region)[2:],
        bounds_of(before)[:2],
        bounds_of(before)[2:],
        size,
        strict=True,
    ):
        least, most = min(old_low, 0.0), max(old_high, float(side))
        pushes.append(least - low if low < least else min(most - high, 0.0))
    return moved(region, *pushes) if any(pushes) else replace(region)
