"""One colour for each region, on the frame, in the table and in the plots; letters tell them apart as well."""

from __future__ import annotations

from PySide6.QtGui import QColor

from thermview.gui.parts import theme

# Light enough to stand out on every palette with a dark rim around; none is a cause's colour.
_ON_FRAME = ("#5CE1E6", "#FF8AC4", "#B8E986", "#FFE066", "#C3A6FF", "#FFB28A", "#8FD3FF", "#E6E6E6")
_ON_LIGHT = ("#00838F", "#C2185B", "#558B2F", "#9A7500", "#6A3FC4", "#BF4A12", "#1565C0", "#50555C")


def frame_colour(number: int) -> QColor:
    """The colour of the region with this place in the set, on the frame."""
    return QColor(_ON_FRAME[number % len(_ON_FRAME)])


def plot_colour(number: int) -> QColor:
    """The same where it is drawn on the ground of the window."""
    colours = _ON_FRAME if theme.current().name == "dark" else _ON_LIGHT
    return QColor(colours[number % len(colours)])
