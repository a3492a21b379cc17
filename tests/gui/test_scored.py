"""Scores the window holds: kept ones come back, a dragged threshold has a way back."""

from __future__ import annotations

from pathlib import Path

from conftest_values import WAIT_MS

from thermview.gui.session import Session
from thermview.review.store import ReviewStore
from thermview.settings import Settings


def scored(qtbot, session: Session) -> None:
    session.score()
    qtbot.waitUntil(lambda: session.scored.final is not None, timeout=WAIT_MS)


def test_kept_scores_are_in_the_list_when_the_capture_is_opened_again(
    qtbot, shown: Session, capture: Path, tmp_path: Path
) -> None:
    scored(qtbot, shown)
    badge = shown.scored.badge_of("Type1/0001")
    assert badge is not None
    again = Session(Settings(tmp_path / "other.json"), ReviewStore(tmp_path / "other.sqlite"))
    again.open_capture(capture)
    qtbot.waitUntil(lambda: again.scored.badge_of("Type1/0001") is not None, timeout=WAIT_MS)
    assert again.scored.badge_of("Type1/0001") == badge
    assert again.scored.badge_of("Type1/0002") is None
    again.close()


def test_nothing_is_looked_up_where_nothing_was_ever_scored(qtbot, opened: Session) -> None:
    qtbot.waitUntil(lambda: not opened.jobs, timeout=WAIT_MS)
    assert opened.scored.badges == {}


def test_a_dragged_threshold_has_a_way_back(qtbot, shown: Session) -> None:
    scored(qtbot, shown)
    final = shown.scored.final
    assert final is not None
    own, events = final.threshold, final.events
    assert not shown.scored.threshold_moved
    shown.set_threshold(0.0)
    assert shown.scored.threshold_moved
    assert shown.scored.final is not None
    assert shown.scored.final.events
    shown.scored.reset_threshold()
    assert shown.scored.final.threshold == own
    assert shown.scored.final.events == events
    assert not shown.scored.threshold_moved


def test_what_came_of_scoring_many_is_said_in_one_sentence(qtbot, opened: Session) -> None:
    index, capture = opened.browsing.index, opened.capture
    assert index is not None
    assert capture is not None
    paths = [capture / path for path in index.paths() if path.endswith(".npz")]
    said: list[str] = []
    opened.message.connect(said.append)
    opened.scored.score_all(paths)
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT_MS)
    assert said[-1].startswith(f"{len(paths) - 1} recordings scored, ")
    assert said[-1].endswith(", 1 could not be scored: see the list.")
