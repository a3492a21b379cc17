"""A recording's features, piece by piece, as every laser model gives them."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thermview.errors import ModelError
from thermview.inference import Model, ModelCard
from thermview.jobs import Progress
from thermview.laser.frames import clean_frames
from thermview.laser.obstacles import StatedObstacles
from thermview.laser.reference import gather_reference
from thermview.recording import Recording

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Piece:
    """Features of frames `first` onwards, what was measured, and which frames hold no numbers."""

    first: int
    features: Floats
    measures: Floats
    bad: NDArray[np.bool_]


def feature_pieces(
    recording: Recording, model: Model, stated: tuple[tuple[int, int], ...], chunk: int
) -> Generator[Progress, None, Iterator[Piece]]:
    """First what the graph compares with, then an iterator over the recording's pieces."""
    spec = model.card.reference
    if spec is None:
        return _pieces(recording, model, {}, None, np.ones(len(recording), np.float32), chunk)
    reference = yield from gather_reference(recording, model, spec, stated)
    if reference.dark:
        raise ModelError(f"{recording.name}: no frame shows the laser spot; there is nothing to score")
    detours = StatedObstacles.of(reference, stated) if stated else None
    return _pieces(recording, model, reference.feed, detours, reference.trust, chunk)


def _pieces(
    recording: Recording,
    model: Model,
    feed: Mapping[str, Floats],
    detours: StatedObstacles | None,
    trust: Floats,
    chunk: int,
) -> Iterator[Piece]:
    lead = model.card.input.lead
    columns = model.card.columns("features")
    takes_index = "frame_index" in model.inputs
    for first in range(0, len(recording), chunk):
        begin = max(first - lead, 0)
        pixels, bad = clean_frames(recording.frames(begin, first + chunk))
        index = {"frame_index": np.arange(begin, begin + len(pixels))} if takes_index else {}
        given = model.run(_layout(pixels, model.card), **index, **feed)
        features = given["features"].reshape(len(pixels), -1)
        features *= trust[begin : begin + len(pixels), None]
        features[bad] = 0.0
        for after in range(1, lead + 1):  # what follows a frame without numbers was predicted from nothing
            features[after:][bad[:-after]] = 0.0
        if "detour" in columns:
            place = columns.index("detour")
            detour = features[:, place]
            features[:, place] = 0.0 if detours is None else detours.disagreement(detour, begin)
        measures = given.get("measures", features).reshape(len(pixels), -1)
        cut = first - begin
        yield Piece(first, features[cut:], measures[cut:], bad[cut:])


def _layout(pixels: Floats, card: ModelCard) -> Floats:
    spec = card.input
    if spec.scale != 1.0 or spec.mean != (0.0,) or spec.std != (1.0,):
        pixels = (pixels * np.float32(spec.scale) - np.float32(spec.mean[0])) / np.float32(spec.std[0])
    return {"NTHW": pixels[None], "NCHW": pixels[:, None], "NHWC": pixels[..., None]}.get(spec.layout, pixels)
