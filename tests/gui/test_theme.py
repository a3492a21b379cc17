"""The dress of the window: what its style sheet asks for is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from thermview.gui.parts import icons, theme


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


@pytest.mark.parametrize("dress", [theme.DARK, theme.LIGHT], ids=["dark", "light"])
def test_every_rule_of_the_style_sheet_is_whole_and_stated_once(qapp: object, dress: theme.Theme) -> None:
    sheet = theme._style_sheet(dress)
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", sheet)
    assert re.sub(r"[^{}]+\{[^{}]*\}", "", sheet).strip() == ""
    selectors = [" ".join(selector.split()) for selector, _ in rules]
    assert len(selectors) == len(set(selectors)) > 50


def test_an_icon_is_drawn_once_for_each_dress(qapp: object) -> None:
    assert icons.icon("play").cacheKey() == icons.icon("play").cacheKey()
    assert icons.icon("play").cacheKey() != icons.icon("play", "#ff0000").cacheKey()
