"""Makes models/laser_generic.onnx and its card from nothing: the graph, its limits, its measured figures.

Run from the repository's root: `PYTHONPATH=. python models/train/laser_generic.py` (five to eight minutes on 2 cores).
Nothing is learnt from faults. Three sets of simulated recordings that share no batch: one gives each
channel's limit, one the threshold and the p-values, the third (other sizes of the region too) is only
measured.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from laser_graph import FACTS, FEATURES, build_graph
from laser_lanes import LANES, LOST_LIMIT
from laser_trials import TEST_SIZES, Outcome, Trial, run_trials
from numpy.typing import NDArray

from thermview.inference import (
    Calibration,
    Lane,
    ModelCard,
    ModelInput,
    ModelOutput,
    Reference,
    Threshold,
    save_model,
)
from thermview.sample.laser import FAULTS
from thermview.scoring.intervals import clopper_pearson

CHANNEL_LEVEL = 0.98  # share of normal recordings that stay below a channel's limit
RATES = (0.02, 0.01, 0.05)  # false-alarm rates per recording; the first is the default
NEAR = 60  # a peak counts as found when it lies within the fault, widened by this many frames
LIMITS_SEED, THRESHOLD_SEED, TEST_SEED = 11, 12, 14


def plain_card() -> ModelCard:
    """The card without what is measured: limits 1, no thresholds."""
    return ModelCard(
        name="laser_generic",
        kind="laser score",
        version="1",
        description="Scores each frame of a laser video against the recording's own other frames; made for count "
        "differences at about ten frames per cycle, for a region of any size. It knows no batch: what is the same "
        "in the whole recording is normal to it. Within detours shorter than 600 frames, and in recordings "
        "shorter than 1500, it is two and a half times less sensitive.",
        input=ModelInput(name="frames", layout="THW", lead=2),
        outputs=(
            ModelOutput(
                name="features", meaning="deviations divided by their local spread", columns=FEATURES
            ),
            ModelOutput(
                name="measures", meaning="deviations: log ratios, px, frames, shares", columns=FEATURES
            ),
            ModelOutput(name="code", meaning="pooled pixels of unit length"),
            ModelOutput(name="facts", meaning="what one frame shows", columns=FACTS[:4]),
            ModelOutput(name="distance", meaning="cosine distance to the nearest reference frame"),
        ),
        lanes=LANES,
        reference=Reference(),
        trained_on="Nothing is learnt; limits and thresholds come from SIMULATED normal recordings alone "
        "(thermview.sample). No real recording was at hand beyond 54 frames.",
        licence="MIT, as ThermView",
    )


def main() -> None:
    """Simulate, measure, write the model and its card."""
    options = _options()
    card = plain_card()
    trials = _trials(options.normals, options.faults)
    with tempfile.TemporaryDirectory() as folder:
        outcomes = run_trials(trials, card, Path(folder), options.workers)
    by_seed = {seed: [o for o in outcomes if o.trial.seed == seed] for seed in {t.seed for t in trials}}
    limits = channel_limits(by_seed[LIMITS_SEED])
    lanes = _with_limits(limits)
    fused = np.sort([_score(o, limits) for o in by_seed[THRESHOLD_SEED]])
    test = by_seed[TEST_SEED]
    normals = np.array([_score(o, limits) for o in test if not o.trial.fault])
    thresholds = tuple(_threshold(fused, normals, rate) for rate in RATES)
    card = card.model_copy(
        update={
            "lanes": lanes,
            "thresholds": thresholds,
            "calibration": Calibration(normals=tuple(round(float(value), 4) for value in fused)),
            "measured": measured(test, limits, thresholds[0].value),
        }
    )
    card = ModelCard.model_validate_json(card.model_dump_json())
    path = Path(options.out)
    save_model(build_graph(), card, path)
    text = json.dumps(card.model_dump(mode="json", exclude_none=True), indent=1, ensure_ascii=False)
    path.with_suffix(".json").write_text(text + "\n", encoding="utf-8")
    print(json.dumps(card.measured, indent=1))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--normals", type=int, default=400, help="normal recordings in each of the three sets"
    )
    parser.add_argument("--faults", type=int, default=30, help="recordings of each kind of fault")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", default=str(Path(__file__).parents[1] / "laser_generic.onnx"))
    return parser.parse_args()


def _trials(normals: int, faults: int) -> list[Trial]:
    plain = [Trial(seed, number) for seed in (LIMITS_SEED, THRESHOLD_SEED) for number in range(normals)]
    test = [Trial(TEST_SEED, number, sizes=TEST_SIZES) for number in range(normals)]
    for place, fault in enumerate(FAULTS):
        first = 10_000 + 1_000 * place
        test += [Trial(TEST_SEED, first + number, fault, TEST_SIZES) for number in range(faults)]
    return [*plain, *test]


def channel_limits(normals: Sequence[Outcome]) -> NDArray[np.float64]:
    """Where normal recordings end, per channel; channels that are silent for normals get LOST_LIMIT."""
    limits = np.quantile([outcome.peaks for outcome in normals], CHANNEL_LEVEL, axis=0)
    lost = [channel.features == ("lost",) for lane in LANES for channel in lane.channels]
    return np.asarray(np.maximum(limits, np.where(lost, LOST_LIMIT, 1e-3))).round(4)


def _with_limits(limits: NDArray[np.float64]) -> tuple[Lane, ...]:
    values = iter(limits)
    return tuple(
        lane.model_copy(
            update={
                "channels": tuple(
                    channel.model_copy(update={"limit": float(next(values))}) for channel in lane.channels
                )
            }
        )
        for lane in LANES
    )


def _score(outcome: Outcome, limits: NDArray[np.float64]) -> float:
    return float(np.max(outcome.peaks / limits))


def _threshold(fused: NDArray[np.float64], test: NDArray[np.float64], rate: float) -> Threshold:
    """The smallest score that is exceeded at the stated rate at most, by conformal counting; measured on `test`."""
    place = min(math.ceil((len(fused) + 1) * (1 - rate)), len(fused)) - 1
    value = round(float(fused[place]), 4)
    alarms = int((test > value).sum())
    return Threshold(
        value=value,
        false_alarm_rate=rate,
        normals=len(test),
        alarms=alarms,
        interval=_interval(alarms, len(test)),
    )


def _interval(hits: int, trials: int) -> tuple[float, float]:
    low, high = clopper_pearson(hits, trials)
    return round(low, 4), round(high, 4)


def measured(test: Sequence[Outcome], limits: NDArray[np.float64], threshold: float) -> dict[str, Any]:
    """False alarms by circumstance and detection by kind of fault, on the test set."""
    normals = [outcome for outcome in test if not outcome.trial.fault]
    groups: dict[str, Callable[[Outcome], bool]] = {
        "all": lambda o: True,
        "no obstacle": lambda o: o.obstacles == 0,
        "obstacles stated": lambda o: o.obstacles > 0 and o.stated,
        "obstacles not stated": lambda o: o.obstacles > 0 and not o.stated,
        "fewer than 5000 frames": lambda o: o.frames < 5000,
    }
    alarms = {}
    for name, belongs in groups.items():
        scores = [_score(outcome, limits) for outcome in normals if belongs(outcome)]
        hits = sum(score > threshold for score in scores)
        alarms[name] = {
            "normals": len(scores), "alarms": hits, "interval": _interval(hits, len(scores))
        }  # fmt: skip
    faults = {
        kind: _detection(kind, [o for o in test if o.trial.fault == kind], limits, threshold)
        for kind in FAULTS
    }
    return {
        "on": "simulated recordings of held-out batches and sizes",
        "false alarms": alarms,
        "faults": faults,
    }


def _detection(
    kind: str, outcomes: Sequence[Outcome], limits: NDArray[np.float64], threshold: float
) -> dict[str, Any]:
    """Found means above the threshold with the peak within the fault; `told` is the cause named then."""
    causes = [lane.cause for lane in LANES for _ in lane.channels]
    told: dict[str, int] = {}
    for outcome in outcomes:
        values = outcome.peaks / limits
        best = int(np.argmax(values))
        truth = outcome.truth or {}
        inside = truth["first"] - NEAR <= outcome.places[best] <= truth["last"] + NEAR
        if values[best] > threshold and inside:
            told[causes[best]] = told.get(causes[best], 0) + 1
    found = sum(told.values())
    right = told.get(FAULTS[kind].cause, 0)
    row = FAULTS[kind]
    return {
        "cause": row.cause,
        "sizes": f"{row.sizes[0]:g} to {row.sizes[1]:g} {row.unit}",
        "recordings": len(outcomes),
        "found": found,
        "interval": _interval(found, len(outcomes)),
        "cause right": right,
        "told": dict(sorted(told.items(), key=lambda item: -item[1])),
    }


if __name__ == "__main__":
    main()
