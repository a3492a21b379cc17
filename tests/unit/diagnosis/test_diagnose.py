"""The whole diagnosis of folders on disk: what is planted is found, what is missing is said, nothing breaks."""

import json

import cv2
import numpy as np
import pytest
from unit.diagnosis.small_capture import averaging_card, saved_model, write_class

from thermview.diagnosis import diagnose
from thermview.diagnosis.embedding import open_embedding
from thermview.diagnosis.results import Severity
from thermview.errors import ModelError
from thermview.inference import default_model, open_model
from thermview.jobs import last_result
from thermview.sample.thermal_set import TRUTH_NAME, ThermalSizes, write_thermal

CELLS = np.random.default_rng(5).uniform(40, 200, size=(4, 4, 3))


@pytest.fixture
def model(tmp_path):
    return saved_model(tmp_path / "model")


def capture(tmp_path):
    root = tmp_path / "set"
    rng = np.random.default_rng(0)
    write_class(root, "Car-Normal", rng, CELLS, sessions=8)
    write_class(root, "Car-Overheat", rng, CELLS[::-1], sessions=7, spread=45, first_session=10)
    return root


def test_every_step_counts_something_and_only_the_last_has_a_result(tmp_path, model):
    steps = list(diagnose(capture(tmp_path), model, cache=tmp_path / "cache"))
    assert all(step.result is None for step in steps[:-1])
    assert all(step.unit for step in steps)
    units = list(dict.fromkeys(step.unit for step in steps))
    assert units[0] == "recordings"
    assert units[-1] == "findings"
    assert {"pictures", "densities", "fits"} < set(units)
    diagnosis = steps[-1].result
    assert len(diagnosis.table) == 45
    assert diagnosis.model.sha256 == model.sha256
    assert [lens.name for lens in diagnosis.lenses] == ["L2", "L3"]
    assert diagnosis.domain.held_out is not None
    assert np.isfinite(diagnosis.generic.plane_mean).all()
    assert np.isin(diagnosis.shared_lowest, diagnosis.generic.lowest).all()
    assert diagnosis.seconds > 0


def figures(diagnosis):
    return (
        [(finding.kind, finding.sentence, finding.rows.tolist()) for finding in diagnosis.findings],
        diagnosis.score_card,
        [(lens.values.tolist(), lens.separation, lens.held_out) for lens in diagnosis.lenses],
        diagnosis.notices,
    )


def test_the_same_folder_gives_the_same_diagnosis_from_files_and_from_what_is_kept(tmp_path, model):
    root = capture(tmp_path)
    first = last_result(diagnose(root, model, cache=tmp_path / "cache"))
    again = last_result(diagnose(root, model, cache=tmp_path / "cache"))
    elsewhere = last_result(diagnose(root, model, cache=tmp_path / "other"))
    assert figures(first) == figures(again) == figures(elsewhere)


def test_a_diagnosis_that_was_stopped_goes_on_to_the_same_end(tmp_path, model):
    root = capture(tmp_path)
    whole = last_result(diagnose(root, model, cache=tmp_path / "whole"))
    count = len(list(diagnose(root, model, cache=tmp_path / "counted")))
    for stop in np.random.default_rng(1).integers(1, count, 6):
        steps = diagnose(root, model, cache=tmp_path / "stopped")
        for _ in range(stop):
            next(steps)
        steps.close()
    assert figures(last_result(diagnose(root, model, cache=tmp_path / "stopped"))) == figures(whole)


def test_with_a_model_that_is_no_embedding_the_set_is_diagnosed_without_one(tmp_path):
    other = saved_model(tmp_path / "other", card=averaging_card(kind="laser score"))
    diagnosis = last_result(diagnose(capture(tmp_path), other, cache=tmp_path / "cache"))
    assert len(diagnosis.table) == 45
    assert diagnosis.lenses == ()
    assert diagnosis.model is None
    assert "need one of kind 'embedding'" in diagnosis.model_problem
    assert diagnosis.missing == {"L2": diagnosis.model_problem, "L3": diagnosis.model_problem}


def test_a_model_that_fails_on_the_pictures_ends_no_diagnosis(tmp_path, model, monkeypatch):
    def failing(*_):
        raise ModelError("averages.onnx: gave no answer")

    monkeypatch.setattr("thermview.diagnosis.embedding.embed", failing)
    diagnosis = last_result(diagnose(capture(tmp_path), model, cache=tmp_path / "cache"))
    assert diagnosis.model_problem.startswith(
        "averages.onnx: gave no answer. The set is diagnosed without it"
    )
    assert diagnosis.lenses == ()


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "No such file"), (b"", "empty"), (b"no model", "not an ONNX model"), ("folder", "directory")],
)
def test_a_model_that_cannot_be_opened_is_said_in_one_sentence(tmp_path, content, said):
    path = tmp_path / "own.onnx"
    if content == "folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    model, problem = open_embedding(lambda: path)
    assert model is None
    assert problem.startswith("own.onnx: ")
    assert said in problem
    assert "L1 alone" in problem


def test_a_set_of_one_class_has_no_lens_of_its_own_and_says_why(tmp_path, model):
    write_class(tmp_path / "set", "Car-Normal", np.random.default_rng(0), CELLS, sessions=8)
    diagnosis = last_result(diagnose(tmp_path / "set", model, cache=tmp_path / "cache"))
    assert diagnosis.generic is not None
    assert diagnosis.domain is None
    assert diagnosis.missing["L3"].endswith("tell classes apart, and all pictures are of one, Car-Normal.")
    assert "L2" not in diagnosis.missing


def test_without_a_model_there_is_hygiene_and_no_lens(tmp_path):
    diagnosis = last_result(diagnose(capture(tmp_path), None, cache=tmp_path / "cache"))
    assert diagnosis.lenses == ()
    assert diagnosis.model is None
    assert diagnosis.score_card
    assert "No embedding model was asked for" in diagnosis.missing["L2"]
    assert not diagnosis.model_problem


def test_nothing_in_the_capture_is_changed(tmp_path, model):
    root = capture(tmp_path)
    before = {
        path: (path.stat().st_mtime_ns, path.read_bytes()) for path in root.rglob("*") if path.is_file()
    }
    last_result(diagnose(root, model, cache=tmp_path / "cache"))
    assert before == {
        path: (path.stat().st_mtime_ns, path.read_bytes()) for path in root.rglob("*") if path.is_file()
    }


class TestOddFolders:
    def test_an_empty_folder_says_so(self, tmp_path, model):
        (tmp_path / "empty").mkdir()
        diagnosis = last_result(diagnose(tmp_path / "empty", model, cache=tmp_path / "cache"))
        assert "There are no pictures here." in diagnosis.notices
        assert diagnosis.findings == ()

    def test_no_readable_picture_says_so(self, tmp_path, model):
        root = tmp_path / "broken"
        (root / "Car-Normal").mkdir(parents=True)
        for number in range(3):
            (root / "Car-Normal" / f"{number}.png").write_bytes(b"no picture" * number)
        diagnosis = last_result(diagnose(root, model, cache=tmp_path / "cache"))
        assert any("None of 3 pictures could be read" in notice for notice in diagnosis.notices)
        assert diagnosis.findings[0].kind == "unreadable files"
        assert diagnosis.findings[0].severity is Severity.HIGH

    def test_names_without_tokens_classes_without_states(self, tmp_path, model):
        root = tmp_path / "plain"
        rng = np.random.default_rng(2)
        for folder in ("alpha", "beta"):
            (root / folder).mkdir(parents=True)
            for number in range(12):
                tiles = rng.integers(0, 255, (4, 4, 3)).astype(np.uint8)
                cv2.imwrite(
                    str(root / folder / f"{number}.png"), np.kron(tiles, np.ones((8, 8, 1), np.uint8))
                )
        diagnosis = last_result(diagnose(root, model, cache=tmp_path / "cache"))
        assert diagnosis.table.class_names == ("alpha", "beta")
        assert np.isnan(diagnosis.generic.separation.auroc.value)
        assert not [finding for finding in diagnosis.findings if finding.severity is Severity.HIGH]

    def test_one_picture(self, tmp_path, model):
        root = tmp_path / "one"
        write_class(root, "Car-Normal", np.random.default_rng(3), CELLS, sessions=1, frames=1)
        diagnosis = last_result(diagnose(root, model, cache=tmp_path / "cache"))
        assert np.isnan(diagnosis.generic.values).all()
        assert diagnosis.domain is None


@pytest.fixture(scope="module")
def thermal(tmp_path_factory):
    """The simulated thermal set, small, with its truth and its diagnosis."""
    folder = tmp_path_factory.mktemp("thermal")
    last_result(write_thermal(folder, ThermalSizes(500, 6, frames_per_session=1, drawn_sessions=1), 23))
    model = open_model(default_model("embedding"))
    diagnosis = last_result(diagnose(folder / "thermal", model, cache=folder / "cache"))
    return json.loads((folder / TRUTH_NAME).read_text("utf-8")), diagnosis


def kinds(diagnosis):
    return {finding.kind: finding for finding in diagnosis.findings}


def test_planted_defects_of_the_thermal_set_are_found(thermal):
    truth, diagnosis = thermal
    table, found = diagnosis.table, kinds(diagnosis)
    misplaced = {path.removeprefix("thermal/") for path in truth["mislabelled_sessions"][0]["files"]}
    assert {table.paths[row] for row in found["contamination"].rows} == misplaced
    assert found["contamination"].severity is Severity.HIGH
    assert found["distance split"].numbers["class"] == truth["distance_split"]["class"]
    assert {"D3", "D25", "D30"} == {*truth["distance_split"]["near"], *truth["distance_split"]["far"]}
    assert found["class imbalance"].numbers["ratio"] == pytest.approx(
        truth["largest_to_smallest_class"], rel=0.05
    )
    assert 0.15 < found["channel mix"].numbers["RGB"] < 0.25
    broken = {one["file"].removeprefix("thermal/") for one in truth["unreadable"]}
    assert {table.paths[row] for row in found["unreadable files"].rows} == broken
    for kind in ("duplicates", "near duplicates", "annotations dangling", "boxes outside", "dates outside"):
        assert kind in found


def test_no_false_finding_of_the_thermal_set_is_grave(thermal):
    _, diagnosis = thermal
    grave = [finding for finding in diagnosis.findings if finding.severity is Severity.HIGH]
    assert {finding.kind for finding in grave} <= {"contamination", "distance split"}
    assert all(
        finding.numbers["class"] == "Car-Normal" for finding in grave if finding.kind == "distance split"
    )
    assert len(grave) <= 2
