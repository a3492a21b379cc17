"""Scoring with the cache: once per file and model, failures told by name, the rest goes on."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from laser_fits import PLAIN, fitted, simulated, write_batch, write_metadata
from laser_models import video
from onnx_models import write_model

from thermview.capture.context import Context, ContextFinder
from thermview.errors import ModelError
from thermview.jobs import Progress, Steps
from thermview.laser.normality.model import write_model as write_fit
from thermview.paths import models_folder
from thermview.readers import open_recording
from thermview.review import scoring_jobs
from thermview.review.scoring_jobs import (
    Failed,
    cached_steps,
    kept_steps,
    score_many,
    score_steps,
    scorer,
)
from thermview.scoring import ScoreChunk, Scores

MODEL = models_folder() / "laser_generic.onnx"
pytestmark = pytest.mark.skipif(not MODEL.is_file(), reason="the shipped laser model is not in this checkout")


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    """A batch of two videos and a file that is none."""
    folder = tmp_path / "capture" / "Type1"
    folder.mkdir(parents=True)
    for number in (1, 2):
        np.savez_compressed(folder / f"{number:04d}.npz", image=video(frames=1200)[: 1200 - number])
    (folder / "0003.npz").write_bytes(b"no archive")
    return tmp_path / "capture"


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The recordings that were really scored, in order."""
    scored: list[str] = []
    really = scoring_jobs.score_recording

    def counting(*args: Any, recording_id: str, **more: Any) -> Steps:
        scored.append(recording_id)
        return really(*args, recording_id=recording_id, **more)

    monkeypatch.setattr(scoring_jobs, "score_recording", counting)
    return scored


def results(steps: Steps) -> list[Any]:
    return [progress.result for progress in steps if progress.result is not None]


def scores_of(path: Path, **more: Any) -> list[Any]:
    recording = open_recording(path)
    try:
        return results(score_steps(recording, None, Context("Type1/0001"), **more))
    finally:
        recording.close()


def test_what_was_scored_is_not_scored_again(capture: Path, counted: list[str]) -> None:
    first = scores_of(capture / "Type1" / "0001.npz")
    again = scores_of(capture / "Type1" / "0001.npz")
    assert counted == ["Type1/0001"]
    assert all(isinstance(result, ScoreChunk) for result in first[:-1])
    assert len(again) == 1
    np.testing.assert_array_equal(again[0].values, first[-1].values)
    assert again[0].events == first[-1].events
    assert again[0].model == scorer(None).id


def test_fresh_asks_no_cache_and_a_changed_file_is_another_one(capture: Path, counted: list[str]) -> None:
    path = capture / "Type1" / "0001.npz"
    scores_of(path)
    scores_of(path, fresh=True)
    assert len(counted) == 2
    os.utime(path, ns=(1, 1))
    scores_of(path)
    assert len(counted) == 3


def test_nothing_kept_is_no_step(capture: Path) -> None:
    recording = open_recording(capture / "Type1" / "0002.npz")
    assert list(cached_steps(recording, None, Context("Type1/0002"))) == []
    recording.close()


def test_a_cancelled_score_keeps_nothing(capture: Path, counted: list[str]) -> None:
    recording = open_recording(capture / "Type1" / "0001.npz")
    steps = score_steps(recording, None, Context("Type1/0001"))
    next(steps)
    steps.close()
    assert list(cached_steps(recording, None, Context("Type1/0001"))) == []
    recording.close()


def test_many_are_scored_and_a_bad_file_is_told(capture: Path, counted: list[str]) -> None:
    paths = [capture / "Type1" / f"{number:04d}.npz" for number in (1, 3, 4, 2)]
    steps: list[Progress] = list(score_many(paths, None, capture))
    told = [(progress.done, progress.result) for progress in steps if progress.result is not None]
    assert [done for done, _ in told] == [1, 2, 3, 4]
    assert [getattr(result, "recording", None) for _, result in told] == [
        "Type1/0001", "Type1/0003", "Type1/0004", "Type1/0002",
    ]  # fmt: skip
    assert [isinstance(result, Failed) for _, result in told] == [False, True, True, False]
    assert "0003.npz" in told[1][1].text
    assert "0004.npz" in told[2][1].text
    assert all(progress.total == 4 and progress.unit == "recordings" for progress in steps)
    assert counted == ["Type1/0001", "Type1/0002"]
    assert isinstance(results(score_many(paths[:1], None, capture, finder=ContextFinder(capture)))[0], Scores)


def test_a_model_that_cannot_be_used_is_said_before_the_first_file(capture: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"gone\.onnx"):
        next(score_many([capture / "Type1" / "0001.npz"], tmp_path / "gone.onnx", capture))


def test_a_model_of_another_kind_fails_each_recording_with_one_sentence(
    capture: Path, tmp_path: Path
) -> None:
    model = write_model(tmp_path)
    (failed,) = results(score_many([capture / "Type1" / "0001.npz"], model, capture))
    assert isinstance(failed, Failed)
    assert failed.text.count("\n") == 0
    assert failed.text


def test_a_model_is_opened_once_and_again_when_its_file_changes(tmp_path: Path) -> None:
    path = write_model(tmp_path)
    first = scorer(path)
    assert scorer(path) is first
    os.utime(path, ns=(1, 1))
    assert scorer(path) is not first


def test_an_obstacle_stated_outside_the_recording_is_said_with_its_score_and_kept_nowhere(
    capture: Path,
) -> None:
    path = capture / "Type1" / "0001.npz"
    issue = "Obstacle 1, frames 9000 to 9100, reaches beyond the recording's 1199 frames."
    context = Context("Type1/0001", obstacle_issues=(issue,))
    with contextlib.closing(open_recording(path)) as recording:
        for _ in range(2):  # scored, then out of the cache
            scores = results(score_steps(recording, None, context))[-1]
            assert scores.notice.startswith(f"{issue} The recording is scored all the same.")
            assert np.isfinite(scores.score)
        mended = results(cached_steps(recording, None, Context("Type1/0001")))[-1]
    assert issue not in mended.notice


def test_a_recording_shorter_than_its_metadata_says_is_scored_and_that_is_told(capture: Path) -> None:
    write_metadata(capture / "Type1", {"0001": {"SizeInFrames": 2000}, "0002": {"SizeInFrames": 1199}})
    paths = [capture / "Type1" / f"000{number}.npz" for number in (1, 2)]
    short, whole = [step for step in results(score_many(paths, None, capture)) if step is not None]
    assert short.notice.startswith(
        "The metadata says 2000 frames, the recording has 1199. The recording is scored all the same."
    )
    assert "metadata" not in whole.notice


def obstacle(first: int, last: int) -> dict[str, int]:
    return {"KeyfIniObstacle1": first, "KeyfEndObstacle1": last}


def test_mended_obstacles_are_scored_anew_and_so_is_a_recording_of_another_batch(
    capture: Path, counted: list[str], tmp_path: Path
) -> None:
    model = tmp_path / "model.onnx"
    write_batch(tmp_path / "normal" / "Type3", simulated(PLAIN, 4, 600))
    write_fit(fitted(tmp_path / "normal"), model)

    def scored(folder: str = "Type1") -> Scores:
        found: Scores = results(score_many([capture / folder / "0001.npz"], model, capture))[0]
        return found

    def badges(folder: str = "Type1") -> list[Any]:
        return results(kept_steps([capture / folder / "0001.npz"], model, capture))

    batch = capture / "Type1"
    for times, entry in enumerate((obstacle(-1, -1), obstacle(400, 600), obstacle(400, 599)), 1):
        write_metadata(batch, {"0001": entry})
        assert badges() == []
        scored()
        assert [len(counted), len(badges())] == [times, 1]
    (batch / "metadata.pkl").unlink()
    assert badges() == []
    scored()
    assert len(counted) == 4
    batch.rename(capture / "Type3")  # which the model knows
    assert badges("Type3") == []
    assert scored("Type3").recording == "Type3/0001"
    assert counted[4:] == ["Type3/0001"]
    elsewhere = capture.rename(tmp_path / "elsewhere")
    assert len(results(kept_steps([elsewhere / "Type3" / "0001.npz"], model, elsewhere))) == 1
    assert len(results(kept_steps([elsewhere / "Type3" / "0001.npz"], model, tmp_path))) == 1


def test_a_table_of_scores_among_the_recordings_is_passed_over(capture: Path) -> None:
    table = capture / "scores.csv"
    table.write_text("Name,AnomalyScore\n0001,0.5\n0002,0.7\n")
    assert results(score_many([table], None, capture)) == []
