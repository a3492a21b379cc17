"""From features per frame to one lane per cause, in pieces of any size with the same result.

A lane is the largest of its channels; a channel averages features over a window centred on its frame, so
the lanes of a frame are known half a window later. Nothing here is specific to one model: the card says it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from thermview.inference import Channel, Lane

Floats = NDArray[np.float64]


class LaneStream:
    """Feed feature rows in order, get lane rows in order; `finish` gives what the last window held back."""

    def __init__(self, lanes: Sequence[Lane], columns: Sequence[str], frames: int) -> None:
        """`columns` name the features; `frames` is how many rows will come in all."""
        self._lanes = lanes
        self._places = {name: place for place, name in enumerate(columns)}
        self._frames = frames
        self._half = max((channel.window for lane in lanes for channel in lane.channels), default=1) // 2
        self._kept = np.empty((0, len(columns)))
        self._kept_first = 0
        self._given = 0

    def push(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n, features) in; lanes (k, causes) of the next frames out, k 0 or more."""
        self._kept = np.concatenate([self._kept, features.astype(np.float64)])
        known = self._kept_first + len(self._kept)
        return self._give(self._frames if known >= self._frames else max(known - self._half, self._given))

    def _give(self, stop: int) -> NDArray[np.float32]:
        first, self._given = self._given, stop
        rows = slice(first - self._kept_first, stop - self._kept_first)
        columns = [
            np.max(
                [channel_values(self._kept, channel, self._places)[rows] for channel in lane.channels], axis=0
            )
            for lane in self._lanes
        ]
        drop = max(stop - self._half - self._kept_first, 0)
        self._kept, self._kept_first = self._kept[drop:], self._kept_first + drop
        if not columns:
            return np.empty((stop - first, 0), np.float32)
        return np.stack(columns, axis=1).astype(np.float32)


def channel_values(features: Floats, channel: Channel, places: dict[str, int]) -> Floats:
    """(frames, features) to one value per frame; at both ends the window holds the frames there are."""
    chosen = features[:, [places[name] for name in channel.features]]
    chosen = np.clip(chosen, -channel.clip, channel.clip)
    means = window_mean(chosen, channel.window)
    if channel.how == "rise":
        value = means.sum(axis=1)
    elif channel.how == "mean":
        value = np.sqrt((means**2).sum(axis=1))
    else:
        variance = window_mean(chosen**2, channel.window) - means**2
        value = np.sqrt(np.maximum(variance, 0.0).sum(axis=1))
    return np.asarray((value - channel.centre) / channel.limit)


def window_mean(values: Floats, window: int) -> Floats:
    """Mean over `window` rows (odd) centred on each row, over those that exist at the ends; same shape."""
    if window == 1:
        return values
    half = window // 2
    sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    rows = np.arange(len(values))
    first, stop = np.maximum(rows - half, 0), np.minimum(rows + half + 1, len(values))
    return np.asarray((sums[stop] - sums[first]) / (stop - first)[:, None])
