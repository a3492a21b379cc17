"""What a right click offers, and that it does it."""

from __future__ import annotations

import pytest
from conftest_values import WAIT_MS
from PySide6.QtCore import QPoint
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication

from thermview.gui import context_menus
from thermview.gui.main_window import MainWindow
from thermview.gui.session import Session


@pytest.fixture
def window(qtbot, shown: Session) -> MainWindow:
    made = MainWindow(shown)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.mark.parametrize(
    "keys",
    [getattr(context_menus, name) for name in ("FRAME", "STRIPS", "PICTURES", "LIST", "SCORES", "BESIDE")],
)
def test_every_row_is_an_action_of_the_table(window: MainWindow, keys: tuple[str, ...]) -> None:
    menu = context_menus.menu_of(window, keys)
    assert [a for a in menu.actions() if not a.isSeparator()] == [window.action(key) for key in keys if key]


@pytest.mark.parametrize("place", ["frame", "overview", "detail", "list", "scores"])
def test_a_right_click_opens_a_menu(window: MainWindow, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    widget = {
        "frame": window.frame_view,
        "overview": window.scrubber.overview,
        "detail": window.scrubber.detail,
        "list": window.tree.tree.viewport(),
        "scores": window.score_plot.graph.viewport(),
    }[place]
    asked: list[int] = []

    class Menu:
        """Stands for the one that would wait for a person."""

        def __init__(self, window: MainWindow, keys: tuple[str, ...]) -> None:
            self.keys = keys

        def exec(self, point: QPoint) -> None:
            asked.append(len(self.keys))

        def deleteLater(self) -> None:
            """Nothing to delete."""

    monkeypatch.setattr(context_menus, "menu_of", Menu)
    at = QPoint(5, 5)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, widget.mapToGlobal(at))
    QApplication.sendEvent(widget, event)
    assert len(asked) == 1
    assert asked[0] > 5


def test_a_row_does_what_the_key_does(qtbot, window: MainWindow, shown: Session) -> None:
    qtbot.waitUntil(window.action("flag").isEnabled, timeout=WAIT_MS)
    menu = context_menus.menu_of(window, context_menus.FRAME)
    next(action for action in menu.actions() if action is window.action("flag")).trigger()
    assert len(shown.flagged.flags) == 1
