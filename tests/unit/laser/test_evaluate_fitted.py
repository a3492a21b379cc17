"""The fitted model in an evaluation: judged at its own threshold, timed, and shown batches that it does not know."""

import json
from pathlib import Path

import numpy as np
import pytest
from laser_models import laser_model

from thermview.cli.evaluating import text_of
from thermview.jobs import last_result
from thermview.laser.evaluate import evaluate
from thermview.laser.evaluate_plan import Options
from thermview.laser.evaluate_report import html_of
from thermview.sample.laser import make_batch, simulate

FEW = Options(trials=0, goals=2, kinds=("laser_off", "dropped_frame"), baselines=False)


@pytest.fixture(scope="module")
def capture(tmp_path_factory):
    """Two batches of ten normal recordings, and no truth file; the first four of each teach."""
    root = tmp_path_factory.mktemp("capture")
    for index in (1, 2):
        batch = make_batch(index, 50, rows=12, columns=16, obstacles=0)
        (root / f"Type{index}").mkdir()
        for number in range(10):
            made = simulate(batch, number, 800)
            np.savez(root / f"Type{index}" / f"{number + 1:04}.npz", image=made.frames)
    return root


@pytest.fixture(scope="module")
def temporary(tmp_path_factory):
    return tmp_path_factory.mktemp("temporary")


@pytest.fixture(scope="module")
def result(capture, temporary):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tempfile.tempdir", str(temporary))
        return last_result(evaluate(capture, sorted(capture.rglob("*.npz")), laser_model(), FEW))


def test_it_is_judged_by_its_own_threshold_and_by_one_set_here(result):
    rules = {row["rule"]: row for row in result["rules"]}
    assert list(rules)[2:] == ["fitted, own threshold", "fitted, set here"]
    assert rules["fitted, own threshold"]["limits"] == {"Type1": 1.0, "Type2": 1.0}
    assert rules["fitted, own threshold"]["rate_asked"] == pytest.approx(0.2)  # 1 in 4 + 1
    assert result["lead"] == "fitted, own threshold"
    alarms = [row for row in result["false_alarms"] if row["rule"] == "fitted, own threshold"]
    assert [row["allowed"] for row in alarms] == [pytest.approx(0.3)] * 3


def test_only_recordings_that_teach_taught_it(result):
    assert [(row["batch"], row["learnt_from"], row["calibrated_on"]) for row in result["cost"]["batches"]] == [
        ("Type1", 4, 4), ("Type2", 4, 4),
    ]  # fmt: skip


def test_what_it_costs_is_measured(result):
    cost = result["cost"]
    assert cost["model_bytes"] > 10_000
    assert cost["fit_seconds"] > 0
    assert cost["delay_frames"] == 20
    assert cost["frames_timed"] == 2 * (800 - 20)
    assert 0 < cost["frame_ms_p50"] <= cost["frame_ms_p99"]
    assert cost["runs_timed"] == 5
    assert 0 < cost["frame_ms_p50"] <= cost["frame_ms_p99_of_medians"]


def test_a_batch_that_it_does_not_know_is_left_to_the_generic_model(result):
    for row in result["unknown"]:
        assert row["left_out"]
        assert row["noticed"] == row["as_generic"] == row["recordings"] == 3
        assert row["mistaken"] == 0


def test_under_another_name_a_batch_is_known_by_its_looks(result):
    assert [row["recognised"] for row in result["unknown"]] == [3, 3]
    assert [row["same_scores"] for row in result["unknown"]] == [3, 3]


def test_a_dark_laser_is_told_as_power_at_once_and_a_lost_frame_is_found(result):
    rows = {row["kind"]: row["told"]["fitted, own threshold"] for row in result["goals"]}
    assert rows["laser_off"]["hits"] == rows["laser_off"]["cause_right"] == rows["laser_off"]["at_once"] == 2
    assert rows["dropped_frame"]["hits"] == 2
    assert rows["laser_off"]["known_ms_median"] == rows["laser_off"]["alarm_ms_median"] + 20


def test_nothing_is_left_behind(result, temporary):
    assert list(Path(temporary).iterdir()) == []


def test_page_and_text_say_it(result):
    json.dumps(result)
    page, text = html_of(result), text_of(result)
    for words in (
        "What the fitted model costs",
        "Batches that the fitted model does not know",
        "laser off for 10 ms",
    ):
        assert words in page
    assert "fitted, own threshold" in text
    assert "laser off for 10 ms" in text


def test_without_it_the_rest_stays(capture):
    plain = Options(trials=0, goals=0, baselines=False, fit=False)
    found = sorted((capture / "Type1").glob("*.npz"))
    result = last_result(evaluate(capture / "Type1", found, laser_model(), plain))
    assert [row["rule"] for row in result["rules"]] == [
        "laser_generic, own threshold",
        "laser_generic, set here",
    ]
    assert result["cost"] is None
    assert result["unknown"] == []
    assert "What the fitted model costs" not in html_of(result)
