"""A fit as a model: one ONNX file with graph, card, limits, calibration and where it all comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import onnx

from thermview.capture.ids import storable
from thermview.inference import (
    Calibration,
    ModelCard,
    ModelInput,
    ModelOutput,
    Threshold,
    save_model,
)
from thermview.laser.normality.fit import BatchFit, Fit
from thermview.laser.normality.graph import OUTPUTS, build_graph
from thermview.laser.normality.tables import FACTS, FEATURES

MEANINGS = {
    "offset": "phase less clock, cycles",
    "phase": "place in the cycle, 0 to 1",
    "pattern": "0 the plain path, 1 and more detours",
    "evidence": "how well each pattern explains the frames around, 0 at best",
    "order": "by how much better the frames around fit one by one than in their order",
    "astray": "by how much better the frame fits another place",
    "measures": "log ratio of light, px, px, log ratio of squared size, cosine distance, light off the path",
    "features": "the same in spreads of normal frames",
    "facts": "counts, px, px, log of squared size",
    "expected": "the same of the picture that was expected",
    "residual": "difference of each pixel from it, in spreads",
    "picture": "that picture, counts",
}
_COLUMNS = {"measures": FEATURES, "features": FEATURES, "facts": FACTS, "expected": FACTS}


def write_model(fit: Fit, path: Path) -> ModelCard:
    """Write the model of a fit to one file, whole or not at all; ModelError where it cannot be written."""
    graph, card = model_of(fit)
    save_model(graph, card, path)
    return card


def model_of(fit: Fit) -> tuple[onnx.ModelProto, ModelCard]:
    """Graph and card of a fit; the same fit gives the same."""
    graph = build_graph([batch.learnt.tables for batch in fit.batches])
    return graph, card_of_fit(fit)


def card_of_fit(fit: Fit) -> ModelCard:
    """What the model says of itself."""
    promised = max(batch.limits.promised for batch in fit.batches)
    names = ", ".join(batch.name for batch in fit.batches)
    card = dict(
        name=fit.options.name,
        kind="laser score",
        version=fit.version,
        description=(
            f"Scores each frame of a laser video against the normal process of its batch ({names}), learnt "
            "from normal recordings: pictures at every phase of the scan, for the plain path and each detour. "
            "Recordings of other batches are left to the generic model."
        ),
        input=ModelInput(name="frames", layout="THW", channels=1, dtype="float32"),
        outputs=tuple(
            ModelOutput(name=name, meaning=MEANINGS[name], columns=_COLUMNS.get(name, ())) for name in OUTPUTS
        ),
        thresholds=(
            Threshold(
                value=1.0,
                false_alarm_rate=promised,
                normals=sum(len(batch.limits.normals) for batch in fit.batches),
            ),
        ),
        lanes=fit.batches[0].limits.lanes,
        batches={batch.name: _calibration(batch) for batch in fit.batches},
        normality={batch.name: _normal_batch(place, batch) for place, batch in enumerate(fit.batches)},
        trained_on=f"normal recordings of {names}; fitted {fit.fitted_on}",
        licence="belongs to whoever the recordings belong to",
        measured={
            "notes": [note for batch in fit.batches for note in batch.notes],
            **_measured(fit),
        },
    )
    return ModelCard.model_validate(_stored(card))


def _stored(value: Any) -> Any:
    """A value with all that it holds, names that are no text written with escapes: a card is text."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, Mapping):
        return {_stored(key): _stored(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_stored(each) for each in value]
    return value


def _calibration(batch: BatchFit) -> Calibration:
    limits = batch.limits
    causes = [lane.cause for lane in limits.lanes]
    return Calibration(normals=limits.normals, heads=dict(zip(causes, limits.heads, strict=True)))


def _normal_batch(place: int, batch: BatchFit) -> dict[str, Any]:
    """A NormalBatch, by name."""
    tables, stages = batch.learnt.tables, batch.learnt.stages
    return dict(
        place=place,
        rows=tables.rows,
        columns=tables.columns,
        ground=batch.ground,
        period=tables.period,
        half=tables.half,
        patterns=tables.patterns,
        stirring=tables.stirring,
        quiet=tables.quiet,
        glow=tables.glow,
        unsure=tables.unsure,
        allowed=tuple(
            tuple(tuple(int(mark) for mark in part) for part in obstacle) for obstacle in stages.allowed
        ),
        early=stages.early,
        late=stages.late,
        pace=tuple(round(float(each), 6) for each in stages.pace),
        lanes=batch.limits.lanes,
        promised=batch.limits.promised,
        bands=batch.bands,
        learnt_from=batch.learnt_from,
        calibrated_on=batch.calibrated_on,
        suspects=batch.suspects,
    )


def _measured(fit: Fit) -> dict[str, Any]:
    return {
        "aimed at": fit.options.rate,
        "left out": [*fit.left_out, *fit.problems],
        "cross-calibrated": [batch.name for batch in fit.batches if batch.crossed],
        "self-check R2": {
            batch.name: round(batch.check.explained, 4) for batch in fit.batches if batch.check is not None
        },
    }


def renamed(fit: Fit, name: str) -> Fit:
    """The same fit under another name."""
    return replace(fit, options=replace(fit.options, name=name))
