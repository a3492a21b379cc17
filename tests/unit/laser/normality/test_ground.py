"""A camera's dark level is measured with a batch, kept in its card and taken off before anything is compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laser_fits import PLAIN, fitted, simulated, video, write_frames
from numpy.typing import NDArray

from thermview.inference import Model, open_model
from thermview.jobs import last_result
from thermview.laser.evaluate_trials import Trial, faulty
from thermview.laser.frames import above, clean_frames, ground_of
from thermview.laser.normality.heat import heat_map
from thermview.laser.normality.model import write_model
from thermview.laser.normality.recognise import recognise
from thermview.readers import open_recording
from thermview.scoring import Scores
from thermview.scoring.run import score_recording

DARK = 38
FRAMES = 700
TAUGHT = 6
Frames = NDArray[Any]


@pytest.fixture(scope="module")
def recordings() -> list[Frames]:
    return [each.frames for each in simulated(PLAIN, TAUGHT + 1, FRAMES)]


@pytest.fixture(scope="module", params=[np.uint16, np.float32], ids=["whole counts", "decimals"])
def models(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, recordings: list[Frames]
) -> tuple[Model, Model]:
    """Of the same recordings without and with a dark level."""
    made = []
    said = "Type1: pixels without light show 38 counts; so many are taken off each pixel of every frame."
    for ground in (0, DARK):
        folder = tmp_path_factory.mktemp("batch") / "Type1"
        folder.mkdir()
        for number, frames in enumerate(recordings[:TAUGHT], 1):
            write_frames(folder / f"{number:04d}.npz", (frames + ground).astype(request.param))
        path = folder.parent / "model.onnx"
        fit = fitted(folder)
        assert (said in fit.batches[0].notes) == (ground > 0)
        write_model(fit, path)
        made.append(open_model(path))
    return made[0], made[1]


def test_the_dark_level_lies_in_the_card(models: tuple[Model, Model]) -> None:
    plain, raised = (model.card.normality["Type1"] for model in models)
    assert (plain.ground, raised.ground) == (0, DARK)
    # all else is as if it had never been there
    same = raised.model_copy(update={"ground": 0})
    assert same == plain


def test_raw_frames_are_scored_and_shown_as_the_same_without_their_dark_level(
    models: tuple[Model, Model], recordings: list[Frames], tmp_path: Path
) -> None:
    faulted = recordings[TAUGHT].copy()
    faulted[400:430] = faulted[400:430] // 2
    seen = []
    for model, ground in zip(models, (0, DARK), strict=True):
        recording = open_recording(write_frames(tmp_path / f"{ground}.npz", faulted + ground))
        try:
            scores: Scores = last_result(score_recording(recording, model, recording_id="Type1/0009"))
            looks = recognise(recording, model, "elsewhere/0009")
            heat = heat_map(recording, model, [], 410, recording_id="Type1/0009")
        finally:
            recording.close()
        assert looks.batch == "Type1"
        seen.append((scores, heat))
    (plain, cold), (raised, warm) = seen
    assert plain.score > 1
    assert plain.events[0].cause == "power"
    np.testing.assert_array_equal(plain.values, raised.values)
    assert [event.first for event in plain.events] == [event.first for event in raised.events]
    np.testing.assert_array_equal(cold, warm)


def test_difference_frames_have_no_ground(recordings: list[Frames]) -> None:
    assert [ground_of(frames) for frames in recordings] == [0] * len(recordings)
    assert ground_of(recordings[0].astype(np.int32) - 5) == 0  # signed differences: still none


def test_the_ground_is_that_of_most_pixels_whatever_some_show(recordings: list[Frames]) -> None:
    rng = np.random.default_rng(1)
    pattern = rng.normal(0.0, 4.0, recordings[0].shape[1:])
    frames = recordings[0] + np.rint(DARK + pattern + rng.normal(0, 0.7, recordings[0].shape))
    frames[:, 3, 4], frames[:, 5, 5], frames[100:150] = 0, 1023, 0
    assert abs(ground_of(frames) - DARK) <= 1


@pytest.mark.parametrize(
    "frames",
    [np.empty((0, 4, 4), np.uint16), np.full((9, 4, 4), np.nan), np.full((9, 4, 4), -np.inf)],
    ids=["none", "no numbers", "endless"],
)
def test_frames_that_show_nothing_have_no_ground(frames: Frames) -> None:
    assert ground_of(frames) == 0


@given(st.lists(st.integers(0, 1023), min_size=1, max_size=20), st.integers(0, 1023))
def test_counts_below_the_ground_are_none(counts: list[int], ground: int) -> None:
    frames = np.array(counts, np.uint16).reshape(-1, 1, 1)
    wanted = [max(count - ground, 0) for count in counts]
    lifted, (pixels, _) = above(frames, ground), clean_frames(frames, ground)
    assert lifted.dtype == np.uint16
    assert lifted.ravel().tolist() == pixels.ravel().tolist() == wanted


def test_a_fault_put_into_raw_frames_leaves_their_dark_level(recordings: list[Frames]) -> None:
    raised = video(recordings[0] + DARK, ground=DARK)
    made = faulty(raised, Trial("laser_off", 1.0, 10, 1))
    plain = faulty(video(recordings[0]), Trial("laser_off", 1.0, 10, 1))
    assert made is not None
    assert plain is not None
    assert not np.array_equal(made[0].frames, raised.frames)
    np.testing.assert_array_equal(made[0].frames, plain[0].frames + DARK)
