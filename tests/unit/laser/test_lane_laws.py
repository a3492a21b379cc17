"""LaneStream against the same sums written out frame by frame, for every way in which a card can ask for them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from thermview.inference import Channel, Lane
from thermview.inference.card import NEAR
from thermview.laser.lanes import LaneStream

COLUMNS = ("x", "y", "z")
Floats = NDArray[np.float64]


def plainly(features: Floats, channel: Channel) -> Floats:
    """What a card says of a channel, one frame after the other."""
    ahead = channel.window // 2 if channel.ahead is None else channel.ahead
    rows = range(len(features))
    values = [_value(features, channel, row - (channel.window - 1 - ahead), row + ahead + 1) for row in rows]
    if channel.near:
        beside = [_value(features, channel, row - NEAR // 2, row + NEAR // 2 + 1) for row in rows]
        values = [min(own, channel.near * other) for own, other in zip(values, beside, strict=True)]
    return (np.array(values) - channel.centre) / channel.limit


def _value(features: Floats, channel: Channel, first: int, stop: int) -> float:
    first, stop = max(first, 0), min(stop, len(features))
    parts = []
    for name in channel.features:
        column = np.clip(features[:, COLUMNS.index(name)], -channel.clip, channel.clip)
        inside, before = column[first:stop], column[max(first - channel.against, 0) : first]
        mean = float(inside.mean())
        if channel.against:
            usual = float(before.mean()) if len(before) else 0.0
            mean = (mean - usual) * len(before) / max(len(before) + channel.against // 5, 1)
        parts.append({"mean": mean**2, "spread": float(inside.var()), "rise": mean}[channel.how])
    return sum(parts) if channel.how == "rise" else float(np.sqrt(sum(parts)))


@st.composite
def channels(draw: st.DrawFn) -> Channel:
    """Any channel that a card may hold; against is for means, near for windows that are longer."""
    how = draw(st.sampled_from(["mean", "spread", "rise"]))
    chosen: dict[str, Any] = {
        "features": draw(st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=3, unique=True)),
        "how": how,
        "clip": draw(st.sampled_from([0.5, 2.0, 1e6])),
        "centre": draw(st.sampled_from([0.0, 0.7])),
        "limit": draw(st.sampled_from([1.0, 0.25, 3.0])),
        "against": 0 if how == "spread" else draw(st.sampled_from([0, 0, 5, 40])),
        "window": draw(st.sampled_from([1, 3, 5, 9, 21, 51])),
    }
    if draw(st.booleans()):
        chosen["window"] = draw(st.integers(1, 60))
        chosen["ahead"] = draw(st.integers(0, chosen["window"] - 1))
    if chosen["window"] >= NEAR:
        chosen["near"] = draw(st.sampled_from([0.0, 1.0, 3.0]))
    return Channel.model_validate(chosen)


lanes = st.lists(channels(), min_size=1, max_size=4).map(
    lambda chosen: [Lane(cause=f"cause {place}", channels=(one,)) for place, one in enumerate(chosen)]
)


def drawn(frames: int, seed: int) -> Floats:
    rng = np.random.default_rng(seed)
    return rng.normal(0.3, 1.0, (frames, 3)) * rng.choice([1.0, 1.0, 10.0], (frames, 1))


@settings(max_examples=150, deadline=None)
@given(lanes, st.integers(1, 90), st.integers(0, 2**32 - 1))
def test_a_channel_is_what_the_card_says(chosen: list[Lane], frames: int, seed: int) -> None:
    features = drawn(frames, seed)
    found = LaneStream(chosen, COLUMNS, frames).push_channels(features)
    wanted = np.column_stack([plainly(features, lane.channels[0]) for lane in chosen])
    np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=1e-5)


@settings(max_examples=100, deadline=None)
@given(lanes, st.integers(1, 160), st.lists(st.integers(1, 40), min_size=1), st.integers(0, 2**32 - 1))
def test_blocks_of_any_size_give_the_same(
    chosen: list[Lane], frames: int, sizes: list[int], seed: int
) -> None:
    features = drawn(frames, seed)
    whole = LaneStream(chosen, COLUMNS, frames).push_channels(features)
    stream, parts, at = LaneStream(chosen, COLUMNS, frames), [], 0
    while at < frames:
        size = sizes[len(parts) % len(sizes)]
        parts.append(stream.push_channels(features[at : at + size]))
        at += size
        given_so_far = sum(map(len, parts))
        assert given_so_far == (frames if at >= frames else max(at - stream.lookahead, 0))
    np.testing.assert_allclose(np.concatenate(parts), whole, rtol=1e-6, atol=1e-6)


@settings(max_examples=60, deadline=None)
@given(lanes, st.integers(80, 160), st.integers(0, 2**32 - 1))
def test_a_value_depends_on_nothing_after_the_lookahead(chosen: list[Lane], frames: int, seed: int) -> None:
    features = drawn(frames, seed)
    stream = LaneStream(chosen, COLUMNS, frames)
    whole = stream.push_channels(features)
    other = features.copy()
    other[frames // 2 + stream.lookahead + 1 :] = 99.0
    changed = LaneStream(chosen, COLUMNS, frames).push_channels(other)
    np.testing.assert_allclose(changed[: frames // 2 + 1], whole[: frames // 2 + 1], rtol=1e-9, atol=1e-9)


def test_the_lane_is_the_largest_of_its_channels() -> None:
    pair = (Channel(features=("x",), window=1, how="rise"), Channel(features=("y",), window=1, how="rise"))
    features = drawn(50, 1)
    found = LaneStream([Lane(cause="a", channels=pair)], COLUMNS, 50).push(features.astype(np.float32))
    np.testing.assert_allclose(found[:, 0], features[:, :2].max(axis=1), rtol=1e-5)


def test_no_lanes_are_no_columns() -> None:
    assert LaneStream([], COLUMNS, 5).push(np.zeros((5, 3), np.float32)).shape == (5, 0)


@pytest.mark.parametrize("window", [1, 3])
def test_near_asks_for_the_frames_that_it_looks_at(window: int) -> None:
    chosen = [Lane(cause="a", channels=(Channel(features=("x",), window=window, near=1.0),))]
    features = drawn(40, 2)
    whole = LaneStream(chosen, COLUMNS, 40).push_channels(features)
    stream = LaneStream(chosen, COLUMNS, 40)
    parts = [stream.push_channels(features[at : at + 1]) for at in range(40)]
    np.testing.assert_allclose(np.concatenate(parts), whole)
