"""What the order of frames tells, on made-up frames: obstacles' marks, dark runs, dead pixels, the clock."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from thermview.laser.normality.compare import Compared
from thermview.laser.normality.dead_pixels import DeadPixels
from thermview.laser.normality.passing import BESIDE, Passing
from thermview.laser.normality.sequence import COLUMNS, MEASURES, Sequel
from thermview.laser.normality.shape import Shape
from thermview.laser.normality.stages import SHARES, Stages, StageSums
from thermview.laser.normality.tables import FEATURES

ROWS, COLS = 9, 9
PERIOD = 10.0
Floats = NDArray[np.float32]
EARLY, LATE = 6, 12


def halves() -> Stages:
    """One obstacle: pattern 1 in its first half, pattern 2 in its second."""
    allowed = np.zeros((1, SHARES, 3), np.bool_)
    allowed[0, : SHARES // 2, 1] = allowed[0, SHARES // 2 :, 2] = True
    return Stages(allowed, EARLY, LATE, np.zeros(allowed.shape[2]))


# --- which pattern belongs where -------------------------------------------------------------------


def test_marks_follow_the_statement() -> None:
    marks = halves().marks(1000, [(400, 559)], 3)
    assert marks[: 400 - EARLY].tolist() == [[True, False, False]] * (400 - EARLY)
    assert marks[400 - EARLY : 400, 1].all()
    assert not marks[400 - EARLY : 400, 2].any()
    assert marks[420:460].tolist() == [[False, True, False]] * 40
    assert marks[500:550].tolist() == [[False, False, True]] * 50
    assert marks[560 : 560 + LATE, 2].all()
    assert marks[560 + LATE :].tolist() == [[True, False, False]] * (440 - LATE)
    assert marks.any(axis=1).all()


def test_where_stages_meet_both_are_allowed() -> None:
    marks = halves().marks(1000, [(400, 559)], 3)
    both = np.flatnonzero(marks[:, 1] & marks[:, 2])
    assert both.min() >= 480 - LATE - 1
    assert both.max() <= 480 + LATE + 1
    assert 480 in both


def test_without_a_statement_all_is_allowed() -> None:
    assert halves().marks(100, None, 3).all()


def test_stated_to_be_without_obstacle_only_the_plain_path_is() -> None:
    marks = halves().marks(100, [], 3)
    assert marks[:, 0].all()
    assert not marks[:, 1:].any()


def test_where_normals_stated_none_a_statement_cannot_be_judged() -> None:
    unknown = Stages(np.zeros((0, SHARES, 2), np.bool_), 0, 0, np.zeros(2))
    assert not unknown.known
    assert unknown.marks(100, [(20, 60)], 2).all()
    assert not unknown.marks(100, [], 2)[:, 1].any()


@pytest.mark.parametrize("stated", [(-50, 20), (90, 400), (200, 300), (-9, -3), (60, 20), (0, 99), (50, 50)])
def test_obstacles_outside_of_the_recording_leave_every_frame_a_pattern(stated: tuple[int, int]) -> None:
    marks = halves().marks(100, [stated], 3)
    assert marks.shape == (100, 3)
    assert marks.any(axis=1).all()


def test_more_obstacles_than_are_known_are_taken_like_the_last() -> None:
    marks = halves().marks(1000, [(100, 259), (600, 759)], 3)
    np.testing.assert_array_equal(marks[600:760], marks[100:260])


def test_stages_are_what_normals_showed() -> None:
    sums = StageSums(3, PERIOD)
    for shift in (0, 4, 8):
        pattern = np.zeros(1000, np.int64)
        pattern[402 + shift : 480], pattern[480 : 568 + shift] = 1, 2
        sums.add(pattern, np.zeros(1000), [(400, 559)])
    stages = sums.stages()
    assert stages.known
    assert stages.allowed[0, 2:7, 1].all()
    assert not stages.allowed[0, 2:7, 2].any()
    assert stages.allowed[0, 10:, 2].all()
    assert 8 + 8 <= stages.late <= 30
    assert 5 <= stages.early <= 30


def test_nobody_stating_obstacles_leaves_stages_unknown() -> None:
    sums = StageSums(2, PERIOD)
    sums.add(np.zeros(500, np.int64), np.zeros(500), None)
    sums.add(np.zeros(500, np.int64), np.zeros(500), [])
    assert not sums.stages().known


def test_stated_obstacles_that_nothing_shows_are_learnt_as_plain() -> None:
    sums = StageSums(2, PERIOD)
    sums.add(np.zeros(500, np.int64), np.zeros(500), [(100, 300)])
    stages = sums.stages()
    assert stages.allowed[0, :, 0].all()
    assert not stages.allowed[0, :, 1].any()


# --- pixels that see nothing -------------------------------------------------------------------------


def lit(frames: int) -> Floats:
    return np.full((frames, ROWS, COLS), 5.0, np.float32)


def test_a_dead_pixel_is_told_with_its_place() -> None:
    frames = lit(100)
    frames[40:, 4, 6] = 0.0
    behind, place = DeadPixels((ROWS, COLS), 10).push(frames, lit(100), 0)
    assert behind[:40].max() < 0.01
    assert behind[80:].min() > 0.95
    assert (place[80:] == (4, 6, 40)).all()


def test_a_dim_frame_makes_no_pixel_dead() -> None:
    frames = lit(100)
    frames[30:80] *= 0.3
    behind, _ = DeadPixels((ROWS, COLS), 10).push(frames, lit(100), 0)
    assert behind.max() < 0.01


def test_frames_between_two_pictures_make_no_pixel_dead() -> None:
    """For nine frames the light is where the next picture will have it, which is not yet the one compared with."""
    pictures, frames = lit(100), lit(100)
    pictures[:, 4, 6] = 20.0
    frames[:, 4, 6] = 20.0
    frames[40:49, 4, 6] = 0.0
    passing = np.zeros(100, np.bool_)
    behind, _ = DeadPixels((ROWS, COLS), 8).push(frames, pictures, 0, passing)
    assert behind.max() > 0.0
    passing[40:49] = True
    behind, _ = DeadPixels((ROWS, COLS), 8).push(frames, pictures, 0, passing)
    assert behind.max() == 0.0


def test_pixels_that_the_scan_does_not_reach_are_not_dead() -> None:
    pictures = lit(100)
    pictures[:, :, 5:] = 0.0
    behind, _ = DeadPixels((ROWS, COLS), 10).push(pictures.copy(), pictures, 0)
    assert behind.max() < 0.01


@pytest.mark.parametrize("block", [1, 3, 10, 37])
def test_dead_pixels_are_the_same_whatever_the_blocks(block: int) -> None:
    frames = np.random.default_rng(0).uniform(2, 8, (120, ROWS, COLS)).astype(np.float32)
    frames[50:, 2, 2] = 0.0
    whole = DeadPixels((ROWS, COLS), 10).push(frames, lit(120), 0)
    fed, parts = DeadPixels((ROWS, COLS), 10), []
    for first in range(0, 120, block):
        parts.append(fed.push(frames[first : first + block], lit(len(frames[first : first + block])), first))
    np.testing.assert_allclose(np.concatenate([part[0] for part in parts]), whole[0], atol=1e-4)
    np.testing.assert_array_equal(np.concatenate([part[1] for part in parts]), whole[1])
    assert whole[1][-1].tolist() == [2, 2, 50]


# --- dark runs and the clock --------------------------------------------------------------------------


def pictures(frames: int) -> Floats:
    """A spot that goes around once in ten frames."""
    turn = 2 * np.pi * np.arange(frames) / PERIOD
    rows, columns = np.mgrid[:ROWS, :COLS]
    away = (rows - (4 + 2.8 * np.sin(turn))[:, None, None]) ** 2
    away = away + (columns - (4 + 2.8 * np.cos(turn))[:, None, None]) ** 2
    return (200.0 * np.exp(-away / 2.5)).astype(np.float32)


def seen(
    frames: Floats, offset: NDArray[np.float64] | None = None, evidence: Floats | None = None
) -> Compared:
    """How frames compare with the pictures of the same index, as far as the order of frames needs it."""
    count, due = len(frames), pictures(len(frames))
    zero = np.zeros(count, np.float32)
    facts, expected = (
        np.column_stack([each.sum(axis=(1, 2)), zero + 4, zero + 4, zero]).astype(np.float32)
        for each in (frames, due)
    )
    features = np.ones((count, len(FEATURES)), np.float32)
    clock = np.zeros(count) if offset is None else offset
    fits = np.zeros((count, 1), np.float32) if evidence is None else evidence
    return Compared(
        offset=clock, phase=clock, pattern=np.zeros(count, np.int64), evidence=fits, order=zero, astray=zero,
        measures=features, features=features, facts=facts, expected=expected, residual=frames - due, picture=due,
    )  # fmt: skip


NONE = np.empty((0, 1), np.float32)
"""Evidence of what comes after a recording's last frame."""


def sequel(frames: int, stirring: float = 20.0, patterns: int = 1, glow: float = 0.0) -> Sequel:
    stages = Stages(np.zeros((0, SHARES, patterns), np.bool_), 0, 0, np.zeros(patterns))
    return Sequel(Shape(ROWS, COLS, PERIOD, stirring, 0.3, glow), stages, patterns, frames, None)


def column(features: Floats, name: str) -> Floats:
    return features[:, COLUMNS.index(name)]


def noise(frames: Floats, rows: slice) -> None:
    """A dark camera: a few pixels with a count or two."""
    shape = frames[rows].shape
    frames[rows] = np.random.default_rng(0).poisson(0.3, shape)


def test_normal_frames_are_neither_still_nor_lost() -> None:
    frames = pictures(100)
    features = sequel(100).push(frames, seen(frames), NONE).features
    assert features.shape == (100, len(COLUMNS))
    assert column(features, "still").max() == column(features, "lost").max() == 0


def test_with_the_laser_off_the_power_is_at_fault() -> None:
    frames = pictures(100)
    noise(frames, slice(40, 60))
    features = sequel(100).push(frames, seen(frames), NONE).features
    assert column(features, "lost").max() == column(features, "still").max() == 0
    assert (column(features, "power")[:60] == 1).all()
    assert column(features, "power")[60] == 0  # it follows a gap


def test_a_restless_pixel_while_the_laser_is_off_is_no_spot_that_stands() -> None:
    frames = pictures(100)
    noise(frames, slice(40, 50))
    frames[44, 2, 3], frames[45, 2, 3] = 11.0, 7.0
    features = sequel(100).push(frames, seen(frames), NONE).features
    assert not column(features, "still").any()
    assert (column(features, "power")[40:50] == 1).all()


def test_frames_that_were_never_taken_are_lost() -> None:
    frames = pictures(100)
    frames[40:43] = 0.0
    features = sequel(100).push(frames, seen(frames), NONE).features
    assert np.flatnonzero(column(features, "lost")).tolist() == [40, 41, 42]
    assert (column(features, "power")[40:43] == 0).all()


def test_a_camera_without_noise_cannot_tell_lost_frames_from_dark_ones() -> None:
    frames = pictures(100)
    frames[40:43] = 0.0
    features = sequel(100, stirring=0.5).push(frames, seen(frames), NONE).features
    assert column(features, "lost").max() == 0
    assert (column(features, "power")[40:43] == 1).all()


@pytest.mark.parametrize("block", [1, 7, 100])
@pytest.mark.parametrize("left", [0.01, 0.2])
def test_where_frames_keep_heat_one_that_lacks_it_was_not_taken(left: float, block: int) -> None:
    frames = pictures(100)
    frames[40] = frames[39] * left
    found, fed, parts = seen(frames), sequel(100, glow=0.2), []
    for first in range(0, 100, block):
        rows = slice(first, first + block)
        parts.append(fed.push(frames[rows], found.rows(rows), NONE).features)
    features = np.concatenate(parts)
    taken = left > 0.1
    assert np.flatnonzero(column(features, "lost")).tolist() == ([] if taken else [40])
    assert column(features, "power")[40] == taken


def test_a_laser_that_goes_off_leaves_heat_and_no_frame_of_it_is_lost() -> None:
    frames = pictures(100)
    for step in range(1, 9):
        frames[39 + step] = frames[39] * 0.2**step + (0.05 if step > 3 else 0.0)
    features = sequel(100, glow=0.2).push(frames, seen(frames), NONE).features
    assert column(features, "lost").max() == 0
    assert column(features, "power")[40:48].all()


def test_a_spot_that_stands_still_glows_on_where_it_was() -> None:
    frames = pictures(100)
    for step in range(1, 6):
        frames[39 + step] = frames[39] * 0.2**step
    features = sequel(100).push(frames, seen(frames), NONE).features
    assert column(features, "still")[40:45].all()
    assert column(features, "still")[46:].max() == 0
    assert column(features, "lost").max() == 0


def test_one_faint_frame_that_is_like_two_places_is_no_spot_that_stands() -> None:
    due = pictures(100)
    frames = due.copy()
    frames[40] = 0.06 * due[39] + 0.03 * due[40]
    features = sequel(100).push(frames, seen(frames), NONE).features
    assert column(features, "still").max() == column(features, "lost").max() == 0
    frames[41] = 0.01 * due[39]
    features = sequel(100).push(frames, seen(frames), NONE).features
    assert np.flatnonzero(column(features, "still")).tolist() == [41]
    frames[40] = 0.08 * due[39]  # like the place before alone
    features = sequel(100).push(frames, seen(frames), NONE).features
    assert np.flatnonzero(column(features, "still")).tolist() == [40, 41]


@pytest.mark.parametrize("block", [1, 3, 41])
def test_dark_runs_are_the_same_whatever_the_blocks(block: int) -> None:
    frames = pictures(120)
    noise(frames, slice(20, 30))
    frames[50:53] = 0.0
    for step in range(1, 6):
        frames[79 + step] = frames[79] * 0.2**step
    found = seen(frames)
    whole = sequel(120).push(frames, found, NONE)
    fed, features, measures = sequel(120), [], []
    for first in range(0, 120, block):
        rows = slice(first, first + block)
        part = fed.push(frames[rows], found.rows(rows), found.evidence[rows.stop : rows.stop + 5])
        features.append(part.features)
        measures.append(part.measures)
    np.testing.assert_allclose(np.concatenate(features), whole.features, atol=1e-4)
    np.testing.assert_allclose(np.concatenate(measures), whole.measures, atol=1e-4)


def test_a_scan_that_runs_ahead_is_told_in_frames_per_cycle() -> None:
    frames = pictures(200)
    offset = np.zeros(200)
    offset[100:] = 0.02 * np.arange(100) / PERIOD  # two hundredths of a cycle in every cycle
    rows = sequel(200).push(frames, seen(frames, offset % 1.0), NONE)
    advance = column(rows.features, "advance")
    assert np.abs(advance[:100]).max() == 0
    np.testing.assert_allclose(advance[115:], 0.02 * PERIOD, atol=1e-3)
    period = rows.measures[:, MEASURES.index("period")]
    assert np.isnan(period[:50]).all()
    np.testing.assert_allclose(period[50:100], PERIOD, atol=1e-3)
    np.testing.assert_allclose(period[160:], PERIOD / 1.02, atol=1e-2)


@pytest.mark.parametrize("block", [1, 7, 300])
def test_what_a_pattern_always_gains_is_no_advance(block: int) -> None:
    """Pattern 1, shown from frame 100 on, gains a twentieth of a cycle in each; from frame 200 on the scan is another
    hundredth faster."""
    frames = pictures(300)
    evidence = np.full((300, 2), -3.0, np.float32)
    evidence[:100, 0] = evidence[100:, 1] = -0.1
    gained = np.cumsum(np.where(np.arange(300) < 100, 0.0, 0.05 / PERIOD))
    gained += np.maximum(np.arange(300) - 200, 0) * 0.01 / PERIOD
    found = seen(frames, gained % 1.0, evidence)
    stages = Stages(np.zeros((0, SHARES, 2), np.bool_), 0, 0, np.array([0.0, 0.05 / PERIOD]))
    fed = Sequel(Shape(ROWS, COLS, PERIOD, 20.0, 0.3), stages, 2, 300, None)
    parts = [
        fed.push(frames[at : at + block], found.rows(slice(at, at + block)), evidence[:0])
        for at in range(0, 300, block)
    ]
    advance = np.concatenate([column(part.features, "advance") for part in parts])
    measures = np.concatenate([part.measures for part in parts])
    np.testing.assert_allclose(advance[:200], 0.0, atol=1e-3)
    np.testing.assert_allclose(advance[215:], 0.01 * PERIOD, atol=1e-3)
    period, faster = (measures[:, MEASURES.index(name)] for name in ("period", "progress"))
    np.testing.assert_allclose(period[160:200], PERIOD / 1.05, atol=1e-2)
    np.testing.assert_allclose(faster[60:200], 0.0, atol=1e-3)
    np.testing.assert_allclose(faster[260:], 0.01 / 1.05, atol=1e-3)


def test_an_offset_that_passes_a_whole_cycle_is_no_step() -> None:
    frames = pictures(100)
    offset = np.where(np.arange(100) < 50, 0.999, 0.001)
    advance = column(sequel(100).push(frames, seen(frames, offset), NONE).features, "advance")
    assert np.abs(advance).max() == pytest.approx(0.02, abs=1e-3)


def test_frames_that_fit_nowhere_say_nothing_of_the_clock() -> None:
    frames = pictures(100)
    offset = np.where((np.arange(100) >= 40) & (np.arange(100) < 50), 0.4, 0.0)
    evidence = np.where(offset > 0, -6.0, 0.0).astype(np.float32)[:, None]
    advance = column(sequel(100).push(frames, seen(frames, offset, evidence), NONE).features, "advance")
    assert np.abs(advance).max() < 0.01


def test_a_pattern_out_of_turn_is_an_obstacle_fault() -> None:
    frames = pictures(200)
    evidence = np.zeros((200, 3), np.float32) - 2.0
    evidence[:, 0] = 0.0
    evidence[50:80] = (-2.0, 0.0, -2.0)
    fed = Sequel(Shape(ROWS, COLS, PERIOD, 20.0, 0.3), halves(), 3, 200, [])
    rows = fed.push(frames, seen(frames, None, evidence), NONE)
    assert (column(rows.features, "obstacle")[50:80] == 2.0).all()
    assert column(rows.features, "obstacle")[:50].max() == 0
    assert (rows.measures[50:80, MEASURES.index("pattern")] == 1).all()
    unsaid = Sequel(Shape(ROWS, COLS, PERIOD, 20.0, 0.3), halves(), 3, 200, None)
    assert column(unsaid.push(frames, seen(frames, None, evidence), NONE).features, "obstacle").max() == 0


# --- one stage gives way to another ------------------------------------------------------------------

AT, CHANGES, CYCLE = 200, 12, 10
FIRST_DOUBT, LAST_DOUBT = AT - 2, AT + 1
"""Where the leads below, 2 before and after, are less than PASSING of that."""
FIRST_AROUND, LAST_AROUND = FIRST_DOUBT - CYCLE // 2, LAST_DOUBT + CYCLE // 2


def giving_way(twin: bool = False) -> tuple[Floats, Floats]:
    """Evidence (400, 3) that about AT pattern 1 gives way to 2, and what is barred: 0, which with `twin` is always
    nearly as likely as pattern 1."""
    likely = np.linspace(-1.0, 1.0, CHANGES)
    evidence = np.full((400, 3), -3.0, np.float32)
    evidence[:AT, 1], evidence[AT:, 2] = -1.0, -1.0
    around = slice(AT - CHANGES // 2, AT + CHANGES // 2)
    evidence[around, 1], evidence[around, 2] = -2.0 - likely, -2.0 + likely
    if twin:
        evidence[:, 0] = evidence[:, 1] - 0.01
    barred = np.zeros_like(evidence)
    barred[:, 0] = np.inf
    return evidence, barred


def passing_by(block: int, odd: slice, open_to: bool = True, twin: bool = False) -> Floats:
    """Features of 400 frames after bridging: 0.5 throughout, 9 in the `odd` ones."""
    return bridged(block, odd, open_to, twin)[0]


def bridged(block: int, odd: slice, open_to: bool = True, twin: bool = False) -> tuple[Floats, Floats]:
    """The same, and the light beside both paths (400,)."""
    evidence, barred = giving_way(twin)
    features = np.full((400, len(FEATURES)), 0.5, np.float32)
    features[odd] = 9.0
    passing, beside = Passing(np.full(400, open_to), CYCLE), np.zeros(400, np.float32)
    for first in range(0, 400, block):
        stop = first + block
        ahead = evidence[stop : stop + CYCLE // 2]
        change = passing.found(evidence[first:stop], ahead, barred[first : stop + CYCLE // 2])
        light = passing.bridge(change, np.zeros(len(change.around), np.bool_), features[first:stop])
        if light is not None:
            beside[first:stop] = light
    return features, beside


@pytest.mark.parametrize("block", [1, 7, 400])
@pytest.mark.parametrize("twin", [False, True])
@pytest.mark.parametrize("odd", [FIRST_AROUND, FIRST_DOUBT - BESIDE, AT, LAST_DOUBT + BESIDE, LAST_AROUND])
def test_a_frame_alone_between_two_stages_is_taken_for_what_came_before(
    block: int, twin: bool, odd: int
) -> None:
    np.testing.assert_allclose(passing_by(block, slice(odd, odd + 1), twin=twin), 0.5)


@pytest.mark.parametrize("block", [1, 7, 400])
@pytest.mark.parametrize("odd", [FIRST_AROUND - 1, LAST_AROUND + 1])
def test_what_lies_further_from_the_doubt_stays_as_it_was_seen(block: int, odd: int) -> None:
    assert (passing_by(block, slice(odd, odd + 1))[odd] == 9.0).all()


@pytest.mark.parametrize("block", [1, 7, 400])
def test_two_frames_in_turn_beside_the_doubt_are_no_change_of_stage(block: int) -> None:
    odd = slice(LAST_DOUBT + BESIDE + 1, LAST_DOUBT + BESIDE + 3)
    assert (passing_by(block, odd)[odd.stop - 1] == 9.0).all()


@pytest.mark.parametrize("block", [1, 7, 400])
@pytest.mark.parametrize("first", [FIRST_DOUBT - BESIDE, AT, LAST_DOUBT])
def test_light_that_stays_while_stages_change_is_beside_both(block: int, first: int) -> None:
    _, beside = bridged(block, slice(first, first + 2))
    assert beside[first + 1] == 9.0
    assert max(beside[:first].max(), beside[first + 3 :].max()) <= 0.5
    alone = bridged(block, slice(first, first + 1))[1]
    assert alone.max() == 0.5
    doubtful = slice(FIRST_DOUBT - BESIDE, LAST_DOUBT + BESIDE + 1)
    assert (alone[doubtful] == 0.5).all()
    assert not alone[: doubtful.start].any()
    assert not alone[doubtful.stop :].any()


def test_a_frame_that_was_not_taken_does_not_bridge_a_change_of_stage() -> None:
    frames = pictures(400)
    frames[AT - CYCLE] = 0.0
    evidence, _ = giving_way()
    marks = np.ones((1, SHARES, 3), np.bool_)
    marks[..., 0] = False
    shape, stages = Shape(ROWS, COLS, PERIOD, 20.0, 0.3), Stages(marks, 0, 0, np.zeros(3))
    fed, found = Sequel(shape, stages, 3, 400, ((0, 399),)), seen(frames, evidence=evidence)
    found.features[AT - CYCLE, 0] = -60.0
    power = column(fed.push(frames, found, np.empty((0, 3), np.float32)).features, "power")
    assert power[AT - CYCLE] == 0
    assert power[AT - 4 : AT + 4].min() > 0.7


def test_where_one_pattern_alone_is_stated_nothing_is_bridged() -> None:
    assert (passing_by(400, slice(AT, AT + 1), open_to=False)[AT] == 9.0).all()


def test_the_end_of_what_a_statement_leaves_open_is_no_doubt() -> None:
    evidence = np.full((400, 2), -3.0, np.float32)
    evidence[:, 0] = -1.0
    barred = np.zeros_like(evidence)
    barred[300:, 1] = np.inf
    change = Passing(barred[:, 1] == 0, CYCLE).found(evidence, evidence[:0], barred)
    assert not change.doubtful.any()
    assert not change.around.any()


@pytest.mark.parametrize("block", [1, 7])
def test_a_change_is_found_the_same_whatever_the_blocks(block: int) -> None:
    evidence, barred = giving_way()
    whole = Passing(np.full(400, True), CYCLE).found(evidence, evidence[:0], barred)
    fed, doubtful, around = Passing(np.full(400, True), CYCLE), [], []
    for first in range(0, 400, block):
        stop = first + block
        seen_too = stop + CYCLE // 2
        change = fed.found(evidence[first:stop], evidence[stop:seen_too], barred[first:seen_too])
        doubtful.append(change.doubtful)
        around.append(change.around)
    assert np.array_equal(np.concatenate(doubtful), whole.doubtful)
    assert np.array_equal(np.concatenate(around), whole.around)
    first_doubt, last_doubt = FIRST_DOUBT - BESIDE, LAST_DOUBT + BESIDE
    assert np.flatnonzero(whole.doubtful).tolist() == list(range(first_doubt, last_doubt + 1))
    assert np.flatnonzero(whole.around).tolist() == list(range(FIRST_AROUND, LAST_AROUND + 1))


@pytest.mark.parametrize("wait", [9, 25])
def test_the_wait_for_a_detour_is_no_part_of_a_long_obstacle(wait: int) -> None:
    pattern = np.zeros(3000, np.int64)
    pattern[1000 + wait : 2000] = 1
    sums = StageSums(2, PERIOD)
    for _ in range(5):
        sums.add(pattern, np.zeros(3000), [(1000, 1999)])
    stages = sums.stages()
    assert not stages.allowed[0, :, 0].any()
    marks = stages.marks(3000, [(1000, 1999)], 2)
    assert marks[1000 : 1000 + wait, 0].all()  # as long as normal recordings wait
    assert not marks[1040:1990, 0].any()
