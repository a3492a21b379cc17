"""The play clock: no frame passes unseen."""

from __future__ import annotations

import numpy as np
from conftest_values import WAIT_MS

from thermview.gui.session import Session


def test_every_frame_mode_shows_each_frame_once(qtbot, shown: Session) -> None:
    seen = [shown.frame_index]
    shown.frame_changed.connect(lambda: seen.append(shown.frame_index))
    shown.playback.set_loop(False)
    shown.playback.set_every_frame(True)
    shown.set_range(0, 60)
    shown.playback.play()
    qtbot.waitUntil(lambda: not shown.playback.playing, timeout=WAIT_MS)
    assert seen == list(range(61))


def test_with_peak_hold_every_frame_is_in_one_of_the_pictures(qtbot, shown: Session) -> None:
    covered: list[int] = [0]

    def note() -> None:
        covered.extend(range(shown.frame_index - shown.held_frames + 1, shown.frame_index + 1))

    shown.frame_changed.connect(note)
    shown.playback.set_loop(False)
    shown.playback.set_speed(2000)
    shown.playback.play()
    qtbot.waitUntil(lambda: not shown.playback.playing, timeout=WAIT_MS)
    assert sorted(set(covered)) == list(range(400))
    qtbot.waitUntil(lambda: shown.held_frames == 1, timeout=WAIT_MS)  # pausing shows the frame itself


def test_reverse_play_holds_too(qtbot, shown: Session) -> None:
    covered: set[int] = set()

    def note() -> None:
        covered.update(range(shown.frame_index, shown.frame_index + shown.held_frames))

    shown.frame_changed.connect(note)
    shown.playback.set_loop(False)
    shown.playback.set_reverse(True)
    shown.playback.set_speed(2000)
    shown.playback.play()
    qtbot.waitUntil(lambda: not shown.playback.playing, timeout=WAIT_MS)
    assert covered == set(range(400))


def test_pause_in_the_middle_shows_the_frame_itself(qtbot, shown: Session) -> None:
    shown.playback.set_speed(1000)
    shown.playback.play()
    qtbot.waitUntil(lambda: shown.held_frames > 1, timeout=WAIT_MS)
    shown.playback.pause()
    qtbot.waitUntil(lambda: shown.held_frames == 1, timeout=WAIT_MS)
    assert shown.recording is not None
    np.testing.assert_array_equal(shown.frame, shown.recording.frame(shown.frame_index))


def test_loop_stays_in_the_marked_range(qtbot, shown: Session) -> None:
    indices: list[int] = []
    shown.frame_changed.connect(lambda: indices.append(shown.frame_index))
    shown.set_range(100, 120)
    shown.playback.set_speed(250)
    shown.playback.play()
    qtbot.waitUntil(lambda: indices.count(100) >= 2, timeout=WAIT_MS)
    shown.playback.pause()
    assert min(indices) >= 100
    assert max(indices) <= 120


def test_a_still_does_not_play(qtbot, opened: Session, capture) -> None:
    opened.select(next((capture / "Car-Normal").iterdir()))
    qtbot.waitUntil(lambda: opened.recording is not None, timeout=WAIT_MS)
    opened.playback.play()
    assert not opened.playback.playing
