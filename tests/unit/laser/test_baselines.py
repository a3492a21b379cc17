"""The methods that follow the spot: what they see, what they find, and what they cannot."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thermview.laser.baselines import KalmanTrack, MovementDensity, NextPosition
from thermview.laser.baselines.kalman import gains
from thermview.laser.baselines.spots import spots_of, windows_of
from thermview.laser.faults import Injection, inject
from thermview.sample.laser import make_batch, simulate


@pytest.fixture(scope="module")
def batch():
    """Five normal recordings, frames (1500, 15, 21) each."""
    made = make_batch(3, 77, rows=15, columns=21, obstacles=0)
    return [simulate(made, number, 1500).frames for number in range(5)]


def track(frames, obstacles=()):
    return spots_of(frames), windows_of(len(frames), obstacles)


def learnt(method, batch):
    method.fit([track(frames) for frames in batch[:4]])
    return method


def test_rows_come_first_and_columns_second():
    frames = np.zeros((2, 9, 30), np.uint16)
    frames[0, 2, 20] = frames[1, 6, 10] = 50
    assert spots_of(frames).tolist() == [[-2.0, 5.0], [2.0, -5.0]]


def test_a_frame_without_light_holds_the_last_place():
    frames = np.zeros((4, 9, 9), np.uint16)
    frames[1, 2, 3] = frames[3, 4, 5] = 50
    assert spots_of(frames).tolist() == [[-1.0, -1.0], [-1.0, -1.0], [-1.0, -1.0], [1.0, 1.0]]
    assert spots_of(np.zeros((3, 9, 9), np.uint16)).tolist() == [[0.0, 0.0]] * 3


def test_every_part_of_the_process_has_its_number():
    assert windows_of(8, [(5, 6), (1, 2)]).tolist() == [0, 1, 1, 2, 2, 3, 3, 4]
    assert windows_of(3, []).tolist() == [0, 0, 0]


@pytest.mark.parametrize("method", [MovementDensity, NextPosition])
def test_a_path_out_of_order_scores_above_normal(batch, method):
    found = learnt(method(), batch)
    broken, _ = inject(batch[4], Injection("repeated_loop", 5.0, 600, 900))
    assert found.score(track(broken))[0] > 1.5 * found.score(track(batch[4]))[0]


@pytest.mark.parametrize("method", [MovementDensity, NextPosition, KalmanTrack])
def test_an_offset_of_the_whole_recording_is_invisible(batch, method):
    found = learnt(method(), batch)
    spots, parts = track(batch[4])
    moved = np.zeros((1500, 17, 25), np.uint16)
    moved[:, 1:16, 2:23] = batch[4]
    assert found.score(track(moved))[0] == pytest.approx(found.score((spots, parts))[0], rel=1e-6)


def test_the_predictor_says_where_it_was_wrong(batch):
    broken, truth = inject(batch[4], Injection("repeated_loop", 5.0, 600, 640))
    score, values = learnt(NextPosition(), batch).score(track(broken))
    assert len(values) == len(broken)
    assert score == pytest.approx(float(values.max()))
    assert truth["first"] - 15 <= int(values.argmax()) <= truth["last"] + 45


def test_densities_are_densities(batch):
    """Over the plane each cell's density sums to one."""
    method = learnt(MovementDensity(), batch)
    kernels = max(method._kernels.values(), key=lambda kernel: len(kernel.ends))
    steps = np.arange(-20, 20, 0.1)
    grid = np.stack(np.meshgrid(steps, steps, indexing="ij"), axis=-1).reshape(-1, 2)
    total = sum(kernels.density(part).sum() for part in np.array_split(grid, 40)) * 0.1**2
    assert total == pytest.approx(1.0, abs=0.02)


def test_no_part_of_the_process_goes_unscored(batch):
    """The same movements in a part that was never learnt, be it the last one, raise the score."""
    method = learnt(MovementDensity(), batch)
    usual = method.score(track(batch[4]))[0]
    last = method.score(track(batch[4], obstacles=[(1200, 1499)]))[0]
    assert last > 2 * usual
    assert method.score(track(batch[4], obstacles=[(0, 1499)]))[0] > 2 * last


def test_a_recording_shorter_than_the_past_has_nothing_to_predict(batch):
    score, values = learnt(NextPosition(), batch).score(track(batch[4][:20]))
    assert score == 0.0
    assert values.tolist() == [0.0] * 20


@given(st.floats(1e-3, 1e2))
def test_the_steady_filter_is_the_one_that_the_recursion_ends_in(index):
    """The gains are those of the Riccati recursion with noisy acceleration of standard deviation `index`."""
    step = np.array([[1.0, 1.0], [0.0, 1.0]])
    noise = index**2 * np.array([[0.25, 0.5], [0.5, 1.0]])
    error = 10.0 * np.eye(2)
    for _ in range(3000):
        ahead = step @ error @ step.T + noise
        gain = ahead[:, 0] / (ahead[0, 0] + 1.0)
        error = ahead - np.outer(gain, ahead[0])
    alpha, beta = gains(np.array([index]))
    assert [alpha[0], beta[0]] == pytest.approx(gain.tolist(), rel=1e-3)


def test_the_filter_follows_what_moves_evenly_and_is_surprised_by_a_turn():
    even = np.outer(np.arange(200.0), [0.1, -0.2])
    turned = even.copy()
    turned[120:] = turned[120] - (even[120:] - even[120])
    parts = np.zeros(200, np.int64)
    _, calm = KalmanTrack().score((even, parts))
    _, broken = KalmanTrack().score((turned, parts))
    assert calm[100:].max() < 1e-6
    assert 105 <= int(broken[60:].argmax()) + 60 <= 140
