"""From features per frame to one lane per cause, in pieces of any size with the same result.

A lane is the largest of its channels; a channel averages features over a window around its frame, so
the lanes of a frame are known as many frames later as the windows reach ahead. Nothing here is specific to one
model: the card says it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from thermview.inference import Channel, Lane
from thermview.inference.card import NEAR

Floats = NDArray[np.float64]


class LaneStream:
    """Feed feature rows in order, get lane rows in order; the last windows hold what there is.

    Sums of all that came are kept, so that a window of any length costs two look-ups: a camera may feed
    one frame at a time.
    """

    def __init__(self, lanes: Sequence[Lane], columns: Sequence[str], frames: int) -> None:
        """`columns` name the features; `frames` is how many rows will come in all."""
        channels = [channel for lane in lanes for channel in lane.channels]
        self._terms = _Terms(channels, columns)
        self._firsts = np.cumsum([0, *(len(lane.channels) for lane in lanes)])[:-1]
        self._frames = frames
        self.lookahead = max((channel.lookahead for channel in channels), default=0)
        self._reach = self._terms.reach + 1
        # row i of what is used holds the sum of all rows before frame _sums_first + i
        self._sums = np.zeros((2 * self._reach + 64, self._terms.count))
        self._used = 1
        self._sums_first = 0
        self._given = 0

    def push(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n, features) in; lanes (k, causes) of the next frames out, k 0 or more."""
        channels = self.push_channels(features)
        if not len(self._firsts):
            return np.empty((len(channels), 0), np.float32)
        return np.maximum.reduceat(channels, self._firsts, axis=1).astype(np.float32)

    def push_channels(self, features: NDArray[np.floating]) -> Floats:
        """As `push`, but one column (float64) for each channel of each lane."""
        self._append(self._terms.values(features.astype(np.float64)))
        known = self._sums_first + self._used - 1
        stop = self._frames if known >= self._frames else max(known - self.lookahead, self._given)
        first, self._given = self._given, stop
        return self._terms.channels(self._sums, self._sums_first, np.arange(first, stop), known)

    def _append(self, new: Floats) -> None:
        """Add rows to the sums; what no window reaches back to makes room for them."""
        if self._used + len(new) > len(self._sums):
            drop = max(self._given - self._reach - self._sums_first, 0)
            kept = self._sums[drop : self._used].copy()
            if len(kept) + len(new) > len(self._sums):
                self._sums = np.empty((2 * (len(kept) + len(new)), self._terms.count))
            self._sums[: len(kept)] = kept
            self._used, self._sums_first = len(kept), self._sums_first + drop
        stop = self._used + len(new)
        np.cumsum(new, axis=0, out=self._sums[self._used : stop])
        self._sums[self._used : stop] += self._sums[self._used - 1]
        self._used = stop


class _Terms:
    """What channels need sums of, and how their values are made of the sums."""

    def __init__(self, channels: Sequence[Channel], columns: Sequence[str]) -> None:
        places = {name: place for place, name in enumerate(columns)}
        pairs = [(channel, places[name]) for channel in channels for name in channel.features]
        self._channels = channels
        self._columns = np.array([place for _, place in pairs], np.int64)
        self._clip = np.array([channel.clip for channel, _ in pairs])
        self._starts = np.cumsum([0, *(len(channel.features) for channel in channels)])[:-1]
        self._squares = np.flatnonzero([channel.how == "spread" for channel, _ in pairs])
        self._after = _each(pairs, lambda c: (c.window // 2 if c.ahead is None else c.ahead) + 1)
        self._before = _each(pairs, lambda c: c.window) - self._after
        self._against = _each(pairs, lambda c: c.against)
        self._rise = np.array([channel.how == "rise" for channel in channels], bool)
        self._centre = np.array([channel.centre for channel in channels])
        self._limit = np.array([channel.limit for channel in channels])
        self._gate = np.array([channel.near for channel in channels])
        lengths = np.diff([*self._starts, len(self._columns)])
        self._rising = self._rise[np.repeat(np.arange(len(lengths)), lengths)] if len(lengths) else self._rise
        self._some_against = np.flatnonzero(self._against)
        self.count = len(pairs) + len(self._squares)
        longest = [c.window + c.against + NEAR for c in channels]
        self.reach = max(longest, default=1)

    def values(self, features: Floats) -> Floats:
        """(n, features) to what is summed, (n, count)."""
        chosen = np.clip(features[:, self._columns], -self._clip, self._clip)
        return np.concatenate([chosen, chosen[:, self._squares] ** 2], axis=1)

    def channels(self, sums: Floats, first: int, rows: NDArray[np.int64], known: int) -> Floats:
        """Values (len(rows), channels) of frames `rows`, of sums whose row 0 is frame `first`."""
        if not len(self._starts):
            return np.empty((len(rows), 0))
        begin, end = rows[:, None] - self._before, rows[:, None] + self._after
        value = self._made(sums, first, np.maximum(begin, 0), np.minimum(end, known))
        gated = np.flatnonzero(self._gate)
        if len(gated):
            half = NEAR // 2
            near = self._made(
                sums, first, np.maximum(rows[:, None] - half, 0), np.minimum(rows[:, None] + half + 1, known)
            )
            value[:, gated] = np.minimum(value[:, gated], self._gate[gated] * near[:, gated])
        return np.asarray((value - self._centre) / self._limit)

    def _made(self, sums: Floats, first: int, begin: NDArray[np.int64], end: NDArray[np.int64]) -> Floats:
        """Means over begin .. end - 1 put together for each channel."""
        shape = (len(begin), len(self._columns))
        begin, end = np.broadcast_to(begin, shape), np.broadcast_to(end, shape)
        terms = np.arange(shape[1])
        count = end - begin
        means = (sums[end - first, terms] - sums[begin - first, terms]) / count
        self._take_off_usual(means, sums, first, begin)
        together = np.where(self._rising, means, means**2)
        if len(self._squares):
            extra = shape[1] + np.arange(len(self._squares))
            some = self._squares
            mean_square = (sums[end[:, some] - first, extra] - sums[begin[:, some] - first, extra]) / count[
                :, some
            ]
            together[:, some] = np.maximum(mean_square - means[:, some] ** 2, 0.0)
        summed = np.add.reduceat(together, self._starts, axis=1)
        return np.where(self._rise, summed, np.sqrt(np.maximum(summed, 0.0)))

    def _take_off_usual(self, means: Floats, sums: Floats, first: int, begin: NDArray[np.int64]) -> None:
        """Less what was usual before, for the terms that ask; the less was before, the less it counts."""
        terms = self._some_against
        if not len(terms):
            return
        against, begin = self._against[terms], begin[:, terms]
        early = np.maximum(begin - against, 0)
        count = begin - early
        total = sums[begin - first, terms] - sums[np.maximum(early, first) - first, terms]
        weight = count / np.maximum(count + against / 5, 1.0)
        means[:, terms] = (means[:, terms] - total / np.maximum(count, 1)) * weight


def _each(pairs: Sequence[tuple[Channel, int]], of: Callable[[Channel], float]) -> NDArray[np.int64]:
    return np.array([int(of(channel)) for channel, _ in pairs], np.int64)


def channel_values(features: Floats, channel: Channel, places: dict[str, int]) -> Floats:
    """(frames, features) to one value per frame; at both ends the window holds the frames there are."""
    lane = Lane(cause="one", channels=(channel,))
    columns = sorted(places, key=lambda name: places[name])
    stream = LaneStream([lane], columns, len(features))
    return np.asarray(stream.push_channels(features[:, [places[name] for name in columns]])[:, 0])


def window_mean(values: Floats, window: int) -> Floats:
    """Mean over `window` rows (odd) centred on each row, over those that exist at the ends; same shape."""
    if window == 1:
        return values
    half = window // 2
    sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    rows = np.arange(len(values))
    first, stop = np.maximum(rows - half, 0), np.minimum(rows + half + 1, len(values))
    return np.asarray((sums[stop] - sums[first]) / (stop - first)[:, None])
