"""Densities of a folder of pictures, as the window and the command line measure them."""

import zipfile

import cv2
import numpy as np
import pytest
from unit.diagnosis.small_capture import averaging_card, name_of, saved_model, write_class

import thermview.diagnosis.embedding as embedding
import thermview.diagnosis.embedding_input as embedding_input
from thermview.diagnosis.densities import measure_densities
from thermview.errors import ModelError
from thermview.jobs import last_result


@pytest.fixture
def model(tmp_path):
    return saved_model(tmp_path / "model")


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "capture"
    rng = np.random.default_rng(0)
    warm, cold = (rng.uniform(40, 215, size=(4, 4, 3)) for _ in range(2))
    write_class(root, "Car-Normal", rng, warm, sessions=12, spread=12)
    write_class(root, "Car-Overheat", rng, cold, sessions=8, spread=50, first_session=12)
    return root


def measured(root, model, tmp_path, **options):
    return last_result(measure_densities(root, model, cache=tmp_path / "cache", **options))


def test_every_picture_has_a_density_and_the_tight_class_the_higher(root, model, tmp_path):
    densities = measured(root, model, tmp_path)
    assert densities.class_names == ("Car-Normal", "Car-Overheat")
    assert len(densities) == 60
    assert densities.complete
    assert not densities.problems
    assert np.median(densities.of_class("Car-Normal")) > 1.5 * np.median(densities.of_class("Car-Overheat"))
    assert densities.is_normal("Car-Normal") is True
    assert densities.is_normal("Car-Overheat") is False
    assert densities.model.sha256 == model.sha256


def test_pictures_are_asked_for_by_recording_id(root, model, tmp_path):
    densities = measured(root, model, tmp_path)
    name = densities.names[5]
    assert not name.endswith(".png")
    assert densities.of(name) == pytest.approx(float(densities.values[5]))
    assert 0 <= densities.percentile(name) <= 100
    assert densities.of("nowhere") is None
    assert densities.percentile("nowhere") is None
    assert all(other.split("/")[0] == name.split("/")[0] for other in densities.neighbours_of(name))


def test_histograms_of_classes_share_their_edges_and_add_up(root, model, tmp_path):
    densities = measured(root, model, tmp_path)
    whole, edges = densities.histogram(bins=20)
    parts = [densities.histogram(name, bins=20) for name in densities.class_names]
    assert all(np.array_equal(part[1], edges) for part in parts)
    assert np.array_equal(sum(part[0] for part in parts), whole)
    assert whole.sum() == 60
    assert densities.histogram("none such", bins=20)[0].sum() == 0


def test_the_second_run_embeds_nothing(root, model, tmp_path, monkeypatch):
    first = measured(root, model, tmp_path)
    calls = []
    monkeypatch.setattr(embedding_input, "open_recording", lambda path: calls.append(path))
    again = measured(root, model, tmp_path)
    assert not calls
    np.testing.assert_array_equal(again.values, first.values)


def test_a_changed_picture_is_embedded_anew(root, model, tmp_path):
    first = measured(root, model, tmp_path)
    cv2.imwrite(str(root / first.paths[3]), np.full((32, 40, 3), (0, 0, 255), np.uint8))
    again = measured(root, model, tmp_path)
    assert again.of(first.names[3]) != pytest.approx(first.of(first.names[3]), rel=0.05)


def test_unreadable_pictures_are_told_one_by_one_and_the_rest_goes_on(root, model, tmp_path):
    (root / "Car-Normal" / "torn.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    paths = ["Car-Normal/torn.png", "Car-Normal/gone.png"]
    densities = measured(root, model, tmp_path, pictures=[*paths, *measured(root, model, tmp_path).paths])
    assert len(densities) == 60
    assert len(densities.problems) == 2
    assert {
        name for name in ("torn.png", "gone.png") if any(name in text for text in densities.problems)
    } == {
        "torn.png",
        "gone.png",
    }


def test_pictures_in_a_zip_are_embedded_once_too(root, model, tmp_path, monkeypatch):
    with zipfile.ZipFile(root / "more.zip", "w") as archive:
        for path in sorted((root / "Car-Normal").glob("*.png"))[:4]:
            archive.write(path, f"Car-Normal/{path.name}")
    assert sum(".zip/" in path for path in measured(root, model, tmp_path).paths) == 4
    monkeypatch.setattr(
        embedding_input, "open_recording", lambda path: pytest.fail(f"{path} was opened again")
    )
    assert len(measured(root, model, tmp_path)) == 64


def test_recordings_of_several_frames_are_no_pictures(root, model, tmp_path):
    np.save(root / "film.npy", np.zeros((5, 20, 30), np.uint16))
    densities = measured(root, model, tmp_path)
    assert len(densities) == 60
    assert any("several frames" in notice for notice in densities.notices)
    assert not densities.problems


def test_snapshots_come_while_it_grows(root, model, tmp_path, monkeypatch):
    monkeypatch.setattr(embedding, "SNAPSHOT", 16)
    monkeypatch.setattr(embedding, "BATCH", 16)
    steps = list(measure_densities(root, model, cache=tmp_path / "cache"))
    snapshots = [step.result for step in steps if step.result is not None]
    assert [snapshot.complete for snapshot in snapshots] == [False] * (len(snapshots) - 1) + [True]
    assert len(snapshots) >= 3
    assert [len(snapshot) for snapshot in snapshots] == sorted(len(snapshot) for snapshot in snapshots)
    pictures = [step for step in steps if step.unit == "pictures"]
    assert [step.done for step in pictures] == sorted(step.done for step in pictures)
    assert all(step.total == 60 for step in pictures)


def test_closing_it_half_way_keeps_what_was_embedded(root, model, tmp_path, monkeypatch):
    monkeypatch.setattr(embedding, "BATCH", 16)
    steps = measure_densities(root, model, cache=tmp_path / "cache")
    for step in steps:
        if step.unit == "pictures" and step.done >= 32:
            break
    steps.close()
    opened = []
    real = embedding_input.open_recording
    monkeypatch.setattr(embedding_input, "open_recording", lambda path: opened.append(path) or real(path))
    assert len(measured(root, model, tmp_path)) == 60
    assert len(opened) <= 60 - 32


def test_a_cache_that_cannot_be_written_is_a_problem_not_the_end(root, model, tmp_path):
    (tmp_path / "cache").write_text("a file stands in the way")
    densities = measured(root, model, tmp_path)
    assert len(densities) == 60
    assert any("cannot be kept" in notice for notice in densities.notices)


def test_the_capture_is_not_touched(root, model, tmp_path):
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*")}
    measured(root, model, tmp_path)
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*")} == before


def test_an_empty_capture_has_no_densities(tmp_path, model):
    (tmp_path / "empty").mkdir()
    densities = measured(tmp_path / "empty", model, tmp_path)
    assert len(densities) == 0
    assert densities.histogram()[0].sum() == 0


def test_one_session_of_a_class_gives_a_reason(root, model, tmp_path):
    write_class(
        root, "Car-Leak", np.random.default_rng(1), np.full((4, 4, 3), 90.0), sessions=1, first_session=20
    )
    densities = measured(root, model, tmp_path)
    assert densities.of(f"Car-Leak/{name_of('CAR', 20, 0)}") is None
    assert any("Car-Leak" in notice for notice in densities.notices)


def test_who_knows_the_classes_better_may_tell_them(root, model, tmp_path):
    densities = measured(root, model, tmp_path, class_of=lambda path: "NG" if path[-5] == "0" else "OK")
    assert densities.class_names == ("NG", "OK")
    assert len(densities.members("NG")) == 20
    assert densities.classes.count("OK") == 40


def test_other_kinds_of_models_are_refused(root, tmp_path):
    model = saved_model(tmp_path / "classifier", card=averaging_card(kind="classifier"))
    with pytest.raises(ModelError, match="embedding"):
        measured(root, model, tmp_path)
