"""What a room paints over the frame without the frame view knowing the room."""

from __future__ import annotations

from typing import Any, Protocol

from PySide6.QtGui import QColor, QPainter, QTransform

NOTE_GROUND, NOTE_TEXT = QColor(0, 0, 0, 150), QColor("#f0f0f0")
"""Colours of what is written over a frame, whatever its own."""


class Layer(Protocol):
    """Painted between the frame's pixels and its boxes, in the order in which layers were added."""

    changed: Any
    """Signal without arguments: something other than frame and display changed, paint anew."""

    def paint(self, painter: QPainter, transform: QTransform) -> None:
        """Paint in view pixels; `transform` maps frame coordinates (column, row) to them.

        Called for every repaint of a frame: what does not change from frame to frame is painted once and kept.
        """

    @property
    def note(self) -> str:
        """What to say over the frame about this layer now; empty for nothing."""
