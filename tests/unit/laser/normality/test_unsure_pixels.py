"""Pixels that normal recordings show dark are known to the batch, and no limit is measured on them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from laser_fits import PLAIN, fitted, learnt, simulated, video, write_frames
from numpy.typing import NDArray
from pydantic import ValidationError

from thermview.inference import Model, NormalBatch, open_model
from thermview.jobs import last_result
from thermview.laser.normality.dead_pixels import LEAST_COUNTS, DeadPixels, UnsurePixels
from thermview.laser.normality.fit import BatchFit, Fit
from thermview.laser.normality.model import write_model
from thermview.readers import open_recording
from thermview.sample.laser import simulate
from thermview.scoring import Scores
from thermview.scoring.run import score_recording

ROWS, COLS = 9, 9
BLOCK = 10
Floats = NDArray[np.float32]


def lit(frames: int, counts: float = 5.0) -> Floats:
    return np.full((frames, ROWS, COLS), counts, np.float32)


# --- what is due to a pixel before it is called dead --------------------------------------------------------


def test_an_unsure_pixel_is_dead_only_where_more_is_due_to_it() -> None:
    frames = lit(200)
    frames[50:, 4, 6] = 0.0
    assert DeadPixels((ROWS, COLS), BLOCK).push(frames, lit(200), 0)[0].max() > 0.95
    assert DeadPixels((ROWS, COLS), BLOCK, ((4, 6, 160.0),)).push(frames, lit(200), 0)[0].max() == 0.0
    behind, place = DeadPixels((ROWS, COLS), BLOCK, ((4, 6, 140.0),)).push(frames, lit(200), 0)
    assert behind[-1] > 0.95
    assert place[-1].tolist() == [4, 6, 50]


def test_an_unsure_pixel_takes_nothing_from_those_beside_it() -> None:
    frames = lit(200)
    frames[:, 4, 6] = 0.0
    frames[50:, 4, 5] = 0.0
    behind, place = DeadPixels((ROWS, COLS), BLOCK, ((4, 6, 1e6),)).push(frames, lit(200), 0)
    assert behind[-1] == pytest.approx(1.0)
    assert place[-1, :2].tolist() == [4, 5]


# --- which pixels are unsure --------------------------------------------------------------------------------


def shown(
    unsure: UnsurePixels, frames: Floats, pattern: NDArray[np.int64] | None = None, piece: int = 37
) -> None:
    """One recording, in pieces, without the first frames of its fifth cycle."""
    rows = np.setdiff1d(np.arange(len(frames)), np.arange(40, 43))
    unsure.begin(len(frames))
    for first in range(0, len(rows), piece):
        some = rows[first : first + piece]
        unsure.add(some, frames[some], lit(len(some)))
    unsure.end(np.zeros(len(frames), np.int64) if pattern is None else pattern)


def dark(at: tuple[int, int], first: int = 60, last: int = 140) -> Floats:
    frames = lit(205)
    frames[first:last, at[0], at[1]] = 0.0
    return frames


def test_pixels_that_two_recordings_show_dark_are_unsure() -> None:
    unsure = UnsurePixels((ROWS, COLS), BLOCK)
    for frames in (lit(205), dark((2, 3)), dark((7, 7)), dark((2, 3)), lit(205)):
        shown(unsure, frames)
    ((row, column, counts),) = unsure.found()
    assert (row, column) == (2, 3)  # the other may be a fault of one recording
    assert counts >= 2 * 150.0


def test_where_one_pattern_gives_way_to_another_no_pixel_is_asked() -> None:
    unsure = UnsurePixels((ROWS, COLS), BLOCK)
    pattern = (np.arange(205) // BLOCK) % 2
    for _ in range(3):
        shown(unsure, dark((2, 3)), pattern)
    assert unsure.found() == ()


def test_one_recording_alone_makes_no_pixel_unsure() -> None:
    unsure = UnsurePixels((ROWS, COLS), BLOCK)
    shown(unsure, dark((2, 3)))
    assert unsure.found() == ()


@pytest.mark.parametrize("frames", [1, 9, 25])
def test_short_recordings_say_nothing(frames: int) -> None:
    unsure = UnsurePixels((ROWS, COLS), BLOCK)
    for _ in range(2):
        unsure.begin(frames)
        unsure.add(np.arange(frames), lit(frames) * 0, lit(frames))
        unsure.end(np.zeros(frames, np.int64))
    assert unsure.found() == ()


# --- as a model learns it -----------------------------------------------------------------------------------


def bright() -> list[tuple[int, int]]:
    """Pixels that see most, the brightest first."""
    light = simulate(PLAIN, 1, 600).frames.sum(axis=0)
    order = np.argsort(light, axis=None)[::-1]
    return [
        (int(row), int(column)) for row, column in zip(*np.unravel_index(order, light.shape), strict=True)
    ]


DEAD, UNSTEADY, WATCHED = bright()[3], bright()[9], bright()[15]


def marred(frames: NDArray[np.uint16], number: int) -> NDArray[np.uint16]:
    """One pixel that never sees, and one that does not for sixty frames now and then."""
    frames = frames.copy()
    frames[:, DEAD[0], DEAD[1]] = 0
    for first in np.random.default_rng(number).integers(0, 500, 2):
        frames[first : first + 60, UNSTEADY[0], UNSTEADY[1]] = 0
    return frames


@pytest.fixture(scope="module")
def fit(tmp_path_factory: pytest.TempPathFactory) -> Fit:
    folder = tmp_path_factory.mktemp("unsure")
    (folder / "Type4").mkdir()
    for number, recording in enumerate(simulated(PLAIN, 6, 600), 1):
        write_frames(folder / "Type4" / f"{number:04d}.npz", marred(recording.frames, number))
    return fitted(folder)


@pytest.fixture(scope="module")
def model(fit: Fit, tmp_path_factory: pytest.TempPathFactory) -> Model:
    path = tmp_path_factory.mktemp("model") / "own.onnx"
    write_model(fit, path)
    return open_model(path)


def test_a_fit_names_pixels_that_it_does_not_watch(fit: Fit) -> None:
    batch: BatchFit = fit.batches[0]
    (note,) = [note for note in batch.notes if "not watched" in note]
    first, second = sorted([DEAD, UNSTEADY])
    assert note == (
        "Type4: 2 pixels are dead or unreliable in normal recordings and are not watched; "
        f"(row, column): {first} and {second}."
    )


def test_the_model_keeps_the_unsure_ones(model: Model) -> None:
    unsure = {(row, column): counts for row, column, counts in model.card.normality["Type4"].unsure}
    assert UNSTEADY in unsure
    assert unsure[UNSTEADY] > LEAST_COUNTS
    assert WATCHED not in unsure


def scored(model: Model, frames: NDArray[np.uint16], folder: Path) -> Scores:
    recording = open_recording(write_frames(folder / "0077.npz", frames))
    try:
        scores: Scores = last_result(
            score_recording(recording, model, recording_id="Type4/0077", obstacles=[])
        )
    finally:
        recording.close()
    return scores


def test_another_pixel_that_dies_is_found_beside_them(model: Model, tmp_path: Path) -> None:
    frames = marred(simulate(PLAIN, 77, 600).frames, 77)
    assert not scored(model, frames, tmp_path).anomalous
    frames[300:, WATCHED[0], WATCHED[1]] = 0
    event = max(scored(model, frames, tmp_path).events, key=lambda event: event.score)
    assert event.cause == "sensor"
    assert f"row {WATCHED[0]}, column {WATCHED[1]}" in event.text


def test_cards_of_before_know_none_and_pixels_lie_in_the_frame(model: Model) -> None:
    card = model.card.normality["Type4"].model_dump()
    unsure = card.pop("unsure")
    assert unsure
    assert NormalBatch.model_validate(card).unsure == ()
    with pytest.raises(ValidationError, match="outside of the frame"):
        NormalBatch.model_validate({**card, "unsure": ((card["rows"], 0, 100.0),)})


# --- pixels that are never quiet ----------------------------------------------------------------------------


@pytest.mark.parametrize("spread", [1.2, 1.8, 2.5, 4.0])
def test_a_pixel_with_noise_of_its_own_is_known_by_that_though_it_is_never_quiet(spread: float) -> None:
    """Differences of noise that are cut off at 0: at any phase they show two fifths of their spread on the average."""
    recordings, plain = [], []
    for number, recording in enumerate(simulated(PLAIN, 3, 600), 1):
        plain.append(video(recording.frames))
        frames = recording.frames.copy()
        drawn = np.random.default_rng(number).normal(0.0, spread, len(frames))
        frames[:, 0, 0] = np.maximum(np.rint(drawn), 0.0)
        recordings.append(video(frames))
    noise, usual = learnt(recordings).tables.noise, learnt(plain).tables.noise
    assert noise[0] == pytest.approx(0.5 + spread / np.sqrt(2.0), rel=0.15)  # half of the squares are cut off
    assert usual[0] < 0.8
    np.testing.assert_allclose(noise[1:], usual[1:], rtol=0.1)
