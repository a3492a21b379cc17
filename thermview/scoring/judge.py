"""Who judges a recording: the model that was asked for, as the batch that it knows, or the generic one instead."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from thermview.errors import ModelError
from thermview.inference import (
    Calibration,
    Channel,
    Lane,
    Model,
    ModelCard,
    NormalBatch,
    default_model,
    open_model,
)
from thermview.jobs import Progress
from thermview.laser.normality.recognise import recognise
from thermview.laser.normality.sequence import COLUMNS, MEASURES
from thermview.laser.normality.stream import normal_pieces
from thermview.laser.pieces import Piece, feature_pieces
from thermview.recording import Recording

Stated = tuple[tuple[int, int], ...] | None


@dataclass(frozen=True)
class Judge:
    """A model with what it needs for one recording: lanes over `columns`, names of measures, calibration.

    `batch` is set where a fitted model knows the recording's batch; `notice` is said beside the score.
    """

    model: Model
    lanes: tuple[Lane, ...]
    columns: tuple[str, ...]
    measures: tuple[str, ...]
    calibration: Calibration | None
    batch: NormalBatch | None = None
    notice: str = ""

    @property
    def causes(self) -> tuple[str, ...]:
        """The causes it can name."""
        return tuple(lane.cause for lane in self.lanes)

    def pieces(
        self, recording: Recording, stated: Stated, chunk: int
    ) -> Generator[Progress, None, Iterator[Piece]]:
        """The recording's features piece by piece; Progress comes while a reference is gathered."""
        if self.batch is None:
            return (yield from feature_pieces(recording, self.model, stated or (), chunk))
        return normal_pieces(recording, self.model, self.batch, stated, chunk)


def judge_of(recording: Recording, model: Model, recording_id: str) -> Judge:
    """The judge of a recording; a fitted model that does not know its batch leaves it to the generic one."""
    card = model.card
    if not card.normality:
        return _plain(model, recording_id, "")
    found = recognise(recording, model, recording_id)
    if not found.batch:
        return _plain(_generic(default_model("laser score")), recording_id, found.notice)
    batch = card.normality[found.batch]
    calibration = card.batches.get(found.batch)
    notice = " ".join(filter(None, (found.notice, _of_later(model, found.batch))))
    return Judge(model, batch.lanes, COLUMNS, MEASURES, calibration, batch, notice)


def _of_later(model: Model, batch: str) -> str:
    """What to mind where a later version of the program says more of a batch than this one understands."""
    unknown = sorted(model.card.normality[batch].model_extra or {})
    if not unknown:
        return ""
    return (
        f"{model.card.name} was fitted by ThermView {model.card.version}, which also says {', '.join(unknown[:3])} of "
        f"{batch}: this version does not know that, scores may be off. Update it, or fit again."
    )


def _plain(model: Model, recording_id: str, notice: str) -> Judge:
    card = model.card
    name = recording_id.split("/", 1)[0] if "/" in recording_id else ""
    measures = card.columns("measures") or card.columns("features")
    return Judge(
        model, _lanes(card), card.columns("features"), measures, card.calibration_of(name), notice=notice
    )


@lru_cache(maxsize=1)
def _generic(path: Path) -> Model:
    return open_model(path)


def _lanes(card: ModelCard) -> tuple[Lane, ...]:
    """The card's lanes; where it has none the first feature is the score."""
    if card.lanes:
        return card.lanes
    columns = card.columns("features")
    if not columns:
        raise ModelError(f"{card.name}: its card names neither lanes nor the columns of an output 'features'")
    return (Lane(cause="", channels=(Channel(features=columns[:1], window=1, how="rise"),)),)
