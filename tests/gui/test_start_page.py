"""The first page: the ways in, and captures opened lately, whatever they are called."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest_values import WAIT_MS
from PySide6.QtWidgets import QLabel, QPushButton

from thermview.gui.session import Session
from thermview.gui.start_page import StartPage


@pytest.fixture
def page(qtbot, session: Session) -> StartPage:
    made = StartPage(session)
    qtbot.addWidget(made)
    made.resize(1000, 700)
    return made


def recent(page: StartPage) -> list[QPushButton]:
    items = (page._recent.itemAt(place).widget() for place in range(page._recent.count()))
    return [widget for widget in items if isinstance(widget, QPushButton)]


def test_a_first_start_says_that_things_can_be_dropped(page: StartPage) -> None:
    assert recent(page) == []
    assert isinstance(page._recent.itemAt(0).widget(), QLabel)


def test_its_buttons_ask_for_what_they_say(qtbot, page: StartPage) -> None:
    with qtbot.waitSignal(page.folder_wanted):
        page.open_button.click()
    with qtbot.waitSignal(page.sample_wanted):
        page.sample_button.click()


def test_captures_that_are_gone_are_not_offered(page: StartPage, session: Session, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    odd = ["\0", "~nobody/x", "n" * 5000, str(tmp_path / "gone"), 7, None]
    session.settings["recent"] = [*odd, str(there)]
    page.list_recent()
    assert [button.text().split()[0] for button in recent(page)] == ["there"]


def test_a_hostile_name_is_plain_and_does_not_widen_the_page(
    page: StartPage, session: Session, tmp_path: Path
) -> None:
    folder = tmp_path / ("<b>x<&b>\n한국어" + "n" * 200)
    folder.mkdir()
    session.settings["recent"] = [str(folder)]
    page.list_recent()
    (button,) = recent(page)
    assert "\n" not in button.text()
    assert "&&b>" in button.text()  # an ampersand, not a key
    assert "&lt;b&gt;" in button.toolTip()
    assert page.minimumSizeHint().width() < 700


def test_a_click_opens_it(qtbot, page: StartPage, session: Session, capture: Path) -> None:
    session.settings["recent"] = [str(capture)]
    page.list_recent()
    recent(page)[0].click()
    assert session.capture == capture
    qtbot.waitUntil(lambda: not session.browsing.scanning, timeout=WAIT_MS)


def test_what_went_wrong_is_said_as_plain_text(page: StartPage, session: Session, tmp_path: Path) -> None:
    session.open_capture(tmp_path / "<b>gone&amp;")
    assert "<b>gone&amp;: there is no such file" in page.problem.text()
    page.grab()
