"""Detours are found in the frames alone, and only where several recordings make them."""

from __future__ import annotations

import numpy as np
import pytest
from laser_fits import PLAIN, WITH_OBSTACLE, learnt, simulated, video, window_of
from other_laser_simulation import Process, take

from thermview.laser.normality.detours import kept_patterns
from thermview.laser.normality.learn import Learnt
from thermview.laser.normality.pictures import place
from thermview.sample.laser import SimulatedRecording, make_batch, simulate


@pytest.fixture(scope="module")
def recordings() -> list[SimulatedRecording]:
    """Long enough that each stage of the detour lasts for five cycles, below which it is not known again."""
    return simulated(WITH_OBSTACLE, 4, 1600)


@pytest.fixture(scope="module")
def unstated(recordings: list[SimulatedRecording]) -> Learnt:
    """Learnt with no word of an obstacle."""
    return learnt([video(each.frames) for each in recordings])


def test_a_detour_is_found_without_metadata(unstated: Learnt, recordings: list[SimulatedRecording]) -> None:
    assert unstated.tables.patterns > 1
    for recording in recordings:
        first, last = window_of(recording)
        frames = recording.frames.astype(np.float32)
        pattern = place(frames, unstated.tables).pattern
        assert (pattern[first + 20 : last - 10] > 0).mean() > 0.88
        outside = np.concatenate([pattern[: first - 10], pattern[last + 25 :]])
        assert (outside == 0).mean() > 0.97


def test_a_new_recording_of_the_batch_shows_its_detour_too(unstated: Learnt) -> None:
    recording = simulate(WITH_OBSTACLE, 99, 1600)
    first, last = window_of(recording)
    decided = place(recording.frames.astype(np.float32), unstated.tables).decided
    inside = np.zeros(1600, np.bool_)
    inside[first : last + 1] = True
    sure = np.ones(1600, np.bool_)
    sure[first - 10 : first + 20] = sure[last - 10 : last + 25] = False
    assert ((decided > 0) == inside)[sure].mean() > 0.98


def test_the_metadata_changes_nothing_about_what_is_a_detour(
    unstated: Learnt, recordings: list[SimulatedRecording]
) -> None:
    told = learnt([video(each.frames, (window_of(each),), states=True) for each in recordings])
    assert told.tables.patterns == unstated.tables.patterns
    assert told.stages.known
    assert not unstated.stages.known


def test_two_obstacles_are_found_and_known_again() -> None:
    batch = make_batch(7, 11, rows=15, columns=21, obstacles=2)
    made = [simulate(batch, number, 4000) for number in range(1, 4)]
    tables = learnt([video(each.frames) for each in made]).tables
    assert tables.patterns >= 2
    for recording in made:
        decided = place(recording.frames.astype(np.float32), tables).decided
        for number in (1, 2):
            first, last = (recording.metadata[f"Keyf{end}Obstacle{number}"] for end in ("Ini", "End"))
            assert (decided[first + 20 : last - 10] > 0).mean() > 0.95


def test_a_batch_without_obstacles_has_one_pattern() -> None:
    made = learnt([video(each.frames) for each in simulated(PLAIN, 4, 600)])
    assert made.tables.patterns == 1


def test_stages_of_little_more_than_four_cycles_are_known_again() -> None:
    short = simulated(WITH_OBSTACLE, 5, 900)
    made = learnt([video(each.frames, (window_of(each),), states=True) for each in short])
    assert made.tables.patterns == 4


@pytest.mark.parametrize("seed", [2, 6])
def test_a_detour_that_begins_little_unlike_the_plain_path_takes_no_plain_frames(seed: int) -> None:
    """Its first stage differs in a tenth of the cycle: parted too late it was blended with the second, and a blend
    is no farther from the plain path than the detour is from itself."""
    batch = make_batch(7, seed, rows=28, columns=20, obstacles=1)
    made = [simulate(batch, number, 1600) for number in range(1, 6)]
    found = learnt([video(each.frames, (window_of(each),), states=True) for each in made])
    assert found.tables.patterns == 4
    assert found.stages.early <= 10
    for recording in made:
        first, last = window_of(recording)
        decided = place(recording.frames.astype(np.float32), found.tables).decided
        outside = np.concatenate([decided[: first - 15], decided[last + 30 :]])
        assert (outside > 0).mean() < 0.05


@pytest.mark.parametrize("pace", [0.03, -0.08])
def test_a_detour_at_a_pace_of_its_own_is_learnt_with_it(pace: float) -> None:
    """The clock is left behind by more than half a cycle until the detour is over."""
    process = Process("loops", 11, frames=1500, detour_pace=pace)
    made = [take(process, number) for number in range(1, 6)]
    windows = [(each.metadata["KeyfIniObstacle1"], each.metadata["KeyfEndObstacle1"]) for each in made]
    videos = [video(each.frames, (window,), states=True) for each, window in zip(made, windows, strict=True)]
    found = learnt(videos)
    assert found.tables.period == pytest.approx(process.period, rel=1e-3)
    assert found.tables.patterns == 3
    gained = np.expm1(-np.log1p(pace)) / process.period
    np.testing.assert_allclose(found.stages.pace, [0.0, gained, gained], rtol=0.1)
    for each, (first, last) in zip(made, windows, strict=True):
        decided = place(each.frames.astype(np.float32), found.tables).decided
        assert (decided[first + 20 : last - 10] > 0).mean() > 0.95


def test_a_detour_that_keeps_the_clock_has_no_pace_of_its_own(unstated: Learnt) -> None:
    assert not unstated.stages.pace.any()


def test_what_one_recording_does_is_no_pattern() -> None:
    odd = simulate(PLAIN, 3, 900, fault="unexpected_obstacle", size=200)
    made = [*simulated(PLAIN, 5, 900), odd]
    assert learnt([video(each.frames) for each in made]).tables.patterns == 1


def counts(*rows: tuple[int, ...]) -> list[np.ndarray]:
    return [np.array(row) for row in rows]


def test_a_pattern_stays_that_enough_recordings_show() -> None:
    shown = counts((800, 100, 0), (800, 100, 0), (800, 90, 80), (800, 100, 0), (800, 100, 0))
    assert kept_patterns(shown, 3, 10.0) == [0, 1]


def test_the_plain_path_always_stays() -> None:
    assert kept_patterns(counts((0, 900), (0, 900)), 2, 10.0) == [0, 1]
    assert kept_patterns(counts((900,), (900,)), 1, 10.0) == [0]


def test_a_pattern_of_a_few_frames_is_none() -> None:
    assert kept_patterns(counts((880, 20), (880, 20), (880, 49)), 2, 10.0) == [0]
