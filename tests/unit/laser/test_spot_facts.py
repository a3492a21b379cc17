"""What a model says goes before what the pixels tell; what neither knows stays unknown."""

from pathlib import Path

import numpy as np
import pytest

from thermview.errors import CutShortError
from thermview.laser.spot_facts import HERE, Measured, facts_of, measure_steps
from thermview.recording import ArrayRecording
from thermview.sample.laser import make_batch, simulate

FRAMES = 1500


@pytest.fixture(scope="module")
def measured():
    batch = make_batch(3, 7, rows=15, columns=21, obstacles=0)
    frames = simulate(batch, 2, FRAMES, fault="power_drop", size=0.25).frames
    steps = list(measure_steps(ArrayRecording("1", Path("1.npz"), "laser video", frames, frame_rate=1000.0)))
    assert [step.result for step in steps[:-1]] == [None] * (len(steps) - 1)
    assert steps[-1].done == steps[-1].total == FRAMES
    return steps[-1].result


def test_pixels_alone_tell_place_cycle_power_and_size(measured):
    facts = facts_of(FRAMES, {}, "", measured)
    assert isinstance(measured, Measured)
    assert measured.nbytes > 4 * 4 * FRAMES
    for name in ("row", "column", "total", "period", "power", "size"):
        assert facts.source_of(name) == HERE
    assert facts.window > 0
    assert abs(facts.mean_period / measured.cycles.period - 1) < 1e-3
    assert facts.expected_row is None
    assert facts.off_row is None
    assert facts.pattern is None
    assert np.nanmin(facts.power) < np.log(0.85)


class Cut(ArrayRecording):
    """Of which only the first frames can be read."""

    whole = 1100

    def frames(self, first, stop):
        if min(stop, len(self)) > self.whole:
            raise CutShortError("1.npz: cut short", self.whole)
        return super().frames(first, stop)


def test_of_a_cut_recording_the_part_that_can_be_read_is_measured():
    frames = simulate(make_batch(3, 7, rows=15, columns=21, obstacles=0), 2, FRAMES).frames
    path = Path("1.npz")
    cut = Cut("1", path, "laser video", frames, frame_rate=1000.0)
    part = ArrayRecording("1", path, "laser video", frames[: Cut.whole], frame_rate=1000.0)
    found, alone = (list(measure_steps(recording))[-1].result for recording in (cut, part))
    assert len(found.tracks) == len(found.cycles.phase) == FRAMES
    np.testing.assert_array_equal(found.tracks.row[: Cut.whole], alone.tracks.row)
    assert np.isnan(found.tracks.row[Cut.whole :]).all()
    assert found.cycles.period == alone.cycles.period
    assert np.isnan(found.cycles.local_period[Cut.whole :]).all()
    facts = facts_of(FRAMES, {}, "", found)
    assert abs(facts.mean_period / alone.cycles.period - 1) < 1e-3
    cut.whole = 0
    with pytest.raises(CutShortError):
        list(measure_steps(cut))


def test_a_model_goes_first_and_the_pixels_fill_up(measured):
    rng = np.random.default_rng(1)
    given = {
        "phase": np.mod(np.arange(FRAMES) / 9.9, 1).astype(np.float32),
        "expected row": measured.tracks.row - 0.5,
        "expected column": measured.tracks.column + 0.25,
        "power": rng.normal(size=FRAMES).astype(np.float32),
        "pattern": np.zeros(FRAMES, np.float32),
    }
    facts = facts_of(FRAMES, given, "learnt", measured)
    assert facts.source_of("total") == facts.source_of("power") == facts.source_of("off_row") == "learnt"
    assert facts.source_of("row") == facts.source_of("period") == HERE
    assert abs(facts.mean_period / 9.9 - 1) < 1e-4
    np.testing.assert_array_equal(facts.power, given["power"])
    np.testing.assert_allclose(facts.off_row, 0.5, atol=1e-5)
    np.testing.assert_allclose(facts.off_column, -0.25, atol=1e-5)


def test_frames_without_a_phase_at_both_ends_make_the_scan_no_slower(measured):
    phase = np.mod(np.arange(FRAMES) / 9.9, 1).astype(np.float32)
    phase[:100] = phase[900:] = np.nan
    assert abs(facts_of(FRAMES, {"phase": phase}, "learnt", None).mean_period / 9.9 - 1) < 1e-3


def test_measures_that_do_not_fit_or_say_nothing_do_not_count(measured):
    given = {"power": np.zeros(FRAMES - 1, np.float32), "size": np.full(FRAMES, np.nan, np.float32)}
    facts = facts_of(FRAMES, given, "learnt", measured)
    assert facts.source_of("power") == facts.source_of("size") == HERE
    other = facts_of(FRAMES + 1, {}, "", measured)  # of another recording
    assert other.row is None


def test_without_anything_nothing_is_known():
    facts = facts_of(FRAMES, {}, "", None)
    assert facts.total is None
    assert facts.mean_period is None
    assert facts.source_of("power") == ""
