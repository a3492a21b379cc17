"""Faulty recordings among the normal ones are named, teach nothing, and alarm with the model nevertheless."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from laser_fits import fitted, simulated, write_batch, write_frames

from thermview.inference import Model, open_model
from thermview.jobs import last_result
from thermview.laser.normality.fit import Fit
from thermview.laser.normality.model import write_model
from thermview.readers import open_recording
from thermview.sample.laser import make_batch, simulate
from thermview.sample.laser_fault_effects import Fault
from thermview.sample.laser_faults import change_beam
from thermview.sample.laser_motion import draw_motion, make_beam
from thermview.sample.laser_optics import difference_frames
from thermview.scoring.run import score_recording

BATCH = make_batch(5, 9, rows=15, columns=21, obstacles=0)
FRAMES = 1200
OFF, DIM = 4, 9
"""The faulty among twelve recordings."""


def faulty(number: int, kind: str, size: float, first: int, last: int) -> np.ndarray:
    """A recording that is faulty from frame to frame, as `simulate` would make it."""
    seeds = np.random.SeedSequence([BATCH.seed, BATCH.index, number, 0]).spawn(5)
    scan, laser, camera, *_ = (np.random.default_rng(seed) for seed in seeds)
    motion = draw_motion(BATCH, scan, FRAMES)
    beam = make_beam(BATCH, motion, laser)
    change_beam(beam, Fault(kind, first, last, size, 0.7, 0), BATCH)
    return np.concatenate(list(difference_frames(beam, BATCH.camera, camera)))


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mixed")
    write_batch(folder / "Type5", simulated(BATCH, 12, FRAMES), metadata=False)
    write_frames(folder / f"Type5/{OFF:04d}.npz", faulty(OFF, "path_offset", 1.0, 0, FRAMES - 1))
    write_frames(folder / f"Type5/{DIM:04d}.npz", faulty(DIM, "power_drop", 0.25, 300, 900))
    return folder


@pytest.fixture(scope="module")
def mixed(capture: Path) -> Fit:
    return fitted(capture)


@pytest.fixture(scope="module")
def model(mixed: Fit, tmp_path_factory: pytest.TempPathFactory) -> Model:
    path = tmp_path_factory.mktemp("model") / "mixed.onnx"
    write_model(mixed, path)
    return open_model(path)


def score(model: Model, path: Path) -> float:
    recording = open_recording(path)
    scores = last_result(score_recording(recording, model, recording_id=f"Type5/{path.stem}"))
    recording.close()
    return float(scores.score)


def test_the_made_up_faults_differ_from_the_plain_recordings(capture: Path) -> None:
    plain = simulate(BATCH, DIM, FRAMES).frames.astype(float)
    dim = faulty(DIM, "power_drop", 0.25, 300, 900).astype(float)
    np.testing.assert_array_equal(dim[:300], plain[:300])
    assert dim[310:890].sum() / plain[310:890].sum() == pytest.approx(0.75, abs=0.03)
    assert (capture / f"Type5/{OFF:04d}.npz").is_file()


def test_the_faulty_are_suspected_and_nobody_else(mixed: Fit) -> None:
    (batch,) = mixed.batches
    assert set(batch.suspects) == {f"Type5/{OFF:04d}", f"Type5/{DIM:04d}"}
    assert set(batch.suspects).isdisjoint({*batch.learnt_from, *batch.calibrated_on})
    assert len(batch.learnt_from) == 10
    position, power = batch.why[f"Type5/{OFF:04d}"], batch.why[f"Type5/{DIM:04d}"]
    assert position.startswith(("position ", "shape "))  # the heads that see a path that is off
    assert power.startswith("power ")
    assert all(words.endswith(" times the largest of the others") for words in (position, power))
    assert set(batch.why) == set(batch.suspects)
    note = next(note for note in batch.notes if "stood out" in note)
    assert note.startswith("Type5: ")
    assert all(f"{number:04d}" in note for number in (OFF, DIM))


def test_suspects_are_scored_by_limits_and_pictures_that_they_had_no_part_in(
    mixed: Fit, model: Model, capture: Path
) -> None:
    """As the model that learnt without them scores them."""
    (batch,) = mixed.batches
    for suspect in batch.suspects:
        told = batch.scores[suspect]
        assert told > 2.0
        assert told == pytest.approx(score(model, capture / f"{suspect}.npz"), rel=0.25)


def test_the_faulty_alarm_and_the_others_do_not(model: Model, capture: Path) -> None:
    scores = {path.stem: score(model, path) for path in sorted((capture / "Type5").glob("*.npz"))}
    raised = {name for name, value in scores.items() if value > 1.0}
    assert raised == {f"{OFF:04d}", f"{DIM:04d}"}
    assert min(scores[name] for name in raised) > 2.0


def test_what_is_learnt_is_what_the_normals_alone_teach(mixed: Fit, capture: Path, tmp_path: Path) -> None:
    (tmp_path / "Type5").mkdir()
    for path in (capture / "Type5").glob("*.npz"):
        if path.stem not in {f"{OFF:04d}", f"{DIM:04d}"}:
            (tmp_path / "Type5" / path.name).write_bytes(path.read_bytes())
    alone = fitted(tmp_path).batches[0]
    np.testing.assert_allclose(
        mixed.batches[0].learnt.tables.facts, alone.learnt.tables.facts, rtol=1e-5, atol=1e-5
    )
    assert mixed.batches[0].limits.normals == pytest.approx(alone.limits.normals, abs=0.02)


def test_new_normals_do_not_alarm_much(model: Model, tmp_path: Path) -> None:
    (tmp_path / "Type5").mkdir()
    values = [
        score(model, write_frames(tmp_path / f"Type5/{n}.npz", simulate(BATCH, n, FRAMES).frames))
        for n in range(100, 110)
    ]
    assert sum(value > 1.0 for value in values) <= 3  # one in eleven is promised
    assert max(values) < 1.5


def test_a_single_fault_is_suspected_in_a_batch_of_small_frames(tmp_path: Path) -> None:
    """It is twelve times above the median of the others."""
    batch = make_batch(4, 5, rows=12, columns=16, obstacles=0)
    made = [simulate(batch, number, FRAMES).frames for number in range(1, 13)]
    made[DIM - 1][300:900] = np.rint(0.75 * made[DIM - 1][300:900])
    (tmp_path / "Type4").mkdir()
    for number, frames in enumerate(made, 1):
        write_frames(tmp_path / f"Type4/{number:04d}.npz", frames)
    (fit_of_one,) = fitted(tmp_path).batches
    assert fit_of_one.suspects == (f"Type4/{DIM:04d}",)
