"""Faults in recorded difference frames: what they change, what they leave alone, what becomes of the edges."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from laser_models import video

from thermview.laser import faults
from thermview.laser.fault_gains import camera_gain
from thermview.laser.fault_phases import alike_frames
from thermview.laser.faults import AFTERGLOW, INJECTIONS, Injection, inject, jittered, moved, stated_with
from thermview.laser.heat import KEPT, brought_light, counts_of, differences_of
from thermview.sample.laser import make_batch, simulate

CELLS = [
    (kind, size, row.durations[0])
    for kind, row in INJECTIONS.items()
    for size in row.sizes
    if not row.at_obstacle
]
WINDOW = ((900, 1299),)


@given(arrays.arrays(np.uint16, (12, 4, 5), elements=st.integers(0, 1023)))
def test_taken_apart_and_put_together_the_recorded_frames_come_out(frames):
    light = brought_light(frames)
    assert light.min() >= 0
    counts = np.minimum(counts_of(light), 1e9)
    assert np.array_equal(differences_of(counts, frames.dtype), frames)


def test_the_simulated_video_comes_out_too():
    assert np.array_equal(differences_of(counts_of(brought_light(video())), np.dtype(np.uint16)), video())


@pytest.mark.parametrize(("kind", "size", "duration"), CELLS)
def test_only_the_frames_of_the_fault_change(kind, size, duration):
    original = video().copy()
    fault = Injection(kind, size, 900, 900 + duration - 1, seed=5)
    changed, truth = inject(video(), fault)
    assert np.array_equal(video(), original)
    assert changed.dtype == np.uint16
    differs = np.flatnonzero((changed != original).any(axis=(1, 2)))
    assert len(differs)
    assert differs[0] >= 900
    assert differs[-1] <= fault.last + AFTERGLOW
    assert (truth["kind"], truth["cause"], truth["first"], truth["last"]) == (
        kind, INJECTIONS[kind].cause, 900, fault.last,
    )  # fmt: skip


@pytest.mark.parametrize(("kind", "size", "duration"), CELLS)
def test_a_fault_has_died_away_when_its_afterglow_ends(monkeypatch, kind, size, duration):
    """Nothing is cut off: the frames computed beyond it are the recorded ones by themselves."""
    made = inject(video(), Injection(kind, size, 900, 900 + duration - 1, seed=5))[0]
    monkeypatch.setattr(faults, "AFTERGLOW", 60)
    assert np.array_equal(made, inject(video(), Injection(kind, size, 900, 900 + duration - 1, seed=5))[0])


def test_the_same_seed_gives_the_same_fault_and_another_gives_another():
    first, again, other = (
        inject(video(), Injection("path_offset", 0.6, 700, 760, seed))[0] for seed in (3, 3, 4)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_power_drop_is_no_plain_scaling_at_its_edges():
    changed, _ = inject(video(), Injection("power_drop", 0.4, 1000, 1099))
    sums, dimmed = (frames[990:1110].sum(axis=(1, 2), dtype=float) for frames in (video(), changed))
    share = dimmed / sums
    assert np.median(share[12:108]) == pytest.approx(0.6, abs=0.02)
    assert share[10] < share[12:108].min()  # less light on what was still hot from full power
    assert share[110] > 1  # full light on what had been lit less


def test_when_the_laser_is_off_the_camera_still_has_its_noise():
    changed, _ = inject(video(), Injection("laser_off", 1.0, 1000, 1199))
    dark = changed[1003:1200]
    assert 0 < dark.mean() < 0.1
    assert dark.max() <= 8
    assert video()[1003:1200].max() > 100


def test_a_frozen_spot_gives_dark_difference_frames():
    changed, _ = inject(video(), Injection("frozen", 1.0, 1000, 1019))
    assert changed[1006:1020].sum() == 0


def test_a_dropped_frame_gives_nothing_and_then_the_difference_over_the_gap():
    changed, _ = inject(video(), Injection("dropped_frame", 1.0, 1000, 1001))
    assert changed[1000:1002].sum() == 0
    raw = counts_of(brought_light(video()[960:1010]))
    over_gap = np.rint(np.maximum(raw[42] - raw[39], 0))
    assert np.abs(changed[1002].astype(float) - over_gap).max() <= 1


def test_an_offset_moves_the_spot_by_its_size():
    frames = np.pad(
        video()[:1300], ((0, 0), (4, 4), (4, 4))
    )  # away from the border, where light would be lost
    changed, _ = inject(frames, Injection("path_offset", 0.6, 1000, 1199, seed=2))
    apart = centres(changed[1005:1200]) - centres(frames[1005:1200])
    assert np.hypot(*np.median(apart, axis=0)) == pytest.approx(0.6, abs=0.05)


def test_a_wider_spot_keeps_its_light():
    light = np.zeros((40, 21, 33), np.float32)
    light[::2, 10, 10] = light[1::2, 10, 22] = 400
    frames = differences_of(counts_of(light), np.dtype(np.float32))
    changed, _ = inject(frames, Injection("defocus", 0.4, 20, 20))
    assert changed[20].max() < 0.5 * frames[20].max()
    assert changed[20].sum() == pytest.approx(frames[20].sum(), rel=0.04)


def test_a_dead_pixel_is_dark_while_it_is_dead():
    changed, _ = inject(video(), Injection("dead_pixel", 1.0, 900, 1199, seed=1))
    where = np.argwhere((changed[900:1200] != video()[900:1200]).any(axis=0))
    assert len(where) == 1
    row, column = where[0]
    assert changed[901:1200, row, column].sum() == 0
    assert video()[901:1200, row, column].sum() > 1000


@pytest.mark.parametrize(
    "fault",
    [
        Injection("sabotage", 1.0, 10, 20), Injection("power_drop", 0.0, 10, 20),
        Injection("power_drop", 0.1, 0, 20), Injection("power_drop", 0.1, 20, 10),
        Injection("power_drop", 0.1, 10, 10_000),
    ],
)  # fmt: skip
def test_what_cannot_be_put_in_is_refused(fault):
    with pytest.raises(ValueError, match=r"fault|put in"):
        inject(video(), fault)


def test_frames_at_the_same_place_of_the_scan_come_from_another_cycle_of_the_same_part():
    parts = np.repeat([0, 1, 2], [600, 400, 600])
    wanted = np.arange(620.0, 980.0) + 0.37
    found = alike_frames(wanted, parts, 9.87)
    apart = (found - wanted) / 9.87
    assert np.abs(apart - np.rint(apart)).max() < 0.01
    assert np.abs(found - wanted).min() > 4
    assert set(parts[found]) == {1}
    straight = alike_frames(wanted, np.where(parts == 1, 1, 0), 9.87, part=0)
    assert set(parts[straight]) == {0, 2}


def test_a_slower_scan_falls_behind_evenly_and_ends_whole_cycles_late():
    """Frames of the slower scan look like those of the right one at an ever earlier place."""
    frames = video()
    changed, _ = inject(frames, Injection("scan_slow", 0.015, 900, 1559))
    period = 9.87
    late = []
    for first in (950, 1200, 1450):
        tried = np.arange(first - 400, first + 440)
        wanted = changed[first : first + 30].astype(float)
        unlike = [np.abs(frames[place].astype(float) - wanted[0]).sum() for place in tried]
        best = tried[int(np.argmin(unlike))]
        late.append(((first - best) / period) % 1.0)
    due = [((first - 900) / 660) % 1.0 for first in (950, 1200, 1450)]
    apart = (np.array(late) - due + 0.5) % 1.0 - 0.5
    assert np.abs(apart).max() < 0.08


def test_swapping_frames_of_equal_phase_changes_little():
    changed, _ = inject(video(), Injection("resampled", 1.0, 900, 1559))
    apart = centres(changed[905:1560]) - centres(video()[905:1560])
    assert np.median(np.hypot(*apart.T)) < 0.25
    assert np.abs(changed[905:1560].sum() / video()[905:1560].sum() - 1) < 0.02


def test_an_obstacle_that_is_not_avoided_shows_the_plain_path():
    with_detour = video(obstacles=1)
    window = stated_in(with_detour)
    changed, truth = inject(with_detour, Injection("missed_obstacle", 1.0, *window[0]), window)
    assert (truth["first"], truth["last"]) == window[0]
    first, last = window[0]
    plain = with_detour[:first].mean(axis=0)
    before = np.abs(with_detour[first : last + 1].mean(axis=0) - plain).sum()
    after = np.abs(changed[first : last + 1].mean(axis=0) - plain).sum()
    assert after < 0.4 * before
    assert np.array_equal(changed[:first], with_detour[:first])


def test_a_late_obstacle_is_stated_earlier_and_its_frames_stay():
    fault = Injection("late_obstacle", 60.0, 840, 899)
    changed, truth = inject(video(), fault, WINDOW)
    assert np.array_equal(changed, video())
    assert stated_with(WINDOW, fault) == ((840, 1239),)
    assert stated_with(WINDOW, Injection("frozen", 1.0, 840, 899)) == WINDOW
    assert (truth["cause"], truth["first"], truth["last"]) == ("obstacle", 840, 899)


def test_a_timing_fault_needs_a_scan():
    dark = np.random.default_rng(1).integers(0, 3, (1500, 15, 21)).astype(np.uint16)
    with pytest.raises(ValueError, match="cycle"):
        inject(dark, Injection("scan_slow", 0.015, 500, 1159))


def test_moved_light_leaves_the_cameras_gains_where_they_are():
    """Light of a scene with an even camera, seen by an uneven one: moving either gives the same."""
    rng = np.random.default_rng(4)
    even = np.zeros((60, 21, 25), np.float32)
    rows, columns = np.indices((21, 25))
    for number, frame in enumerate(even):
        row, column = 10 + 5 * np.sin(number), 12 + 6 * np.cos(number)
        frame += 200 * np.exp(-((rows - row) ** 2 + (columns - column) ** 2) / (2 * 1.45**2))
    gain = rng.uniform(0.5, 2.0, (21, 25)).astype(np.float32)
    by_light = jittered(even, 0.3, 1) * gain
    told = jittered(even * gain, 0.3, 1, gain=gain)
    assert told == pytest.approx(by_light, abs=0.5)
    assert np.abs(jittered(even * gain, 0.3, 1) - by_light).max() > 10


def test_the_cameras_gains_are_found_in_its_frames():
    batch = make_batch(7, 400, rows=15, columns=21, obstacles=0)
    gain = camera_gain(video())
    lit = video().mean(axis=0) > 2
    assert np.corrcoef(np.log(gain[lit]), np.log(batch.camera.gain[lit]))[0, 1] > 0.85
    assert camera_gain(video()[:40]) is None
    assert camera_gain(np.random.default_rng(1).integers(0, 3, (900, 15, 21))) is None


@settings(max_examples=20, deadline=None)
@given(st.floats(-1.5, 1.5), st.floats(-1.5, 1.5))
def test_moving_moves_the_centre(down, right):
    rows, columns = np.indices((21, 25), np.float32)
    spot = 100 * np.exp(-((rows - 10) ** 2 + (columns - 12) ** 2) / (2 * 1.45**2)).astype(np.float32)
    found = centres(moved(spot, down, right)[None])[0]
    assert found == pytest.approx((10 + down, 12 + right), abs=0.05)


def test_noise_moves_each_frame_by_itself_and_the_control_all_alike():
    frames = video()[:800]
    noisy, steady = jittered(frames, 0.3, 1), jittered(frames, 0.3, 1, steady=True)
    apart = centres(noisy) - centres(frames)
    alike = centres(steady) - centres(frames)
    assert apart.std(axis=0) == pytest.approx((0.3, 0.3), rel=0.35)
    assert alike.std(axis=0).max() < 0.6 * apart.std(axis=0).min()
    assert np.array_equal(noisy, jittered(frames, 0.3, 1))


def test_heat_falls_as_measured():
    assert pytest.approx(np.exp(-1 / 0.46)) == KEPT


def stated_in(frames):
    """The one obstacle of `video(obstacles=1)`."""
    assert frames is video(obstacles=1)
    made = simulate(make_batch(7, 400, rows=15, columns=21, obstacles=1), 3, 2400)
    return ((made.metadata["KeyfIniObstacle1"], made.metadata["KeyfEndObstacle1"]),)


def centres(frames):
    light = np.where(frames >= 3, frames, 0).astype(float)
    total = light.sum(axis=(1, 2))
    rows, columns = np.indices(frames.shape[1:])
    return (
        np.column_stack([(light * rows).sum(axis=(1, 2)), (light * columns).sum(axis=(1, 2))])
        / total[:, None]
    )
