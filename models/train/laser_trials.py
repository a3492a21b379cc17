"""Simulated recordings put through the generic laser graph: what each channel of each lane reaches."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from laser_graph import build_graph
from laser_lanes import LANES
from numpy.typing import NDArray

from thermview.inference import Model, ModelCard
from thermview.inference.session import open_model
from thermview.laser.lanes import channel_values
from thermview.laser.pieces import Piece, feature_pieces
from thermview.recording import COUNT_DIFFERENCE, ArrayRecording
from thermview.sample.laser import FAULTS, LaserBatch, make_batch, simulate

LENGTHS = (1_500, 21_500)  # frames; half of the trials have the length of the one real video known
USUAL_LENGTH = 14_571
SEARCHED = 8_000  # in shorter videos a detour is too short to be found unless it is stated
Size = tuple[int, int]

TRAINING_SIZES: tuple[Size, ...] = ((15, 21), (12, 18), (18, 24), (20, 20), (24, 28), (10, 16), (32, 32))
TEST_SIZES: tuple[Size, ...] = ((15, 21), (14, 20), (17, 23), (22, 22), (11, 17), (28, 30), (13, 26))


@dataclass(frozen=True)
class Trial:
    """One recording to simulate: everything follows from these."""

    seed: int
    number: int
    fault: str = ""
    sizes: tuple[Size, ...] = TRAINING_SIZES


@dataclass(frozen=True)
class Outcome:
    """The largest value of every channel, where it was, and what was wrong with the recording."""

    trial: Trial
    peaks: NDArray[np.float64]
    places: NDArray[np.int64]
    truth: dict[str, Any] | None
    obstacles: int
    stated: bool
    frames: int


def run_trials(trials: Sequence[Trial], card: ModelCard, folder: Path, workers: int) -> list[Outcome]:
    """Outcomes in the order of the trials; `card` describes the graph, limits do not matter."""
    path = folder / "trial.onnx"
    onnx.save(build_graph(), str(path))
    path.with_suffix(".json").write_text(card.model_dump_json(), "utf-8")
    jobs = [(trial, str(path)) for trial in trials]
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        return pool.map(_outcome, jobs, chunksize=8)


@cache
def _model(path: str) -> Model:
    return open_model(Path(path))


def _outcome(job: tuple[Trial, str]) -> Outcome:
    trial, path = job
    rng = np.random.default_rng([trial.seed, trial.number])
    batch = _draw_batch(trial, rng)
    frames = USUAL_LENGTH if rng.random() < 0.5 else int(np.exp(rng.uniform(*np.log(LENGTHS))))
    made = simulate(batch, int(rng.integers(1, 120)), frames, fault=trial.fault or None, seed=trial.number)
    stated = bool(rng.random() < 0.5) or _is_of_obstacle(trial.fault) or frames < SEARCHED
    recording = ArrayRecording(
        "trial", Path("trial.npz"), "laser video", made.frames, COUNT_DIFFERENCE, 1000.0
    )
    model = _model(path)
    features = features_of(recording, model, _obstacles(made.metadata) if stated else ())
    peaks, places = [], []
    columns = {name: place for place, name in enumerate(model.card.columns("features"))}
    for lane in LANES:
        for channel in lane.channels:
            values = channel_values(features, channel, columns)
            places.append(int(np.argmax(values)))
            peaks.append(float(values[places[-1]]))
    return Outcome(trial, np.array(peaks), np.array(places), made.truth, batch.obstacles, stated, frames)


def _is_of_obstacle(fault: str) -> bool:
    return bool(fault) and FAULTS[fault].cause == "obstacle"


def _draw_batch(trial: Trial, rng: np.random.Generator) -> LaserBatch:
    rows, columns = trial.sizes[0] if rng.random() < 0.4 else trial.sizes[int(rng.integers(len(trial.sizes)))]
    needs = bool(trial.fault) and FAULTS[trial.fault].needs_obstacle
    obstacles = int(rng.integers(1 if needs else 0, 3))
    index, seed = int(rng.integers(1, 37)), int(trial.seed * 100_000 + trial.number)
    return make_batch(index, seed, rows=rows, columns=columns, obstacles=obstacles)


def _obstacles(metadata: dict[str, int]) -> tuple[tuple[int, int], ...]:
    found = [(metadata[f"KeyfIniObstacle{n}"], metadata[f"KeyfEndObstacle{n}"]) for n in (1, 2)]
    return tuple(pair for pair in found if pair[0] >= 0)


def features_of(
    recording: ArrayRecording, model: Model, stated: tuple[tuple[int, int], ...]
) -> NDArray[np.float64]:
    """All features of a recording, (frames, features), by the same path as scoring takes."""
    steps = feature_pieces(recording, model, stated, 512)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            pieces: list[Piece] = list(end.value)
            return np.concatenate([piece.features for piece in pieces]).astype(np.float64)
