"""Embeddings as captures give them: sessions scattered about a class, frames close together in a session."""

import numpy as np

DIMENSIONS = 24


def session_vectors(rng, centre, sessions, frames, *, spread=0.5, jitter=0.03):
    """(sessions * frames, d) vectors and their session codes."""
    middles = centre + spread * rng.normal(size=(sessions, DIMENSIONS)) / np.sqrt(DIMENSIONS) * 3
    vectors = np.repeat(middles, frames, axis=0)
    vectors = vectors + jitter * rng.normal(size=vectors.shape)
    return vectors.astype(np.float32), np.repeat(np.arange(sessions), frames)


def auroc(positive, negative):
    """Chance that a value of `positive` is above one of `negative`."""
    return float(np.mean((positive[:, None] > negative[None]) + 0.5 * (positive[:, None] == negative[None])))
