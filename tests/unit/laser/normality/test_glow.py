"""Frames that keep heat of the frame before: learnt with a batch, and a laser that is off is no spot that stands."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from laser_fits import fitted, write_frames
from numpy.typing import NDArray

from thermview.inference import Model, NormalBatch, open_model
from thermview.jobs import last_result
from thermview.laser.normality.compare import Compared
from thermview.laser.normality.glow import KEEPS, StandingSpot, heat_kept
from thermview.laser.normality.model import write_model
from thermview.laser.normality.sequence import COLUMNS, Sequel
from thermview.laser.normality.shape import Shape
from thermview.laser.normality.stages import SHARES, Stages
from thermview.laser.normality.tables import FEATURES, PHASES
from thermview.readers import open_recording
from thermview.scoring import Event, Scores
from thermview.scoring.run import score_recording

ROWS, COLS = 12, 14
PERIOD = 9.37
PARTS = 8
"""Steps of a frame in which the spot's heat is added up."""
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
BACKGROUND, BEFORE = "background", "frame before"


def taken(
    turns: Doubles,
    decay: float,
    against: str,
    power: Doubles | None = None,
    sigma: float = 1.4,
    tall: float = 3.0,
) -> Floats:
    """Frames of a spot that is at `turns` (frames * PARTS,) of its path, its heat gone to 1/e after `decay` frames, as
    differences to a cold background or to the frame before."""
    rows, columns = np.mgrid[:ROWS, :COLS]
    row = 5.5 + tall * np.sin(2 * np.pi * turns)
    column = 6.5 + (tall + 0.8) * np.cos(2 * np.pi * turns)
    lit = np.ones(len(turns)) if power is None else power
    heat, all_heat = np.zeros((ROWS, COLS)), []
    for place in range(len(turns)):
        away = (rows - row[place]) ** 2 + (columns - column[place]) ** 2
        heat = heat * math.exp(-1 / (decay * PARTS)) + lit[place] * np.exp(-away / (2 * sigma**2)) / PARTS
        all_heat.append(heat)
    shown = 400.0 * np.stack(all_heat).reshape(-1, PARTS, ROWS, COLS)[:, PARTS // 2 :].mean(axis=1)
    if against == BEFORE:
        shown = np.maximum(np.diff(shown, axis=0, prepend=shown[:1]), 0.0)
    return shown.astype(np.float32)


def turns_of(frames: int, start: float = 0.0) -> Doubles:
    """A steady scan's."""
    return start + np.arange(frames * PARTS) / (PARTS * PERIOD)


def folded(decay: float, against: str, turns_at: Doubles, **spot: float) -> Floats:
    """Pictures (PHASES, pixels) of a path that is at `turns_at` (PHASES * PARTS,) of it over one cycle of PERIOD
    frames: as many recordings, each a little later, of which only the last frame counts."""
    pictures = []
    for phase in range(PHASES):
        times = phase / PHASES * PERIOD + np.arange(-12 * PARTS, PARTS) / PARTS
        places = np.interp(times / PERIOD % 1.0, np.linspace(0, 1, len(turns_at)), turns_at)
        pictures.append(taken(places, decay, against, **spot)[-1].ravel())
    return np.stack(pictures)


STEADY = np.linspace(0.0, 1.0, 400)
DWELLING = np.interp(STEADY, [0, 0.3, 0.55, 0.8, 1.0], [0, 0.45, 0.45, 0.95, 1.0])
"""Stands for a quarter of its cycle and hardly moves for another fifth."""


@pytest.mark.parametrize("path", [STEADY, DWELLING], ids=["steady", "dwelling"])
@pytest.mark.parametrize("tall", [0.9, 3.0], ids=["slow", "fast"])
@pytest.mark.parametrize("decay", [0.5, 0.85, 1.6])
def test_pictures_tell_how_much_heat_is_left_a_frame_later(decay: float, tall: float, path: Doubles) -> None:
    left = math.exp(-1 / decay)
    kept = heat_kept(folded(decay, BACKGROUND, path, tall=tall), PERIOD)
    # of a slow spot, which is still near, more is seen than its decay leaves
    assert 0.8 * left < kept < (1.0 if tall < 1 else 1.3 * left + 0.05)
    assert heat_kept(folded(decay, BEFORE, path, tall=tall), PERIOD) < KEEPS / 2


def test_pictures_without_light_keep_no_heat() -> None:
    assert heat_kept(np.zeros((PHASES, 20), np.float32), PERIOD) == 0.0


# --- a spot that stands in such frames -------------------------------------------------------------------


def frames_of(
    count: int, frozen: tuple[int, int] | None = None, off: tuple[int, int] | None = None
) -> Floats:
    turns, power = turns_of(count), np.ones(count * PARTS)
    if frozen is not None:
        turns[frozen[0] * PARTS : frozen[1] * PARTS] = turns[frozen[0] * PARTS]
    if off is not None:
        power[off[0] * PARTS : off[1] * PARTS] = 0.0
    return taken(turns, 0.9, BACKGROUND, power)


def standing(frames: Floats, block: int) -> tuple[Floats, NDArray[np.bool_]]:
    """Which frames show a spot that stands, and which cannot be compared, fed in blocks."""
    due = frames_of(len(frames))
    light = frames.sum(axis=(1, 2))
    astray = np.abs(frames - due).sum(axis=(1, 2)) / due.sum(axis=(1, 2)) * 3.0
    spot = StandingSpot(math.exp(-1 / 0.9), 0.3)
    still, blind = [], []
    for first in range(0, len(frames), block):
        rows = slice(first, first + block)
        found = spot.push(frames[rows], due[rows], light[rows], astray[rows])
        count = len(frames[rows])
        still.append(found.still if found else np.zeros(count, np.float32))
        blind.append(found.blind if found else np.zeros(count, np.bool_))
    return np.concatenate(still), np.concatenate(blind)


@pytest.mark.parametrize("block", [1, 2, 7, 100])
def test_a_spot_that_stands_is_bright_at_one_place(block: int) -> None:
    still, blind = standing(frames_of(100, frozen=(40, 46)), block)
    assert np.flatnonzero(still).tolist() == [41, 42, 43, 44, 45]
    assert np.flatnonzero(blind).tolist() == [*range(41, 49)]


@pytest.mark.parametrize("block", [1, 7, 100])
def test_with_the_laser_off_the_last_place_glows_on_and_no_spot_stands(block: int) -> None:
    assert not standing(frames_of(100, off=(40, 50)), block)[0].any()


def test_normal_frames_show_no_spot_that_stands() -> None:
    still, blind = standing(frames_of(100), 100)
    assert not still.any()
    assert not blind.any()


@pytest.mark.parametrize("glow", [0.0, 0.33])
def test_where_heat_glows_on_dark_frames_say_nothing_of_where_the_spot_is(glow: float) -> None:
    due, frames = frames_of(100), frames_of(100, off=(40, 50))
    zero, one = np.zeros(100, np.float32), np.ones(100, np.float32)
    facts, expected = (
        np.column_stack([each.sum(axis=(1, 2)), zero, zero, zero]).astype(np.float32)
        for each in (frames, due)
    )
    features = np.ones((100, len(FEATURES)), np.float32)
    found = Compared(
        offset=np.zeros(100), phase=np.zeros(100), pattern=np.zeros(100, np.int64), evidence=zero[:, None],
        order=one, astray=one, measures=features, features=features, facts=facts, expected=expected,
        residual=frames - due, picture=due,
    )  # fmt: skip
    stages = Stages(np.zeros((0, SHARES, 1), np.bool_), 0, 0, np.zeros(1))
    sequel = Sequel(Shape(ROWS, COLS, PERIOD, 20.0, 0.3, glow), stages, 1, 100, None)
    rows = sequel.push(frames, found, np.empty((0, 1), np.float32)).features
    order, astray, power, still = (
        rows[:, COLUMNS.index(name)] for name in ("order", "astray", "power", "still")
    )
    dark = slice(42, 50)
    assert power[dark].all() == bool(glow)
    assert still[dark].all() != bool(glow)
    assert order[dark].any() == (not glow)
    assert not astray[dark].any()  # a spot that stands is not compared either
    assert order[:40].all()


# --- as a model learns it --------------------------------------------------------------------------------


def recorded(number: int, against: str, fault: str = "", frames: int = 500) -> Floats:
    """A recording with noise and rounding, its fault in frames 300 to 309 (laser off) or 305 (frozen)."""
    rng = np.random.default_rng(number)
    turns, power = turns_of(frames, rng.uniform()), np.full(frames * PARTS, rng.normal(1.0, 0.01))
    if fault == "frozen":
        turns[300 * PARTS : 306 * PARTS] = turns[300 * PARTS]
    if fault == "laser off":
        power[300 * PARTS : 310 * PARTS] = 0.0
    shown = taken(turns, 0.9, against, power) * np.random.default_rng(0).uniform(0.5, 1.5, (ROWS, COLS))
    return np.maximum(np.rint(shown + rng.normal(0.0, 0.4, shown.shape)), 0.0).astype(np.uint16)


@pytest.fixture(scope="module", params=[BACKGROUND, BEFORE])
def against(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def model(against: str, tmp_path_factory: pytest.TempPathFactory) -> Model:
    folder = tmp_path_factory.mktemp("glow")
    (folder / "Type1").mkdir()
    for number in range(1, 7):
        write_frames(folder / "Type1" / f"{number:04d}.npz", recorded(number, against))
    path = folder / "own.onnx"
    write_model(fitted(folder), path)
    return open_model(path)


def test_a_fit_learns_it_and_its_model_keeps_it(model: Model, against: str) -> None:
    glow = model.card.normality["Type1"].glow
    assert glow < KEEPS / 2 if against == BEFORE else 0.27 < glow < 0.45  # 0.33 by decay


@pytest.mark.parametrize(("fault", "cause"), [("laser off", "power"), ("frozen", "order")])
def test_a_laser_that_is_off_and_a_spot_that_stands_are_told_apart(
    model: Model, fault: str, cause: str, against: str, tmp_path: Path
) -> None:
    event = highest(model, recorded(77, against, fault), tmp_path)
    assert event.cause == cause
    assert abs(event.first - 300) <= 10
    assert ("standing still" in event.text) == (fault == "frozen")


def highest(model: Model, frames: Floats, folder: Path) -> Event:
    recording = open_recording(write_frames(folder / "0077.npz", frames))
    try:
        scores: Scores = last_result(
            score_recording(recording, model, recording_id="Type1/0077", obstacles=[])
        )
    finally:
        recording.close()
    assert scores.events
    return max(scores.events, key=lambda event: event.score)


def test_a_card_written_before_says_that_no_heat_is_kept(model: Model) -> None:
    card = model.card.normality["Type1"].model_dump()
    del card["glow"]
    assert NormalBatch.model_validate(card).glow == 0.0
