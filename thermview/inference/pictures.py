"""Recordings' frames as the colour pictures that embedding models take, and what such models answer."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from thermview.errors import ModelError
from thermview.inference.card import ModelCard, ModelOutput
from thermview.inference.pixels import prepare
from thermview.inference.session import Model
from thermview.thermal.palettes import palette

SHOWN_PERCENTILES = (1.0, 99.0)
"""A quantity's ends of the colour bar: robust, so that one hot pixel does not darken the whole picture."""
_SELF_TEST_BATCH = 8
_TOLERANCE = 1e-3


def picture_of(frame: NDArray[Any]) -> NDArray[np.uint8]:
    """A frame as a picture (rows, columns, 3) of uint8 RGB, the same for every model.

    `frame` is RGB, RGBA (the alpha channel is dropped, never multiplied in) or grey of uint8, which stay as
    they are; or a quantity (rows, columns) of any other type, drawn in the inferno palette between its 1st
    and 99th percentile, pixels without a value as the coldest. ModelError for any other shape.
    """
    if frame.ndim == 3 and frame.shape[2] in (3, 4) and frame.dtype == np.uint8 and frame.size:
        return _without_alpha(frame)
    if frame.ndim != 2 or 0 in frame.shape:
        raise ModelError(f"a frame of shape {frame.shape} and type {frame.dtype} is not a picture")
    if frame.dtype == np.uint8:
        return np.repeat(frame[..., None], 3, axis=2)
    return _coloured(frame)


def _without_alpha(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Three channels side by side in memory: everything after this is several times faster than on a view."""
    if frame.shape[2] == 3:
        return np.ascontiguousarray(frame)
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(frame), cv2.COLOR_RGBA2RGB), dtype=np.uint8)


def _coloured(frame: NDArray[Any]) -> NDArray[np.uint8]:
    values = np.asarray(frame, dtype=np.float32)
    there = np.isfinite(values)
    if not there.any():
        return np.zeros((*values.shape, 3), dtype=np.uint8)
    low, high = np.percentile(values[there], SHOWN_PERCENTILES)
    share = (np.where(there, values, low) - low) / max(float(high - low), 1e-9)
    index = np.rint(np.clip(share, 0, 1) * 255).astype(np.uint8)
    return np.asarray(palette("inferno")[index], dtype=np.uint8)


def picture_tensor(frame: NDArray[Any], card: ModelCard) -> NDArray[Any]:
    """A batch of one picture as the card's input wants it (1, ...); batches are made by joining these."""
    return prepare([picture_of(frame)], card.input)


def embed(model: Model, batch: NDArray[Any]) -> NDArray[np.float32]:
    """Embeddings (n, dimensions) of a prepared batch.

    Feature maps (n, d, rows, columns) are averaged over the picture, token lists (n, tokens, d) stand by
    their class token, the first. A graph made for a fixed batch is fed piece by piece.
    """
    output = _embedding_output(model.card)
    pieces = [_pooled(model.run(piece)[output.name])[:count] for piece, count in _pieces(model, batch)]
    return np.concatenate(pieces)


def _embedding_output(card: ModelCard) -> ModelOutput:
    if card.kind != "embedding":
        raise ModelError(
            f"{card.name}: is a model of kind {card.kind!r}; densities need one of kind 'embedding'"
        )
    return next((output for output in card.outputs if "embedding" in output.meaning), card.outputs[0])


def _pieces(model: Model, batch: NDArray[Any]) -> list[tuple[NDArray[Any], int]]:
    shape = next(item.shape for item in model.session.get_inputs() if item.name == model.card.input.name)
    fixed = shape[0] if shape and isinstance(shape[0], int) else len(batch)
    pieces = []
    for first in range(0, len(batch), max(fixed, 1)):
        piece = batch[first : first + fixed]
        count = len(piece)
        if count < fixed:
            piece = np.concatenate([piece, np.repeat(piece[-1:], fixed - count, axis=0)])
        pieces.append((piece, count))
    return pieces


def _pooled(answer: NDArray[Any]) -> NDArray[np.float32]:
    features = np.asarray(answer, dtype=np.float32)
    if features.ndim == 4:
        return np.asarray(features.mean(axis=(2, 3)), dtype=np.float32)
    if features.ndim == 3:
        return features[:, 0]
    if features.ndim != 2:
        raise ModelError(f"an answer of shape {features.shape} is not one embedding per picture")
    return features


def check_embedding(model: Model) -> int:
    """Try the model on made-up pictures; gives its dimensions.

    ModelError where a picture alone gives another embedding than among seven others, where numbers are not
    finite, or where every picture gives the same.
    """
    batch = _made_up(model)
    together = embed(model, batch)
    alone = np.concatenate([embed(model, batch[i : i + 1]) for i in range(_SELF_TEST_BATCH)])
    if not np.isfinite(together).all():
        raise ModelError(f"{model.path.name}: gives numbers that are not finite")
    size = float(np.abs(together).max())
    if np.abs(together - alone).max() > _TOLERANCE * max(size, 1e-6):
        raise ModelError(
            f"{model.path.name}: gives a picture another embedding alone than in a batch of eight"
        )
    if np.ptp(together, axis=0).max() <= 1e-6 * max(size, 1e-6):
        raise ModelError(
            f"{model.path.name}: gives every picture the same embedding; is the scaling in its card right?"
        )
    return int(together.shape[1])


def embedding_seconds(model: Model) -> float:
    """Seconds that a picture takes, prepared already, among seven others."""
    batch = _made_up(model)
    begun = perf_counter()
    embed(model, batch)
    return (perf_counter() - begun) / len(batch)


def _made_up(model: Model) -> NDArray[Any]:
    """A prepared batch of coarse random pictures. ModelError where the card states no size."""
    rows, columns = model.card.input.rows, model.card.input.columns
    if rows is None or columns is None:
        raise ModelError(f"{model.path.name}: its card states no input size; embeddings need one")
    rng = np.random.default_rng(0)
    coarse = rng.integers(0, 256, size=(_SELF_TEST_BATCH, 4, 4, 3), dtype=np.uint8)
    pictures = [np.kron(c, np.ones((-(-rows // 4), -(-columns // 4), 1), np.uint8)) for c in coarse]
    return np.concatenate([picture_tensor(picture, model.card) for picture in pictures])
