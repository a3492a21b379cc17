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
        self._append(self._terms.values(np.asarray(features, np.float64)))
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
        if len(new) == 1:
            np.add(self._sums[self._used - 1], new[0], out=self._sums[self._used])
        else:
            np.cumsum(new, axis=0, out=self._sums[self._used : stop])
            self._sums[self._used : stop] += self._sums[self._used - 1]
        self._used = stop


class _Terms:
    """What channels need sums of, and how their values are made of the sums.

    A term is a feature's mean over a window. A channel that asks for nearness has its terms twice: over its own
    window and over the NEAR frames around. All windows' ends are looked up in the sums at once.
    """

    def __init__(self, channels: Sequence[Channel], columns: Sequence[str]) -> None:
        places = {name: place for place, name in enumerate(columns)}
        self._gated = np.flatnonzero([channel.near for channel in channels])
        near = [channel for channel in channels if channel.near]
        self._gate = np.array([channel.near for channel in near])
        watched = [*channels, *map(_around, near)]
        pairs = [(channel, places[name]) for channel in watched for name in channel.features]
        self._channels = len(channels)
        self._columns = np.array([place for _, place in pairs], np.int64)
        self._clip = np.array([channel.clip for channel, _ in pairs])
        self._starts = np.cumsum([0, *(len(channel.features) for channel in watched)])[:-1]
        self._squares = np.flatnonzero([channel.how == "spread" for channel, _ in pairs])
        self._steady = np.array([channel.how != "rise" for channel, _ in pairs], bool)
        self._rises = np.array([channel.how == "rise" for channel in watched], bool)
        self._centre = np.array([channel.centre for channel in channels])
        self._limit = np.array([channel.limit for channel in channels])
        self._centred = bool(self._centre.any())
        after = _each(pairs, lambda c: (c.window // 2 if c.ahead is None else c.ahead) + 1)
        before = after - _each(pairs, lambda c: c.window)
        against = _each(pairs, lambda c: c.against)
        self._usual = np.flatnonzero(against)
        self._against = against[self._usual]
        terms = np.arange(len(pairs))
        self.count = len(pairs) + len(self._squares)
        # ends of windows, then their beginnings, then those of what was before: rows of the sums, and columns
        own = np.concatenate([terms, len(pairs) + np.arange(len(self._squares))])
        self._rows = np.concatenate(
            [after, after[self._squares], before, before[self._squares], (before - against)[self._usual]]
        )
        self._places = np.concatenate([own, own, terms[self._usual]])
        self._lengths = self._lengths_of(self._rows[None])
        self._ahead, self._back = int(self._rows.max(initial=0)), -int(self._rows.min(initial=0))
        self.reach = max((c.window + c.against + NEAR for c in channels), default=1)

    def values(self, features: Floats) -> Floats:
        """(n, features) to what is summed, (n, count)."""
        out = np.empty((len(features), self.count))
        chosen = np.minimum(features.take(self._columns, axis=1), self._clip)
        np.maximum(chosen, -self._clip, out=out[:, : len(self._columns)])
        if len(self._squares):
            out[:, len(self._columns) :] = out.take(self._squares, axis=1) ** 2
        return out

    def channels(self, sums: Floats, first: int, rows: NDArray[np.int64], known: int) -> Floats:
        """Values (len(rows), channels) of frames `rows`, of sums whose row 0 is frame `first`."""
        if not self._channels:
            return np.empty((len(rows), 0))
        first_row, last_row = (int(rows[0]), int(rows[-1])) if len(rows) else (0, 0)
        at, lengths = rows[:, None] + self._rows, self._lengths
        if first_row < self._back or last_row + self._ahead > known:
            # at both ends of a recording windows hold the frames that there are
            at = np.minimum(np.maximum(at, 0), known)
            lengths = self._lengths_of(at)
        means = self._means(sums.ravel().take((at - first) * self.count + self._places), lengths)
        made = self._together(means)
        value = made[:, : self._channels]
        if len(self._gated):
            near = self._gate * made[:, self._channels :]
            value[:, self._gated] = np.minimum(value.take(self._gated, axis=1), near)
        if self._centred:
            value = value - self._centre
        return np.asarray(value / self._limit)

    def _together(self, means: Floats) -> Floats:
        """Means (n, count) of terms to one value for each channel."""
        terms = len(self._columns)
        if len(self._squares):
            spread = means[:, terms:] - means[:, self._squares] ** 2
        together = means[:, :terms]
        np.multiply(together, together, out=together, where=self._steady)
        if len(self._squares):
            together[:, self._squares] = np.maximum(spread, 0.0)
        made = np.add.reduceat(together, self._starts, axis=1)
        return np.asarray(np.where(self._rises, made, np.sqrt(np.abs(made))))

    def _lengths_of(self, at: NDArray[np.int64]) -> tuple[Floats, Floats, Floats]:
        """(n, count) frames in each window; and for the terms that take off what was usual before, the frames
        before and what these count: the less was before, the less."""
        begin = self.count + self._usual
        before = (at[:, begin] - at[:, 2 * self.count :]).astype(np.float64)
        weight = before / np.maximum(before + self._against / 5, 1.0)
        windows = at[:, : self.count] - at[:, self.count : 2 * self.count]
        return windows.astype(np.float64), np.maximum(before, 1.0), weight

    def _means(self, found: Floats, lengths: tuple[Floats, Floats, Floats]) -> Floats:
        """(n, count) means over windows, less what was usual before where that is asked for."""
        windows, before, weight = lengths
        count, usual = self.count, self._usual
        means = found[:, :count] - found[:, count : 2 * count]
        means /= windows
        if len(usual):
            total = found[:, count + usual] - found[:, 2 * count :]
            means[:, usual] = (means[:, usual] - total / before) * weight
        return means


def _around(channel: Channel) -> Channel:
    """The same channel over the NEAR frames around each."""
    return channel.model_copy(update={"window": NEAR, "ahead": None})


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
