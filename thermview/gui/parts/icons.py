"""Icons of one family, tinted from the theme."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QSize
from PySide6.QtGui import QIcon, QPixmap

from thermview.gui.parts import theme
from thermview.paths import resources_folder

_SIZES = (16, 20, 24, 40, 48, 64)


def icon(name: str, colour: str = "") -> QIcon:
    """The icon in the text's colour (or another one), greyed where it is disabled; empty where there is none."""
    dress = theme.current()
    return _tinted(name, colour or dress.text, dress.line)


@cache
def _tinted(name: str, plain: str, disabled: str) -> QIcon:
    path = resources_folder() / "icons" / f"{name}.svg"
    if not path.is_file():
        return QIcon()
    drawing = path.read_text("utf-8")
    result = QIcon()
    for mode, tint in ((QIcon.Mode.Normal, plain), (QIcon.Mode.Disabled, disabled)):
        for size in _SIZES:
            result.addPixmap(_rendered(drawing, tint, size), mode)
    return result


def _rendered(drawing: str, tint: str, size: int) -> QPixmap:
    text = drawing.replace("#000", tint).replace("<svg ", f'<svg width="{size}" height="{size}" ', 1)
    pixmap = QPixmap(QSize(size, size))
    pixmap.loadFromData(QByteArray(text.encode()), "SVG")
    return pixmap
