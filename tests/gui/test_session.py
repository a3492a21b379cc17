"""Opening, selecting, stepping, flags: what views are told and what stays when something fails."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
from conftest_values import WAIT_MS
from small_capture_files import write_batch

from thermview.errors import CutShortError
from thermview.gui.session import Session
from thermview.gui.work.frame_loader import Opened
from thermview.gui.work.tasks import opener
from thermview.readers import open_recording
from thermview.thermal.display import paint_packed


def test_open_folder_lists_everything(opened: Session, capture: Path) -> None:
    index = opened.browsing.index
    assert index is not None
    assert index.count == 11
    assert opened.browsing.recent == [capture]


def test_missing_folder_leaves_what_was_open(qtbot, shown: Session, capture: Path) -> None:
    with qtbot.waitSignal(shown.message) as said:
        shown.open_capture(capture / "gone")
    assert "no such file" in said.args[0]
    assert shown.capture == capture
    assert shown.recording is not None


def test_select_shows_frame_context_and_obstacles(shown: Session) -> None:
    assert shown.recording_id == "Type1/0001"
    assert shown.frame is not None
    assert shown.frame.shape == (12, 16)
    assert [(o.first, o.last) for o in shown.context.obstacles] == [(100, 150)]
    assert shown.context.metadata["KeyfIniObstacle2"] == -1


def test_broken_file_is_said_where_it_is_and_the_rest_goes_on(qtbot, shown: Session, capture: Path) -> None:
    shown.select(capture / "Type1" / "broken.npz")
    qtbot.waitUntil(lambda: shown.problem != "", timeout=WAIT_MS)
    assert "broken.npz" in shown.problem
    assert shown.recording is None
    assert "Type1/broken.npz" in shown.browsing.errors
    shown.select(capture / "Type1" / "0002.npz")
    qtbot.waitUntil(lambda: shown.recording is not None, timeout=WAIT_MS)
    assert shown.problem == ""


def test_a_recording_that_is_shorter_than_where_it_was_left_opens_at_its_last_frame(
    qtbot, opened: Session, capture: Path
) -> None:
    path = capture / "Type1" / "0001.npz"
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    opened.store.save_state(capture, "Type1/0001", {"frame": 390})
    opened.select(path)
    qtbot.waitUntil(lambda: opened.opening is None, timeout=WAIT_MS)
    assert opened.problem == ""
    assert opened.recording is not None
    assert 0 < opened.frame_index < 390
    assert opened.frame is not None
    with pytest.raises(CutShortError) as caught:
        opened.recording.frame(390)
    assert opened.frame_index == caught.value.whole - 1


def test_a_table_of_scores_is_no_broken_recording_and_goes_to_the_run_chart(
    qtbot, shown: Session, capture: Path
) -> None:
    table = capture / "published.csv"
    table.write_text("Name,AnomalyScore\n0001,0.5\n0002,0.7\n")
    shown.select(table)
    qtbot.waitUntil(lambda: shown.problem != "", timeout=WAIT_MS)
    assert "a table of scores, not a recording" in shown.problem
    assert "published.csv" not in shown.browsing.errors
    qtbot.waitUntil(lambda: list(shown.imported.series) == ["published"], timeout=WAIT_MS)


def test_newest_selection_wins(qtbot, opened: Session, capture: Path) -> None:
    for number in (1, 2, 3):
        opened.select(capture / "Type1" / f"{number:04d}.npz")
    qtbot.waitUntil(lambda: opened.opening is None, timeout=WAIT_MS)
    assert opened.recording_id == "Type1/0003"


def test_what_comes_too_late_is_not_shown_in_another_capture(qtbot, opened: Session, tmp_path: Path) -> None:
    assert opened.capture is not None
    other = tmp_path / "other"
    write_batch(other / "Type2", 9, 1, np.random.default_rng(1))
    begun, go_on = Event(), Event()
    path = opened.capture / "Type1" / "0001.npz"
    late = opener(path, opened.browsing.finder, opened.capture, opened.store, lambda recording: recording)
    came: list[Opened] = []

    def slow() -> Opened:
        begun.set()
        go_on.wait(WAIT_MS / 1000)
        came.append(late())
        return came[0]

    opened.shown.opening = path
    opened.shown.loader.open(path, slow)
    qtbot.waitUntil(begun.is_set, timeout=WAIT_MS)
    opened.open_capture(other)
    qtbot.waitUntil(lambda: opened.capture == other, timeout=WAIT_MS)
    go_on.set()
    qtbot.waitUntil(lambda: bool(came), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not opened.browsing.scanning, timeout=WAIT_MS)
    opened.select(other / "Type2" / "0009.npz")
    qtbot.waitUntil(lambda: opened.recording is not None, timeout=WAIT_MS)
    assert opened.recording_id == "Type2/0009"


def test_a_frame_that_is_on_its_way_is_given_up_for_the_shown_one(qtbot, shown: Session, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    assert shown.recording is not None
    begun, go_on = Event(), Event()
    read = type(shown.recording).frame

    def slow(recording: Any, index: int) -> Any:
        if index == 77:
            begun.set()
            go_on.wait(WAIT_MS / 1000)
        return read(recording, index)

    monkeypatch.setattr(type(shown.recording), "frame", slow)
    shown.shown.loader.cache.clear()
    shown.seek(77)
    qtbot.waitUntil(begun.is_set, timeout=WAIT_MS)
    assert shown.frame_index == 0
    told: list[int] = []
    shown.frame_changed.connect(lambda: told.append(shown.frame_index))
    shown.seek(0)
    go_on.set()
    qtbot.waitUntil(lambda: shown.wished_index == 0 and not shown.shown.waiting, timeout=WAIT_MS)
    assert set(told) <= {0}


def test_every_step_shows_its_own_frame(qtbot, shown: Session) -> None:
    assert shown.recording is not None
    whole = open_recording(shown.recording.path)
    for index in range(1, 40):
        shown.step(1)
        qtbot.waitUntil(lambda index=index: shown.frame_index == index, timeout=WAIT_MS)
        np.testing.assert_array_equal(shown.frame, whole.frame(index))
        assert shown.held_frames == 1


def test_steps_pressed_faster_than_frames_come_add_up(qtbot, shown: Session) -> None:
    for _ in range(200):
        shown.step(1)
    qtbot.waitUntil(lambda: shown.frame_index == 200, timeout=WAIT_MS)


def test_seeking_stays_inside_the_recording(qtbot, shown: Session) -> None:
    shown.seek(10**9)
    qtbot.waitUntil(lambda: shown.frame_index == 399, timeout=WAIT_MS)
    shown.seek(-5)
    qtbot.waitUntil(lambda: shown.frame_index == 0, timeout=WAIT_MS)


def test_peak_hold_is_the_maximum_of_the_frames_passed(qtbot, shown: Session) -> None:
    assert shown.recording is not None
    shown.seek(60, hold_from=20)
    qtbot.waitUntil(lambda: shown.held_frames == 41, timeout=WAIT_MS)
    np.testing.assert_array_equal(shown.frame, shown.recording.frames(20, 61).max(axis=0))
    assert shown.frame_index == 60


def test_a_verb_that_changes_nothing_emits_nothing(qtbot, shown: Session) -> None:
    with qtbot.assertNotEmitted(shown.frame_changed), qtbot.assertNotEmitted(shown.display_changed):
        shown.seek(shown.frame_index)
        shown.set_display(palette=shown.display.palette)
    with qtbot.assertNotEmitted(shown.range_changed):
        shown.set_range(None, None)


def test_scale_of_a_recording_only_widens_and_lock_keeps_it(qtbot, shown: Session, capture: Path) -> None:
    lows, highs = [], []
    for index in (10, 200, 30):
        shown.seek(index)
        qtbot.waitUntil(lambda index=index: shown.frame_index == index, timeout=WAIT_MS)
        assert shown.frame is not None
        assert shown.limits[1] >= shown.frame.max()
        lows.append(shown.limits[0])
        highs.append(shown.limits[1])
    assert highs == sorted(highs)
    assert lows == sorted(lows, reverse=True)
    shown.set_scale_locked(True)
    kept = shown.limits
    shown.select(capture / "Type10" / "0004.npz")
    qtbot.waitUntil(lambda: shown.recording_id == "Type10/0004", timeout=WAIT_MS)
    assert shown.limits == kept


def test_flags_are_kept_undone_and_redone(qtbot, shown: Session, capture: Path) -> None:
    shown.flagged.flag(7, 9, "power", "low")
    assert [(f.first, f.last, f.reason, f.note) for f in shown.store.flags(capture)] == [
        (7, 9, "power", "low")
    ]
    assert shown.browsing.flag_counts == {"Type1/0001": 1}
    kept = shown.flagged.flags[0]
    shown.flagged.change(kept, reason="spatter", note="")
    shown.flagged.remove(shown.flagged.flags[0])
    assert shown.flagged.flags == []
    shown.undo_stack.undo()
    shown.undo_stack.undo()
    assert shown.flagged.flags == [kept]
    shown.undo_stack.undo()
    assert shown.store.flags(capture) == []
    shown.undo_stack.redo()
    assert shown.flagged.flags[0].id == kept.id


def test_the_frame_left_at_comes_back(qtbot, shown: Session, capture: Path) -> None:
    shown.seek(123)
    qtbot.waitUntil(lambda: shown.frame_index == 123, timeout=WAIT_MS)
    shown.select(capture / "Type1" / "0002.npz")
    qtbot.waitUntil(lambda: shown.recording_id == "Type1/0002", timeout=WAIT_MS)
    shown.select(capture / "Type1" / "0001.npz")
    qtbot.waitUntil(lambda: shown.recording_id == "Type1/0001", timeout=WAIT_MS)
    assert shown.frame_index == 123


def test_next_recording_follows_the_natural_order_of_its_folder(qtbot, shown: Session) -> None:
    shown.browsing.go(1)
    qtbot.waitUntil(lambda: shown.recording_id == "Type1/0002", timeout=WAIT_MS)
    shown.browsing.go(-5)
    qtbot.waitUntil(lambda: shown.recording_id == "Type1/0001", timeout=WAIT_MS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("class:Car-Overheat", 2),
        ("0002", 1),
        ("Type10", 3),
        ("distance:3", 4),
        ("nothing like this", 0),
    ],
)
def test_filter_leaves_what_matches(qtbot, opened: Session, text: str, expected: int) -> None:
    opened.browsing.set_filter(text)
    qtbot.waitUntil(lambda: not any(job.name == "Filtering" for job in opened.jobs), timeout=WAIT_MS)
    assert opened.browsing.matches is not None
    assert len(opened.browsing.matches) == expected
    opened.browsing.set_filter("")
    assert opened.browsing.matches is None


def test_flagged_filter_finds_flags(qtbot, shown: Session) -> None:
    shown.flagged.flag(0, 0)
    shown.browsing.set_filter("flagged")
    qtbot.waitUntil(lambda: shown.browsing.matches == ["Type1/0001.npz"], timeout=WAIT_MS)


def test_capture_is_never_written_to(qtbot, shown: Session, capture: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in capture.rglob("*")}
    shown.flagged.flag(1, 2)
    shown.seek(50)
    qtbot.waitUntil(lambda: shown.frame_index == 50, timeout=WAIT_MS)
    shown.open_capture(capture)
    assert {path: path.stat().st_mtime_ns for path in capture.rglob("*")} == before


def test_painted_picture_is_that_of_the_display(shown: Session) -> None:
    assert shown.frame is not None
    picture = paint_packed(shown.frame, shown.display, shown.limits)
    hottest = np.unravel_index(np.argmax(shown.frame), shown.frame.shape)
    assert picture[hottest] == 0xFFFCFFA4  # the last colour of inferno
