from __future__ import annotations

import contextlib
import itertools
import math
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from laser_models import laser_model, recording, truth, video
from numpy.typing import NDArray
from shared_data import SHARED, needs_shared

from thermview.errors import ModelError, ReadError, ThermviewError
from thermview.jobs import last_result
from thermview.readers import open_recording
from thermview.recording import APPARENT_TEMPERATURE
from thermview.scoring import ScoreChunk, Scores, events_of, find_runs, p_value, rescored, score_recording


def scored(frames: NDArray[np.generic], **more: object) -> Scores:
    result = last_result(
        score_recording(recording(frames), laser_model(), recording_id="Type1/0001", **more)  # type: ignore[arg-type]
    )
    assert isinstance(result, Scores)
    return result


# --- events -------------------------------------------------------------------------------------------

values_with_nan = arrays(
    np.float32, st.integers(0, 80), elements=st.one_of(st.just(np.nan), st.floats(0, 4, width=32))
)


@given(values_with_nan, st.floats(0, 4), st.integers(0, 12))
def test_runs_partition_the_frames_above_the_threshold(
    values: NDArray[np.float32], threshold: float, merge: int
) -> None:
    runs = find_runs(values, threshold, merge)
    inside = np.zeros(len(values), int)
    for first, last in runs:
        assert values[first] > threshold
        assert values[last] > threshold
        inside[first : last + 1] += 1
    assert (inside[values > threshold] == 1).all()
    assert inside.max(initial=0) <= 1
    for (_, last), (first, _) in itertools.pairwise(runs):
        assert first - last - 1 > merge


@given(values_with_nan, st.floats(0, 4), st.floats(0, 4))
def test_a_higher_threshold_never_marks_more_frames(values: NDArray[np.float32], a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert sum(last - first + 1 for first, last in find_runs(values, high, 0)) <= sum(
        last - first + 1 for first, last in find_runs(values, low, 0)
    )


def test_an_event_names_the_largest_lane_its_peak_and_its_p_value() -> None:
    values = np.array([0, 2, 5, 0, 0], np.float32)
    lanes = {"power": np.array([0, 2, 3, 0, 0], np.float32), "timing": np.array([9, 0, 5, 0, 0], np.float32)}
    (event,) = events_of(values, 1.0, lanes, normals=(0.5, 1.0, 6.0), frame_rate=1000.0)
    assert (event.first, event.last, event.peak, event.score, event.cause) == (1, 2, 2, 5.0, "timing")
    assert event.p_value == pytest.approx(2 / 4)
    assert "timing 5.0 times" in event.text


def test_the_sentence_tells_amount_duration_and_start() -> None:
    power = np.zeros(200, np.float32)
    power[40:134] = math.log(0.88)
    values = np.where(power < 0, 3, 0).astype(np.float32)
    events = events_of(values, 1.0, {"power": values}, measures={"power": power}, frame_rate=1000.0)
    assert events[0].text == "power 12 % below its running median for 94 ms from 0.040 s"
    slow = events_of(values, 1.0, {"power": values}, measures={"power": power})
    assert slow[0].text == "power 12 % below its running median for 94 frames from frame 40"


# --- p-values -----------------------------------------------------------------------------------------


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=60).map(sorted), st.floats(-6, 6))
def test_a_p_value_is_a_count_among_the_normals(normals: list[float], score: float) -> None:
    p = p_value(score, normals)
    assert p == (1 + sum(value >= score for value in normals)) / (len(normals) + 1)
    assert 1 / (len(normals) + 1) <= p <= 1


@given(st.integers(1, 40), st.randoms(use_true_random=False))
def test_p_values_of_exchangeable_normals_are_at_most_as_small_as_stated(n: int, random: object) -> None:
    """Each of n + 1 scores in turn against the others: at most a share `a` has p <= a, for every a."""
    scores = [random.random() for _ in range(n + 1)]  # type: ignore[attr-defined]
    ps = [p_value(s, sorted(scores[:i] + scores[i + 1 :])) or 0.0 for i, s in enumerate(scores)]
    for a in ps:
        assert sum(p <= a for p in ps) <= a * (n + 1) + 1e-9


def test_no_normals_or_no_score_is_no_p_value() -> None:
    assert p_value(1.0, ()) is None
    assert p_value(math.nan, (1.0,)) is None


# --- scoring a recording ------------------------------------------------------------------------------


def test_chunks_come_in_order_cover_all_frames_and_agree_with_the_end() -> None:
    steps = list(score_recording(recording(video()), laser_model(), recording_id="Type1/0001"))
    scores = steps[-1].result
    chunks = [step.result for step in steps[:-1] if step.result is not None]
    assert all(isinstance(chunk, ScoreChunk) for chunk in chunks)
    assert [chunk.first for chunk in chunks] == list(np.cumsum([0, *(len(c.values) for c in chunks)])[:-1])
    np.testing.assert_array_equal(np.concatenate([chunk.values for chunk in chunks]), scores.values)
    assert all(step.total == 2400 and step.unit == "frames" for step in steps)
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert set(scores.lanes) == set(laser_model().card.causes)
    np.testing.assert_array_equal(np.max(list(scores.lanes.values()), axis=0), scores.values)


@pytest.mark.parametrize("chunk", [137, 1024, 5000])
def test_scoring_in_pieces_is_scoring_at_once(chunk: int) -> None:
    frames = video("power_drop")
    np.testing.assert_allclose(
        scored(frames, chunk=chunk).values, scored(frames).values, rtol=2e-3, atol=2e-3
    )


def test_the_same_recording_gives_the_same_scores() -> None:
    first, second = scored(video()), scored(video())
    np.testing.assert_array_equal(first.values, second.values)
    assert first.events == second.events


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ("power_drop", "power"),
        ("power_rise", "power"),
        ("laser_off", "power"),
        ("path_offset", "position"),
        ("defocus", "spot size"),
        ("dropped_frame", "timing"),
        ("reversed_cycle", "order"),
        ("spatter", "spatter"),
    ],
)
def test_a_plain_fault_is_found_in_its_place_with_its_cause(fault: str, cause: str) -> None:
    scores, what = scored(video(fault)), truth(fault)
    assert scores.anomalous
    highest = max(scores.events, key=lambda event: event.score)
    assert highest.first <= what["last"] + 10
    assert highest.last >= what["first"] - 10
    assert (highest.cause, scores.cause) == (cause, cause)
    assert scores.p_value is not None
    assert scores.p_value < 0.05


@pytest.mark.parametrize("stated", [True, False])
def test_obstacles_are_normal_whether_stated_or_not(stated: bool) -> None:
    @dataclass(frozen=True)
    class Interval:
        first: int
        last: int

    from thermview.sample.laser import make_batch, simulate

    for number in (1, 2):
        made = simulate(make_batch(4, 90, rows=15, columns=21, obstacles=2), number, 14_571)
        data = made.metadata
        known = [Interval(data[f"KeyfIniObstacle{n}"], data[f"KeyfEndObstacle{n}"]) for n in (1, 2)]
        scores = scored(made.frames, obstacles=tuple(known) if stated else ())
        assert not scores.anomalous


@needs_shared
def test_the_real_frames_are_scored_without_alarm() -> None:
    frames = np.load(SHARED / "laser" / "real_frames_2001_2054.npz")["image"]
    scores = scored(frames)
    assert not scores.anomalous
    assert "Only 54 frames" in scores.notice


def test_a_dragged_threshold_changes_events_in_milliseconds() -> None:
    scores = scored(video("power_drop"))
    assert rescored(scores, scores.threshold).events == scores.events
    started = perf_counter()
    above_all = rescored(scores, scores.score + 1)
    assert perf_counter() - started < 0.1
    assert (above_all.events, above_all.anomalous, above_all.cause) == ((), False, "")
    assert above_all.p_value == scores.p_value
    assert len(rescored(scores, 0.5 * scores.threshold).events) >= 1


# --- what cannot be scored ----------------------------------------------------------------------------


def test_frames_without_numbers_have_no_score_and_harm_no_others() -> None:
    frames = video().astype(np.float32)
    whole = scored(frames)
    frames[700:703] = np.nan
    scores = scored(frames)
    assert np.flatnonzero(np.isnan(scores.values)).tolist() == [700, 701, 702]
    assert "3 of 2400 frames hold no numbers that a camera counts" in scores.notice
    assert scores.score == pytest.approx(whole.score, rel=0.5)


@pytest.mark.parametrize("whole", [900, 2000])
def test_of_a_recording_that_is_cut_short_what_can_be_read_is_scored(tmp_path: Path, whole: int) -> None:
    path = tmp_path / "0001.npz"
    np.savez(path, image=video("power_drop"))
    frame_bytes = video()[0].nbytes
    stored = (
        path.stat().st_size - len(video()) * frame_bytes
    )  # headers before, directory behind: some 500 bytes
    path.write_bytes(path.read_bytes()[: whole * frame_bytes + stored - 1])
    with contextlib.closing(open_recording(path)) as cut:
        steps = list(score_recording(cut, laser_model(), recording_id="Type1/0001"))
    scores = steps[-1].result
    assert isinstance(scores, Scores)
    assert scores.notice.startswith(
        f"Cut short, or still being written: only its first {whole:,} of 2,400 frames are whole; copy it again from "
        "where it was recorded. Only those frames are scored."
    )
    beginning = scored(video("power_drop")[:whole])
    np.testing.assert_array_equal(scores.values[:whole], beginning.values)
    assert (scores.events, scores.score) == (beginning.events, beginning.score)
    for series in (scores.values, *scores.lanes.values(), *scores.measures.values()):
        assert len(series) == 2400
        assert np.isnan(series[whole:]).all()
    assert scores.share_scored == pytest.approx(whole / 2400)
    assert scores.in_part
    assert not beginning.in_part
    assert rescored(scores, 0.5 * scores.score).events


def test_where_not_a_frame_can_be_read_nothing_is_scored(tmp_path: Path) -> None:
    path = tmp_path / "0001.npz"
    np.savez(path, image=video())
    path.write_bytes(path.read_bytes()[:400])
    with contextlib.closing(open_recording(path)) as cut, pytest.raises(ReadError, match="not one frame"):
        list(score_recording(cut, laser_model(), recording_id="Type1/0001"))


def test_pixels_that_may_be_wrong_are_told_beside_the_score(tmp_path: Path) -> None:
    path = tmp_path / "0001.npz"
    np.savez_compressed(path, image=video())
    content = bytearray(path.read_bytes())
    content[content.rindex(b"PK\x01\x02") + 16] ^= 0xFF
    path.write_bytes(content)
    with contextlib.closing(open_recording(path)) as damaged:
        scores = last_result(score_recording(damaged, laser_model(), recording_id="Type1/0001"))
    assert scores.notice == "The file is damaged: its checksum differs, some pixel values may be wrong."


def test_dark_frames_are_power_and_empty_ones_are_lost() -> None:
    frames = video().copy()
    frames[900:904] = 0
    scores = scored(frames)
    assert scores.anomalous
    assert scores.cause == "timing"
    assert 900 <= scores.events[0].peak < 904
    assert np.isfinite(scores.values).all()


@pytest.mark.parametrize(
    ("frames", "said"),
    [
        (np.zeros((200, 15, 21), np.uint16), "no frame shows the laser spot"),
        (np.full((200, 15, 21), np.nan, np.float32), "no frame shows the laser spot"),
        (np.ones((20, 15, 21), np.uint16), "has 20 frames"),
        (np.ones((0, 15, 21), np.uint16), "has 0 frames"),
        (np.ones((100, 15, 21, 3), np.uint8), "holds colours"),
        (np.ones((60, 480, 640), np.uint8), "not a laser video"),
        (np.ones((60, 2, 2), np.uint8), "not a laser video"),
    ],
)
def test_what_cannot_be_scored_is_said_in_one_sentence(frames: NDArray[np.generic], said: str) -> None:
    with pytest.raises(ThermviewError) as caught:
        scored(frames)
    assert said in str(caught.value)
    assert str(caught.value).startswith("0001")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("size", [(4, 4), (7, 9), (32, 32), (11, 40)])
def test_any_size_of_the_region_is_scored(size: tuple[int, int]) -> None:
    frames = np.random.default_rng(1).poisson(3.0, (300, *size)).astype(np.uint16)
    assert np.isfinite(scored(frames).values).all()


def test_signed_counts_and_other_types_are_taken() -> None:
    frames = video()[:600]
    as_signed = scored(frames.astype(np.int32) - (frames == 0))
    np.testing.assert_allclose(as_signed.values, scored(frames).values, rtol=1e-5)


def test_a_temperature_recording_gets_a_notice() -> None:
    warm = replace(recording(video()), quantity=APPARENT_TEMPERATURE)
    scores = last_result(score_recording(warm, laser_model(), recording_id="a"))
    assert "not for temperatures" in scores.notice


def test_a_saturated_recording_is_not_called_normal_without_a_word() -> None:
    notice = scored(np.full((300, 15, 21), 1023, np.uint16)).notice
    assert "Nothing moves" in notice
    assert "Saturated: 7 of 7 frames looked at have most pixels" in notice
    at_times = video().copy()
    at_times[: len(at_times) // 2] = 1023
    notice = scored(at_times).notice
    assert "Saturated: 4 of 7 frames" in notice
    assert "Nothing moves" not in notice
    for still in ("Nothing moves", "Saturated"):
        assert still not in scored(video()).notice


def test_a_model_of_another_kind_is_refused() -> None:
    other = laser_model().card.model_copy(update={"kind": "embedding"})
    with pytest.raises(ModelError, match="of kind 'embedding'"):
        list(score_recording(recording(video()), replace(laser_model(), card=other), recording_id="a"))


def test_one_size_models_refuse_other_sizes() -> None:
    card = laser_model().card
    fixed = card.model_copy(update={"input": card.input.model_copy(update={"rows": 16, "columns": 21})})
    with pytest.raises(ModelError, match="has 15 rows"):
        list(score_recording(recording(video()), replace(laser_model(), card=fixed), recording_id="a"))


def test_a_batch_is_judged_by_its_own_normals() -> None:
    card = laser_model().card.model_copy(
        update={"batches": {"Type1": type(laser_model().card.calibration)(normals=(0.1,))}}
    )
    model = replace(laser_model(), card=card)
    own = last_result(score_recording(recording(video()), model, recording_id="Type1/0001"))
    assert own.normals == (0.1,)
    other = last_result(score_recording(recording(video()), model, recording_id="Type2/0001"))
    assert other.normals == laser_model().card.calibration.normals
