"""A camera's frames in blocks of any size give what the whole recording gives."""

from __future__ import annotations

import numpy as np
import pytest
from laser_fits import PLAIN, WITH_OBSTACLE, window_of
from numpy.typing import NDArray

from thermview.errors import ModelError
from thermview.inference import Model
from thermview.laser.lanes import LaneStream
from thermview.laser.normality.fit import Fit
from thermview.laser.normality.following import Following
from thermview.laser.normality.lanes_of import LANES
from thermview.laser.normality.score import look_at
from thermview.laser.normality.sequence import COLUMNS, MEASURES
from thermview.laser.normality.stream import NormalityStream
from thermview.sample.laser import simulate

Floats = NDArray[np.float32]
Window = tuple[int, int]


def streamed(
    model: Model, name: str, frames: NDArray[np.generic], stated: list[Window] | None, block: int
) -> tuple[Floats, Floats, Floats]:
    """Features, measures and lanes of a recording, fed `block` frames at a time."""
    batch, total = model.card.normality[name], len(frames)
    stream, lanes = NormalityStream(model, batch, total, stated), LaneStream(batch.lanes, COLUMNS, total)
    features, measures, rows, told = [], [], [], 0
    for first in range(0, total, block):
        piece = stream.push(frames[first : first + block])
        assert piece.first == told
        told += len(piece.bad)
        given = min(first + block, total)
        assert told == (total if given == total else max(given - stream.delay, 0))
        if len(piece.bad):
            features.append(piece.features)
            measures.append(piece.measures)
            rows.append(lanes.push(piece.features))
    assert told == total
    return np.concatenate(features), np.concatenate(measures), np.concatenate(rows)


def assert_same(one: Floats, other: Floats) -> None:
    """Alike to 5e-4 of 1 + |x|: blocks add up the same numbers in another order, in single precision."""
    assert one.shape == other.shape
    np.testing.assert_array_equal(np.isnan(one), np.isnan(other))
    apart = np.abs(one - other) / (1.0 + np.abs(other))
    assert np.nanmax(apart, initial=0.0) < 5e-4


CASES = [
    ("Type3", ""),
    ("Type3", "laser_off"),
    ("Type3", "late_obstacle"),
    ("Type4", "frozen"),
    ("Type4", "dead_pixel"),
]


@pytest.mark.parametrize("block", [1, 7, 10, 512])
@pytest.mark.parametrize(("name", "kind"), CASES)
def test_blocks_give_what_the_whole_gives(model: Model, name: str, kind: str, block: int) -> None:
    batch = WITH_OBSTACLE if name == "Type3" else PLAIN
    recording = simulate(batch, 61, 700, fault=kind or None)
    stated = [window_of(recording)] if batch.obstacles else []
    frames = recording.frames[:300] if block == 1 else recording.frames
    whole = streamed(model, name, frames, stated, len(frames))
    parts = streamed(model, name, frames, stated, block)
    assert whole[0].shape == (len(frames), len(COLUMNS))
    assert whole[1].shape == (len(frames), len(MEASURES))
    assert whole[2].shape == (len(frames), len(LANES))
    for one, other in zip(parts, whole, strict=True):
        assert_same(one, other)


@pytest.mark.parametrize("frames", [1, 2, 9, 10, 11, 12, 21, 30])
def test_recordings_shorter_than_the_delay_are_told_at_their_end(model: Model, frames: int) -> None:
    pixels = simulate(PLAIN, 62, 60).frames[:frames]
    whole = streamed(model, "Type4", pixels, [], frames)
    for one, other in zip(streamed(model, "Type4", pixels, [], 1), whole, strict=True):
        assert_same(one, other)


def test_a_score_is_known_within_two_cycles(model: Model) -> None:
    for batch in model.card.normality.values():
        assert batch.half == 5
        delay = NormalityStream(model, batch, 1000, None).delay
        assert delay == 2 * batch.half
        assert delay + LaneStream(batch.lanes, COLUMNS, 1000).lookahead <= 20


def test_nothing_after_the_lookahead_changes_a_score(model: Model) -> None:
    frames = simulate(PLAIN, 63, 400).frames
    other = frames.copy()
    other[221:] = other[221:][::-1] // 2
    whole, changed = (streamed(model, "Type4", each, [], 512)[2] for each in (frames, other))
    assert_same(changed[:201], whole[:201])
    assert np.abs(changed[221:] - whole[221:]).max() > 0.5


def test_frames_without_numbers_are_marked_and_count_nothing(model: Model) -> None:
    frames = simulate(PLAIN, 64, 300).frames.astype(np.float32)
    frames[100:103] = np.nan
    stream = NormalityStream(model, model.card.normality["Type4"], 300, [])
    piece = stream.push(frames)
    assert np.flatnonzero(piece.bad).tolist() == [100, 101, 102]
    assert (piece.features[100:103] == 0).all()
    assert np.isfinite(piece.features).all()


def test_the_reference_measures_limits_as_the_stream_scores(model: Model, fit_of_two: Fit) -> None:
    recording = simulate(WITH_OBSTACLE, 65, 1500, fault="power_drop", size=0.2)
    stated = [window_of(recording)]
    batch = fit_of_two.batches[0]
    by_hand = look_at(
        recording.frames, batch.learnt.tables, batch.learnt.stages, stated, batch.limits.lanes
    ).maxima
    *_, lanes = streamed(model, "Type3", recording.frames, stated, 512)
    ends = np.cumsum([len(lane.channels) for lane in batch.limits.lanes])[:-1]
    wanted = [part.max() for part in np.split(by_hand, ends)]
    np.testing.assert_allclose(np.maximum(lanes.max(axis=0), 0.0), wanted, rtol=2e-3, atol=2e-3)


def test_what_was_given_of_a_frame_stays_when_others_come(model: Model) -> None:
    batch = model.card.normality["Type4"]
    frames = simulate(PLAIN, 66, 400).frames.astype(np.float32)
    following, given, as_it_was = Following(model, batch, 400), [], []
    first = 0
    for size in (*[1] * 150, 90, *[1] * 100, 7, *[1] * 53):
        told = following.push(frames[first : first + size])
        first += size
        if told is not None:
            given.append((told[0], *vars(told[1]).values()))
            as_it_was.append([array.copy() for array in given[-1]])
    assert first == 400 == sum(len(pixels) for pixels, *_ in given)
    for now, before in zip(given, as_it_was, strict=True):
        for one, other in zip(now, before, strict=True):
            np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(np.concatenate([pixels for pixels, *_ in given]), frames)


def test_a_frame_of_another_size_ends_in_one_sentence(model: Model) -> None:
    frames = simulate(PLAIN, 67, 60).frames
    for before in (0, 30):
        stream = NormalityStream(model, model.card.normality["Type4"], 60, None)
        for place in range(before):
            stream.push(frames[place : place + 1])
        with pytest.raises(ModelError, match="does not take"):
            stream.push(frames[before : before + 1, 1:])
