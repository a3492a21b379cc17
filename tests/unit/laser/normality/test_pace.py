"""Who is suspected for the pace of the scan."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from thermview.inference import Channel, Lane
from thermview.laser.normality.calibrate import calibrated
from thermview.laser.normality.pace import other_paces, out_of_pace


def periods(count: int, spread: float = 0.004) -> NDArray[np.float64]:
    return np.random.default_rng(3).normal((9.845, 9.863), spread, (count, 2))


def test_normal_recordings_are_not_suspected() -> None:
    assert out_of_pace(periods(30)).tolist() == []


@pytest.mark.parametrize("share", [-0.038, -0.012, 0.02])
def test_a_scan_that_was_faster_or_slower_for_a_while_is(share: float) -> None:
    found = periods(30)
    found[7, int(share > 0)] *= 1 + share
    assert out_of_pace(found).tolist() == [7]


def test_it_is_told_what_its_cycles_took_and_what_the_others() -> None:
    found = periods(30)
    found[7] = 9.712, 9.8512
    others = np.delete(found, 7, axis=0)
    usual = f"{others[:, 0].min():.2f} to {others[:, 1].max():.2f}"
    assert other_paces(found) == {7: f"cycles of 9.71 to 9.85 frames, the others' {usual}"}
    assert other_paces(periods(30)) == {}


def test_where_every_recording_has_its_own_pace_none_stands_out() -> None:
    assert out_of_pace(periods(30, spread=0.1)).tolist() == []


def test_of_few_many_or_unknown_ones_nothing_is_said() -> None:
    few, many, unknown = periods(3), periods(9), periods(9)
    few[0] *= 0.9
    many[:4] *= 0.95
    unknown[0] = np.nan
    assert out_of_pace(few).tolist() == out_of_pace(many).tolist() == out_of_pace(unknown).tolist() == []


def test_who_is_doubted_sets_no_limit() -> None:
    lane = Lane(cause="timing", channels=(Channel(features=("x",), window=1, limit=0.01),))
    maxima = np.random.default_rng(4).uniform(0.9, 1.0, (10, 1))
    maxima[3] = 1.3  # not far enough to be suspected for it
    plain, doubting = calibrated(maxima, (lane,)), calibrated(maxima, (lane,), doubtful={3: "odd"})
    assert plain.suspects == ()
    assert doubting.suspects == (3,)
    assert doubting.why == ("odd",)
    assert doubting.lanes[0].channels[0].limit < plain.lanes[0].channels[0].limit
    assert len(doubting.scores) == 10
