"""The table of actions: complete, without clashes, and honest about what can be done."""

from __future__ import annotations

from collections import Counter

from PySide6.QtGui import QKeySequence

from thermview.gui.actions import ACTIONS, MENUS
from thermview.gui.dialogs import shortcut_page
from thermview.gui.session import Session
from thermview.paths import resources_folder


def test_every_action_is_explained_and_has_its_menu() -> None:
    for row in ACTIONS:
        assert row.name
        assert row.tip
        assert row.menu in MENUS
        assert row.shortcuts, row.name
    assert not [key for key, n in Counter(row.key for row in ACTIONS).items() if n > 1]


def test_no_key_means_two_things() -> None:
    keys = Counter(QKeySequence(keys).toString() for row in ACTIONS for keys in row.shortcuts)
    assert "" not in keys
    assert not [key for key, n in keys.items() if n > 1]


def test_every_icon_is_there() -> None:
    for row in ACTIONS:
        if row.icon:
            assert (resources_folder() / "icons" / f"{row.icon}.svg").is_file(), row.icon


def test_the_shortcut_page_lists_every_key() -> None:
    page = shortcut_page()
    for row in ACTIONS:
        for keys in row.shortcuts:
            assert keys.replace("<", "&lt;") in page


def test_nothing_can_be_done_to_what_is_not_there(session: Session) -> None:
    possible = {row.key for row in ACTIONS if row.enabled(session)}
    assert not possible & {
        "play",
        "next_frame",
        "export",
        "flag",
        "score",
        "palette",
        "next_event",
        "undo",
        "go_to",
    }
    assert {"open_folder", "open_sample", "quit", "guide"} <= possible


def test_a_shown_recording_can_be_played_and_flagged(shown: Session) -> None:
    possible = {row.key for row in ACTIONS if row.enabled(shown)}
    assert {"play", "next_frame", "flag", "score", "palette", "export"} <= possible
    assert "next_event" not in possible
