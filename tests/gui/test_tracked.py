"""Facts of the spot and steps from cycle to cycle."""

from pathlib import Path

import numpy as np
import pytest
from conftest_values import WAIT_MS
from laser_session import LaserSession, laser_video, learnt_scores

from thermview.gui.session import Session
from thermview.laser.spot_facts import HERE
from thermview.recording import INTENSITY, ArrayRecording


@pytest.fixture
def laser(qapp):
    made = LaserSession()
    yield made
    made.close()


def test_only_laser_videos_are_read(laser):
    laser.show(ArrayRecording("p", Path("/c/p.png"), "picture", np.zeros((1, 8, 8), np.uint8), INTENSITY))
    laser.tracked.want()
    assert not laser.tracked.is_laser
    assert laser.tracked.measured is None
    film = ArrayRecording("f", Path("/c/f.seq"), "film", np.zeros((50, 8, 8), np.uint16))
    laser.show(film)
    assert not laser.tracked.is_laser
    laser.show(*laser_video())
    assert laser.tracked.is_laser
    assert laser.tracked.measured is None  # nobody looks yet
    laser.tracked.want()
    assert laser.tracked.facts.source_of("total") == HERE


def test_scores_go_before_what_was_read(laser):
    recording, context = laser_video()
    laser.show(recording, context)
    laser.tracked.want()
    laser.finish_scores(learnt_scores(recording, context))
    assert laser.tracked.facts.source_of("total") == "Type16 learnt"
    assert laser.tracked.path_of(0).expected
    laser.show(recording, context)  # shown again without scores
    assert laser.tracked.facts.source_of("total") in (HERE, "")


def test_another_threshold_gathers_nothing_anew(laser, qtbot):
    recording, context = laser_video()
    laser.show(recording, context)
    scores = learnt_scores(recording, context)
    laser.finish_scores(scores)
    facts = laser.tracked.facts
    laser.scores_changed.emit(0, len(recording))
    assert laser.tracked.facts is facts


def test_steps_keep_the_phase_they_set_out_from(laser):
    laser.show(*laser_video())
    laser.tracked.step_cycles(1)  # reads the recording first
    total = laser.tracked.facts.total
    start = total[0]
    for _ in range(99):
        laser.tracked.step_cycles(1)
    here = laser.frame_index
    assert abs(total[here] - start - 100) < 0.6 / 9.8  # nearer than half a frame
    for _ in range(100):
        laser.tracked.step_cycles(-1)
    assert laser.frame_index == 0
    said = []
    laser.message.connect(said.append)
    laser.tracked.step_cycles(-1)
    assert said == ["There is no further cycle in this direction."]
    assert laser.frame_index == 0


def test_without_a_cycle_a_step_says_so(laser):
    still = ArrayRecording("1", Path("/c/1.npz"), "laser video", np.zeros((200, 9, 9), np.uint16))
    laser.show(still)
    said = []
    laser.message.connect(said.append)
    laser.tracked.step_cycles(1)
    assert laser.frame_index == 0
    assert said == ["The spot's movement does not repeat: there are no cycles to go by in this recording."]


def test_the_track_goes_back_so_many_cycles(laser):
    laser.show(*laser_video())
    laser.tracked.want()
    for cycles in (1, 2, 7):
        laser.tracked.show_cycles(cycles)
        first, stop = laser.tracked.track_span(900)
        assert stop == 901
        assert abs((stop - first) / laser.tracked.facts.mean_period - cycles) < 0.2
    assert laser.tracked.track_span(0) == (0, 1)
    laser.tracked.show_cycles(10_000)
    assert laser.tracked.cycles_shown == 50


def test_the_frame_on_screen_tells_its_spot_until_all_are_read(laser):
    recording, context = laser_video()
    laser.show(recording, context)
    row, column = laser.tracked.spot_on_screen()
    laser.held_frames = 5  # the maximum of five frames shows no spot of one moment
    assert laser.tracked.spot_on_screen() is None
    laser.held_frames = 1
    laser.tracked.want()
    assert laser.tracked.spot_on_screen() is None
    assert (laser.tracked.facts.row[0], laser.tracked.facts.column[0]) == (
        np.float32(row),
        np.float32(column),
    )


class Failing(ArrayRecording):
    """A recording whose file is gone."""

    def frames(self, first, stop):
        raise OSError("the disk is gone")


def test_a_file_that_fails_is_told_once_and_not_read_again(laser):
    laser.show(Failing("1", Path("/c/1.npz"), "laser video", np.zeros((200, 9, 9), np.uint16)))
    laser.tracked.want()
    assert "disk is gone" in laser.tracked.problem
    assert not laser.tracked.measuring
    laser.tracked.want()
    assert laser.tracked.measured is None


def test_a_recording_seen_before_is_not_read_again(qtbot, shown: Session, capture: Path):
    shown.tracked.want()
    qtbot.waitUntil(lambda: shown.tracked.measured is not None, timeout=WAIT_MS)
    first = shown.tracked.measured
    shown.select(capture / "Type1" / "0002.npz")
    qtbot.waitUntil(lambda: shown.recording_id == "Type1/0002", timeout=WAIT_MS)
    assert shown.tracked.measured is None
    shown.select(capture / "Type1" / "0001.npz")
    qtbot.waitUntil(lambda: shown.recording_id == "Type1/0001", timeout=WAIT_MS)
    shown.tracked.want()
    qtbot.waitUntil(lambda: shown.tracked.measured is first, timeout=WAIT_MS)
    assert abs(shown.tracked.facts.mean_period / 9.87 - 1) < 1e-3  # as the test's files are made
