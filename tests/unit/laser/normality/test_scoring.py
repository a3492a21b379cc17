"""A fitted model scores what it knows and leaves the rest to the generic model, saying so."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from laser_fits import PLAIN, WITH_OBSTACLE, window_of, write_frames

from thermview.capture.intervals import Interval
from thermview.errors import ModelError
from thermview.inference import Model, ModelCard, default_model, open_model
from thermview.jobs import last_result
from thermview.laser.normality.heat import heat_map
from thermview.laser.normality.recognise import recognise
from thermview.readers import open_recording
from thermview.sample.laser import SimulatedRecording, make_batch, simulate
from thermview.scoring import Scores
from thermview.scoring.run import score_recording

UNKNOWN = make_batch(9, 77, rows=15, columns=21, obstacles=0)


@dataclass(frozen=True)
class Kept:
    """A recording on disk."""

    path: Path
    obstacles: list[Interval]

    def recognised(self, model: Model, identity: str) -> tuple[str, str]:
        with_file = open_recording(self.path)
        try:
            found = recognise(with_file, model, identity)
        finally:
            with_file.close()
        return found.batch, found.notice

    def scored(
        self, model: Model, identity: str, obstacles: list[Interval] | None = None, **more: Any
    ) -> Scores:
        recording = open_recording(self.path)
        try:
            scores: Scores = last_result(
                score_recording(recording, model, recording_id=identity, obstacles=obstacles, **more)
            )
        finally:
            recording.close()
        return scores


def kept(folder: Path, recording: SimulatedRecording, name: str = "0001.npz") -> Kept:
    folder.mkdir(parents=True, exist_ok=True)
    first, last = window_of(recording)
    return Kept(
        write_frames(folder / name, recording.frames),
        [Interval("obstacle", first, last)] if first >= 0 else [],
    )


@pytest.fixture(scope="module")
def generic() -> Model:
    return open_model(default_model("laser score"))


# --- which batch a recording belongs to -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("identity", "folder", "wanted"),
    [
        ("Type3/0044", "elsewhere", "Type3"),
        ("0044", "Type3", "Type3"),
        ("0044", "Type3.zip", "Type3"),
        ("run/0044", "Type3", "Type3"),
    ],
)
def test_a_batch_is_known_by_its_name(
    model: Model, tmp_path: Path, identity: str, folder: str, wanted: str
) -> None:
    recording = kept(tmp_path / folder, simulate(WITH_OBSTACLE, 44, 300))
    assert recording.recognised(model, identity) == (wanted, "")


@pytest.mark.parametrize(("batch", "wanted"), [(WITH_OBSTACLE, "Type3"), (PLAIN, "Type4")])
def test_without_a_known_name_it_is_known_by_what_it_shows(
    model: Model, tmp_path: Path, batch: Any, wanted: str
) -> None:
    recording = kept(tmp_path / "unsorted", simulate(batch, 45, 900))
    found, notice = recording.recognised(model, "unsorted/0045")
    assert found == wanted
    assert wanted in notice


def test_a_known_name_with_frames_of_another_size_is_not_believed(model: Model, tmp_path: Path) -> None:
    recording = kept(tmp_path / "Type3", simulate(PLAIN, 46, 300))
    found, notice = recording.recognised(model, "Type3/0046")
    assert found == ""
    for part in ("Type3", "15 x 21", "12 x 16", "generic"):
        assert part in notice


@pytest.mark.parametrize("rows", [15, 14])
def test_a_batch_that_looks_like_none_is_left_to_the_generic_model(
    model: Model, tmp_path: Path, rows: int
) -> None:
    unknown = make_batch(9, 77, rows=rows, columns=21, obstacles=0)
    recording = kept(tmp_path / "Type9", simulate(unknown, 1, 600))
    found, notice = recording.recognised(model, "Type9/0001")
    assert found == ""
    assert "generic" in notice
    assert "Type3" in notice


def test_darkness_looks_like_no_batch(model: Model, tmp_path: Path) -> None:
    path = write_frames(tmp_path / "dark.npz", np.zeros((300, 15, 21), np.uint16))
    assert Kept(path, []).recognised(model, "dark")[0] == ""


# --- scores ---------------------------------------------------------------------------------------------


def test_an_unknown_batch_has_the_generic_models_scores_and_says_so(
    model: Model, generic: Model, tmp_path: Path
) -> None:
    recording = kept(tmp_path / "Type9", simulate(UNKNOWN, 1, 900))
    own, plain = recording.scored(model, "Type9/0001", []), recording.scored(generic, "Type9/0001", [])
    np.testing.assert_array_equal(own.values, plain.values)
    for cause, values in plain.lanes.items():
        np.testing.assert_array_equal(own.lanes[cause], values)
    assert (own.threshold, own.score, own.cause, own.anomalous) == (
        plain.threshold, plain.score, plain.cause, plain.anomalous,
    )  # fmt: skip
    assert own.model == plain.model == generic.id
    assert "generic" in own.notice
    assert "generic" not in plain.notice


def test_normals_of_a_known_batch_stay_below_the_threshold(model: Model, tmp_path: Path) -> None:
    """Six recordings promise one alarm in seven; a factor of two is far above every normal one."""
    for number in range(50, 55):
        recording = kept(tmp_path / "Type3", simulate(WITH_OBSTACLE, number, 1600), f"{number}.npz")
        scores = recording.scored(model, f"Type3/{number}", recording.obstacles)
        assert scores.score < 2.0
        assert scores.model == model.id
        assert scores.notice == ""
        assert scores.threshold == 1.0


FAULTS = [
    ("power_drop", 0.25, "power"),
    ("laser_off", 20.0, "power"),
    ("path_offset", 1.2, "position"),
    ("scan_fast", 0.04, "timing"),
    ("defocus", 0.4, "spot size"),
    ("reversed_cycle", 4.0, "order"),
    ("missed_obstacle", 1.0, "obstacle"),
    ("unexpected_obstacle", 200.0, "obstacle"),
]


@pytest.mark.parametrize(("kind", "size", "cause"), FAULTS)
def test_a_clear_fault_alarms_where_it_is_with_its_cause(
    model: Model, tmp_path: Path, kind: str, size: float, cause: str
) -> None:
    made = simulate(WITH_OBSTACLE, 56, 1600, fault=kind, size=size)
    assert made.truth is not None
    recording = kept(tmp_path / "Type3", made)
    scores = recording.scored(model, "Type3/0056", recording.obstacles)
    assert scores.anomalous
    assert scores.lanes[cause].max() > 1.0
    highest = max(scores.events, key=lambda event: event.score)
    assert highest.first <= made.truth["last"] + 30
    assert highest.last >= made.truth["first"] - 30


@pytest.mark.parametrize(
    ("kind", "size", "said"),
    [
        ("scan_fast", 0.04, r"scan (3\.[5-9]|4\.[0-5]) % faster"),
        ("scan_slow", 0.03, r"scan (2\.[5-9]|3\.[0-5]) % slower"),
        ("path_offset", 0.8, r"spot (0\.[6-9]|1\.0) px off its path"),
        ("power_drop", 0.25, r"power 2[1-9] % below"),
    ],
)
def test_the_sentence_says_how_large_the_fault_is(
    model: Model, tmp_path: Path, kind: str, size: float, said: str
) -> None:
    made = simulate(WITH_OBSTACLE, 56, 1600, fault=kind, size=size)
    recording = kept(tmp_path / "Type3", made)
    scores = recording.scored(model, "Type3/0056", recording.obstacles)
    assert any(re.match(said, event.text) for event in scores.events), [event.text for event in scores.events]


def test_scoring_twice_gives_the_same_and_changes_no_calibration(model: Model, tmp_path: Path) -> None:
    recording = kept(tmp_path / "Type3", simulate(WITH_OBSTACLE, 57, 1500, fault="power_drop", size=0.3))
    card, before = model.card.model_dump_json(), model.path.read_bytes()
    one, two = (recording.scored(model, "Type3/0057", recording.obstacles) for _ in range(2))
    np.testing.assert_array_equal(one.values, two.values)
    assert (one.score, one.p_value, one.events) == (two.score, two.p_value, two.events)
    assert one.anomalous
    assert model.card.model_dump_json() == card
    assert model.path.read_bytes() == before
    assert one.p_value == 1 / (len(model.card.batches["Type3"].normals) + 1)


@pytest.mark.parametrize("chunk", [50, 333])
def test_the_scores_do_not_depend_on_the_chunks(model: Model, tmp_path: Path, chunk: int) -> None:
    recording = kept(tmp_path / "Type4", simulate(PLAIN, 58, 700, fault="frozen"))
    whole = recording.scored(model, "Type4/0058", [])
    parts = recording.scored(model, "Type4/0058", [], chunk=chunk)
    np.testing.assert_allclose(parts.values, whole.values, rtol=1e-3, atol=1e-3)


def test_where_nobody_states_obstacles_a_detour_is_no_fault(model: Model, tmp_path: Path) -> None:
    recording = kept(tmp_path / "Type3", simulate(WITH_OBSTACLE, 59, 1600))
    scores = recording.scored(model, "Type3/0059", None)
    assert scores.lanes["obstacle"].max() < 1.0
    assert "Nothing states where its obstacles are" in scores.notice


def test_a_model_of_a_later_version_is_used_and_said_to_be_one(model: Model, tmp_path: Path) -> None:
    recording = kept(tmp_path, simulate(PLAIN, 62, 300))
    later = model.card.normality["Type4"].model_copy(update={"tilt": 3.0})
    card = model.card.model_copy(update={"version": "9.1", "normality": {"Type4": later}})
    newer = replace(model, card=ModelCard.model_validate_json(card.model_dump_json()))
    scores = recording.scored(newer, "Type4/0062")
    assert "was fitted by ThermView 9.1, which also says tilt of Type4" in scores.notice
    assert np.isfinite(scores.score)


def test_frames_without_numbers_have_no_score(model: Model, tmp_path: Path) -> None:
    frames = simulate(PLAIN, 60, 400).frames.astype(np.float32)
    frames[150:153] = np.nan
    path = write_frames(tmp_path / "gaps.npz", frames)
    scores = Kept(path, []).scored(model, "Type4/0060", [])
    assert np.flatnonzero(np.isnan(scores.values)).tolist() == [150, 151, 152]
    assert "no numbers" in scores.notice


@pytest.mark.parametrize(("frames", "said"), [(1, "Only 1 frame, "), (25, "Only 25 frames, "), (60, "")])
def test_a_recording_of_less_than_three_cycles_says_so(
    model: Model, tmp_path: Path, frames: int, said: str
) -> None:
    path = write_frames(tmp_path / "short.npz", simulate(PLAIN, 61, 400).frames[:frames])
    notice = Kept(path, []).scored(model, "Type4/0061", []).notice
    assert said in notice
    assert bool(said) == ("fewer than 3 cycles" in notice)


# --- the heat map of a frame -----------------------------------------------------------------------------


def test_the_heat_map_shows_where_a_frame_differs(model: Model, tmp_path: Path) -> None:
    frames = simulate(WITH_OBSTACLE, 62, 400).frames
    usual = kept(tmp_path / "usual", simulate(WITH_OBSTACLE, 62, 400))
    frames[200, 2, 18] = 900
    spoilt = Kept(write_frames(tmp_path / "spoilt.npz", frames), [])
    maps = []
    for each in (usual, spoilt):
        recording = open_recording(each.path)
        maps.append(heat_map(recording, model, [], 200, recording_id="Type3/0062"))
        recording.close()
    assert maps[0].shape == (15, 21)
    assert np.unravel_index(int(maps[1].argmax()), maps[1].shape) == (2, 18)
    assert maps[1].max() > 5 * maps[0].max()


def test_a_heat_map_of_an_unknown_batch_says_why_there_is_none(
    model: Model, generic: Model, tmp_path: Path
) -> None:
    recording = open_recording(kept(tmp_path / "Type9", simulate(UNKNOWN, 1, 300)).path)
    try:
        with pytest.raises(ModelError, match="no heat map"):
            heat_map(recording, model, [], 10, recording_id="Type9/0001")
        with pytest.raises(ModelError, match="gives no heat map"):
            heat_map(recording, generic, [], 10, recording_id="Type9/0001")
    finally:
        recording.close()
