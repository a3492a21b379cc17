"""The model card: what a model takes, what it gives, and what its numbers mean.

A card is JSON beside the model (`name.onnx` + `name.json`) or inside it (metadata_props key
"thermview.card"); the file beside it wins. Everything a program needs to feed the graph and to read its
answer stands here and nowhere else: input layout and scaling, lanes and their normalisation, thresholds
with the false-alarm rate they were chosen for, calibration, provenance and measured figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from thermview.errors import ModelError, reason

CARD_KEY = "thermview.card"
CARD_LIMIT = 8 * 2**20
"""Bytes a card may have: a batch table of a few hundred batches fits many times over."""

Kind = Literal["laser score", "embedding", "classifier", "detector", "anomaly"]
Layout = Literal["THW", "NTHW", "NHW", "NCHW", "NHWC"]


@dataclass(frozen=True)
class ModelId:
    """Which model gave a score: its name and the hash of its file."""

    name: str
    sha256: str


class _Part(BaseModel):
    """Frozen; keys it does not know are kept, so that a newer card survives an older program."""

    model_config = ConfigDict(frozen=True, extra="allow", allow_inf_nan=False)


class ModelInput(_Part):
    """How pixels become the graph's main input.

    The value fed is `(pixel * scale - mean) / std`, per channel where `mean` and `std` have several
    entries. `rows` and `columns` None: any size, nothing is resized. `fit` says how a picture of another
    size is brought to it: "stretch", "crop" (the centre, shorter side filled) or "letterbox" (the whole,
    padded with `pad`, a pixel value before scaling).
    """

    name: str = Field(min_length=1)
    layout: Layout
    rows: int | None = Field(default=None, gt=0, le=16384)
    columns: int | None = Field(default=None, gt=0, le=16384)
    channels: Literal[1, 3] = 1
    order: Literal["rgb", "bgr"] = "rgb"
    dtype: Literal["float32", "float16", "uint8", "uint16"] = "float32"
    scale: float = 1.0
    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)
    lead: int = Field(default=0, ge=0, le=4096)
    """Frames ahead of the first scored one that the graph needs to see (recordings only)."""
    fit: Literal["stretch", "crop", "letterbox"] = "stretch"
    pad: float = 0.0

    @model_validator(mode="after")
    def _channels_agree(self) -> ModelInput:
        for name, values in (("mean", self.mean), ("std", self.std)):
            if len(values) not in (1, self.channels):
                raise ValueError(f"{name} has {len(values)} entries for {self.channels} channel(s)")
        if any(value == 0 for value in self.std):
            raise ValueError("std must not be 0")
        if (self.rows is None) != (self.columns is None):
            raise ValueError("rows and columns are given together or not at all")
        return self


class ModelOutput(_Part):
    """One output of the graph: its name and what stands in it, e.g. "embedding" or "features"."""

    name: str = Field(min_length=1)
    meaning: str
    columns: tuple[str, ...] = ()
    """Names along the last axis, where they have some: classes, features, lanes."""


class Threshold(_Part):
    """A threshold and the false-alarm rate it was chosen for, from normals alone.

    `per` says what is counted ("recording", "frame", "picture"); `interval` is the 95 % Clopper-Pearson
    interval of the rate measured on `normals` held-out normals, of which `alarms` alarmed.
    """

    value: float
    false_alarm_rate: float = Field(gt=0, lt=1)
    per: str = "recording"
    normals: int = Field(default=0, ge=0)
    alarms: int = Field(default=0, ge=0)
    interval: tuple[float, float] | None = None


class Reference(_Part):
    """Which of the recording's own frames the graph compares each frame with.

    `frames` of them evenly over the recording in runs of `run`, and up to `dense` more where the pattern
    differs for long (obstacles). Frames closer than `exclude` are no reference of one another.
    `persistent` is how long a pattern must last to count as one of the process, where no obstacles are
    stated: this share of the recording, within the bounds given in frames.
    """

    frames: int = Field(default=1024, ge=32, le=65536)
    dense: int = Field(default=1024, ge=0, le=65536)
    run: int = Field(default=16, ge=2, le=1024)
    exclude: int = Field(default=250, ge=1)
    exclude_detour: int = Field(default=15, ge=1)
    """The same for frames of a detour: a stage of it may last less than a hundred frames in all."""
    persistent: tuple[float, int, int] = (0.05, 500, 700)
    least_frames: int = Field(default=50, ge=2)
    """Shorter recordings are refused: there is nothing to compare with."""
    sure_frames: int = Field(default=1500, ge=2)
    """Shorter ones are scored with a notice."""


NEAR = 5
"""Frames around a frame that must themselves deviate where a channel asks for it."""


class Channel(_Part):
    """One number per frame that a lane watches, made of `features` averaged over `window` frames.

    `how` it is made: "mean" is the root of the summed squares of the windowed means, "spread" that of
    the windowed variances, "rise" the windowed mean itself (one-sided). Before averaging a feature is
    clipped to +- `clip`, so that one frame cannot fill a long window. The number minus `centre`, divided
    by `limit`, is the lane's value: 1 is where normal recordings end.

    The window lies around its frame, or reaches `ahead` frames further where that is given. From its mean
    that of the `against` frames before the window is taken off; early in a recording, where few frames
    came before, the rest counts less. With `near` the value is at most so many times that of the NEAR
    frames around: a window that has just met a fault must not mark the frames before it.
    """

    features: tuple[str, ...] = Field(min_length=1)
    window: int = Field(gt=0, le=4001)
    how: Literal["mean", "spread", "rise"] = "mean"
    clip: float = Field(default=1e6, gt=0)
    centre: float = 0.0
    limit: float = Field(default=1.0, gt=0)
    ahead: int | None = Field(default=None, ge=0)
    against: int = Field(default=0, ge=0, le=4000)
    near: float = Field(default=0.0, ge=0)

    @model_validator(mode="after")
    def _window_has_a_place(self) -> Channel:
        if self.ahead is None and self.window % 2 == 0:
            raise ValueError("window must be odd: its value belongs to the frame in its middle")
        if self.ahead is not None and self.ahead >= self.window:
            raise ValueError("ahead must be less than window: its value belongs to a frame in it")
        if self.how == "spread" and self.against:
            raise ValueError("a spread has no usual mean to be taken off: leave out against")
        return self

    @property
    def lookahead(self) -> int:
        """Frames after its own that must be known for a frame's value."""
        reach = self.window // 2 if self.ahead is None else self.ahead
        return max(reach, NEAR // 2 if self.near else 0)


class Lane(_Part):
    """A cause and the channels that raise it; the lane is the largest of them."""

    cause: str = Field(min_length=1)
    channels: tuple[Channel, ...] = Field(min_length=1)
    weak: str = ""
    """Says honestly what this lane misses, where it is weak."""


class Calibration(_Part):
    """Scores of normal recordings, ascending: what conformal p-values are counted against.

    `normals` are the recordings' own scores, the largest of all causes; `heads` has for each cause the largest
    value that its lane reached in each of the same recordings, ascending too.
    """

    normals: tuple[float, ...] = Field(min_length=1)
    heads: Mapping[str, tuple[float, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _ascending(self) -> Calibration:
        for values in (self.normals, *self.heads.values()):
            if any(b < a for a, b in pairwise(values)):
                raise ValueError("normals must ascend")
        return self


class NormalBatch(_Part):
    """One batch whose normal process a fitted model knows; `place` is its number in the graph.

    Frames have `rows` x `columns` pixels, `ground` counts are taken off each before the graph gets them (what does
    not reach that is 0), and the scan takes `period` frames; `half` frames on each side of a
    frame make up its cycle. `allowed` says which of the `patterns` belong in which part of which obstacle:
    (obstacles, parts, patterns) of 0 and 1; a detour may begin `early` and end `late` frames off the stated
    ones; `pace` is what the scan gains on its clock in a frame of each pattern, in cycles.
    `stirring` pixels of a dark frame are lit by noise, by less than `quiet` counts; a pixel has the share `glow` of
    its light left a frame later, 0 where frames are differences to the frame before. `unsure` pixels (row, column,
    counts) look dead in normal recordings unless more counts are due to them in a few cycles.
    `lanes` carry the batch's own limits.
    `promised` is the rate of false alarms per normal recording that can be stated for the threshold.
    `bands` has for some measures where the normal recordings' means over a cycle lie: (lowest, highest).
    """

    place: int = Field(ge=0)
    rows: int = Field(gt=0)
    columns: int = Field(gt=0)
    ground: int = Field(default=0, ge=0)
    period: float = Field(gt=1)
    half: int = Field(gt=0)
    patterns: int = Field(gt=0)
    stirring: float = 0.0
    quiet: float = 1.0
    glow: float = Field(default=0.0, ge=0)
    unsure: tuple[tuple[int, int, float], ...] = ()
    allowed: tuple[tuple[tuple[int, ...], ...], ...] = ()
    early: int = 0
    late: int = 0
    pace: tuple[float, ...] = ()
    lanes: tuple[Lane, ...] = Field(min_length=1)
    promised: float = Field(gt=0, le=1)
    bands: Mapping[str, tuple[float, float]] = Field(default_factory=dict)
    learnt_from: tuple[str, ...] = ()
    calibrated_on: tuple[str, ...] = ()
    suspects: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _pixels_exist(self) -> NormalBatch:
        if any(not (0 <= row < self.rows and 0 <= column < self.columns) for row, column, _ in self.unsure):
            raise ValueError("unsure names a pixel outside of the frame")
        return self


class ModelCard(_Part):
    """What a model is for, what goes in, what comes out, and how far it may be trusted."""

    name: str = Field(min_length=1, max_length=200)
    kind: Kind
    version: str = "1"
    description: str = ""
    input: ModelInput
    outputs: tuple[ModelOutput, ...] = Field(min_length=1)
    classes: tuple[str, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    """The first is the one used unless a person chooses another."""
    lanes: tuple[Lane, ...] = ()
    reference: Reference | None = None
    calibration: Calibration | None = None
    batches: Mapping[str, Calibration] = Field(default_factory=dict)
    """Per batch name, where a fitted model knows batches; the general calibration stands for the rest."""
    normality: Mapping[str, NormalBatch] = Field(default_factory=dict)
    """Per batch name, what a fitted model needs beside its graph."""
    trained_on: str = ""
    licence: str = ""
    measured: Mapping[str, Any] = Field(default_factory=dict)
    """Figures with the circumstances they were measured in."""

    @property
    def causes(self) -> tuple[str, ...]:
        """The causes the model can name, in the card's order."""
        return tuple(lane.cause for lane in self.lanes)

    @property
    def threshold(self) -> float | None:
        """The threshold used unless a person chooses another."""
        return self.thresholds[0].value if self.thresholds else None

    def columns(self, output: str) -> tuple[str, ...]:
        """The names along the last axis of an output; empty where it has none or is not in the card."""
        return next((item.columns for item in self.outputs if item.name == output), ())

    def calibration_of(self, batch: str) -> Calibration | None:
        """The calibration of one batch, or the general one."""
        return self.batches.get(batch, self.calibration)


def parse_card(text: str | bytes, where: str) -> ModelCard:
    """A card from its JSON; ModelError names `where` it stands and the first thing that is wrong."""
    if len(text) > CARD_LIMIT:
        raise ModelError(
            f"{where}: the model card is larger than {CARD_LIMIT // 2**20} MiB; remove what is not a card"
        )
    try:
        return ModelCard.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the card"
        raise ModelError(f"{where}: not a usable model card ({place}: {first['msg']})") from None
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{where}: not a usable model card ({reason(error)})") from None


def card_path(model: Path) -> Path:
    """Where the card beside a model stands."""
    return model.with_suffix(".json")


def card_beside(model: Path) -> ModelCard | None:
    """The card in the file beside a model, or None where there is none; ModelError where it is bad."""
    path = card_path(model)
    try:
        if not path.is_file():
            return None
        if path.stat().st_size > CARD_LIMIT:
            raise ModelError(f"{path.name}: too large for a model card; remove what is not a card")
        return parse_card(path.read_bytes(), path.name)
    except OSError as error:
        raise ModelError(f"{path.name}: the model card cannot be read ({reason(error)})") from None
