"""The dress of the window: what its style sheet asks for is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from thermview.gui.parts import theme


@pytest.mark.parametrize("dress", [theme.DARK, theme.LIGHT], ids=["dark", "light"])
def test_every_picture_of_the_style_sheet_can_be_drawn(qapp: object, dress: theme.Theme) -> None:
    pictures = re.findall(r'url\("([^"]+)"\)', theme._style_sheet(dress))
    assert {Path(picture).name for picture in pictures} == {
        "check.svg",
        "check_some.svg",
        "arrow_down.svg",
        "arrow_up.svg",
    }
    for picture in pictures:
        assert not QImage(picture).isNull(), picture
