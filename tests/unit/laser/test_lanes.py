from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from thermview.inference import Channel, Lane
from thermview.laser.lanes import LaneStream, channel_values, window_mean

LANES = (
    Lane(
        cause="a",
        channels=(
            Channel(features=("x",), window=1, limit=2),
            Channel(features=("x", "y"), window=9, clip=3, how="spread"),
        ),
    ),
    Lane(cause="b", channels=(Channel(features=("y",), window=31, how="rise", centre=0.5),)),
)


@given(st.integers(1, 120), st.lists(st.integers(1, 40), min_size=1, max_size=120), st.integers(0, 2**32 - 1))
def test_pieces_of_any_size_give_the_same_lanes(frames: int, sizes: list[int], seed: int) -> None:
    features = np.random.default_rng(seed).normal(size=(frames, 2)).astype(np.float32)
    whole = LaneStream(LANES, ("x", "y"), frames).push(features)
    assert whole.shape == (frames, 2)
    stream, parts, at = LaneStream(LANES, ("x", "y"), frames), [], 0
    for size in [*sizes, frames]:
        if at < frames:
            parts.append(stream.push(features[at : at + size]))
            at += size
    np.testing.assert_allclose(np.concatenate(parts), whole, rtol=1e-4, atol=1e-5)


@given(st.integers(1, 60), st.sampled_from([1, 3, 9, 99]))
def test_window_mean_is_the_mean_of_the_frames_there_are(frames: int, window: int) -> None:
    values = np.random.default_rng(frames).normal(size=(frames, 1))
    got = window_mean(values, window)
    for row in range(frames):
        around = values[max(row - window // 2, 0) : row + window // 2 + 1]
        assert got[row, 0] == pytest.approx(around.mean(), abs=1e-9)


def test_how_a_channel_is_made() -> None:
    features = np.array([[3.0, -4.0], [3.0, -4.0], [3.0, 4.0]])
    places = {"x": 0, "y": 1}

    def made(**more: object) -> list[float]:
        channel = Channel.model_validate({"features": ("x", "y"), "window": 1, **more})
        return channel_values(features, channel, places).tolist()

    assert made() == [5.0, 5.0, 5.0]
    assert made(limit=2, centre=1) == [2.0, 2.0, 2.0]
    assert made(how="rise") == [-1.0, -1.0, 7.0]
    assert made(how="spread") == [0.0, 0.0, 0.0]
    assert made(clip=1, features=("y",), how="rise") == [-1.0, -1.0, 1.0]
    assert made(window=3, features=("y",), how="spread")[0] == 0.0
    assert made(window=3, features=("y",), how="spread")[2] == pytest.approx(4.0)


def test_a_window_has_a_middle() -> None:
    with pytest.raises(ValidationError, match="odd"):
        Channel(features=("x",), window=4)
