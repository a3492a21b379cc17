"""Whether a person can see a view: a dock behind another tab of its place counts as visible for Qt."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


def in_sight(widget: QWidget) -> bool:
    """True where some of a widget is on screen: shown, and not behind another tab."""
    return widget.isVisible() and not widget.visibleRegion().isEmpty()
