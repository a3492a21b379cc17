"""From features per frame to one lane per cause, in pieces of any size with the same result.

A lane is the largest of its channels; a channel averages features over a window around its frame, so
the lanes of a frame are known as many frames later as the windows reach ahead. Nothing here is specific to one
model: the card says it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

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
        # row i of what is used holds the sum of all rows before frame _sums_first + i: nothing before the first frame
        self._sums_first = -self._terms.back
        self._used = self._terms.back + 1
        self._sums = np.zeros((2 * self._used + self._terms.ahead + 64, self._terms.count))
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
        stop = max(known - self.lookahead, self._given)
        if known >= self._frames:
            stop = self._frames
            self._sums[self._used : self._used + self._terms.ahead] = self._sums[self._used - 1]
        first, self._given = self._given, stop
        return self._terms.channels(self._sums, self._sums_first, range(first, stop), known)

    def _append(self, new: Floats) -> None:
        """Add rows to the sums; what no window reaches back to makes room for them, and for what windows that reach
        beyond the recording's end look up."""
        more = len(new) + self._terms.ahead
        if self._used + more > len(self._sums):
            drop = max(self._given - self._terms.back - self._sums_first, 0)
            kept = self._sums[drop : self._used].copy()
            if len(kept) + more > len(self._sums):
                self._sums = np.empty((2 * (len(kept) + more), self._terms.count))
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
    window and over the NEAR frames around. All windows' ends are looked up in the sums at once, and terms of one kind
    lie beside each other, so that a frame alone costs few steps.
    """

    def __init__(self, channels: Sequence[Channel], columns: Sequence[str]) -> None:
        places = {name: place for place, name in enumerate(columns)}
        watched = [*channels, *(_around(channel) for channel in channels if channel.near)]
        order = sorted(range(len(watched)), key=lambda at: _kind(watched[at]))
        self._choose(channels, order)
        watched = [watched[at] for at in order]
        pairs = [(channel, places[name]) for channel in watched for name in channel.features]
        self._starts = np.cumsum([0, *(len(channel.features) for channel in watched)])[:-1]
        spreads, squared = (sum(c.how in how for c, _ in pairs) for how in (["spread"], ["spread", "mean"]))
        self._spread, self._squared = slice(spreads), slice(squared)
        self._pairs, self._steady = len(pairs), sum(channel.how != "rise" for channel in watched)
        summed = [*pairs, *pairs[self._spread]]
        self.count = len(summed)
        self._columns = np.array([place for _, place in summed], np.int64)
        self._most = np.array([channel.clip for channel, _ in summed])
        self._least = -self._most
        self._windows(summed)

    def _choose(self, channels: Sequence[Channel], order: Sequence[int]) -> None:
        """Which of the watched ones, in their order, a channel's value is and how near it must be, and in what it is
        told."""
        own = np.argsort(order)
        near = np.flatnonzero([channel.near for channel in channels])
        beside = own[: len(channels)].copy()
        beside[near] = own[len(channels) :]
        self._own_and_near = np.stack([own[: len(channels)], beside])
        self._gate = np.array([channel.near or 1.0 for channel in channels])
        self._centre = np.array([channel.centre for channel in channels])
        self._limit = np.array([channel.limit for channel in channels])
        self._centred = bool(self._centre.any())

    def _windows(self, summed: Sequence[tuple[Channel, int]]) -> None:
        """Where in the sums windows end, where they begin, and where what was usual before begins."""
        after = _each(summed, lambda c: (c.window // 2 if c.ahead is None else c.ahead) + 1)
        before = after - _each(summed, lambda c: c.window)
        against = _each(summed, lambda c: c.against)
        usual = np.flatnonzero(against)
        self._usual = slice(int(usual[0]), int(usual[-1]) + 1) if len(usual) else slice(0)
        self._against = against[self._usual]
        terms = np.arange(self.count)
        self._rows = np.concatenate([after, before, before[self._usual] - self._against])
        self._flat = self._rows * self.count + np.concatenate([terms, terms, terms[self._usual]])
        self._lengths = self._lengths_of(self._rows[None])
        self.ahead, self.back = (
            max(int(self._rows.max(initial=0)), 0),
            max(-int(self._rows.min(initial=0)), 0),
        )

    def values(self, features: Floats) -> Floats:
        """(n, features) to what is summed, (n, count)."""
        out = features.take(self._columns, axis=1)
        np.minimum(out, self._most, out=out)
        np.maximum(out, self._least, out=out)
        squares = out[:, self._pairs :]
        np.multiply(squares, squares, out=squares)
        return out

    def channels(self, sums: Floats, first: int, rows: range, known: int) -> Floats:
        """Values (len(rows), channels) of frames `rows`, of sums whose row 0 is frame `first`, which are 0 before the
        first of all frames and those of all frames after the last one, as far as windows reach."""
        if not self.count or not len(rows):
            return np.empty((len(rows), len(self._limit)))
        lengths = self._lengths
        if rows[0] < self.back or rows[-1] + self.ahead > known:
            lengths = self._lengths_near_ends(rows, known)
        count = self.count
        begins = np.arange((rows.start - first) * count, (rows.stop - first) * count, count)
        ends = sums.ravel().take(begins[:, None] + self._flat)
        made = self._together(self._means(ends, *lengths))
        both = made.take(self._own_and_near, axis=1)
        value = np.minimum(both[:, 0], both[:, 1] * self._gate)
        if self._centred:
            value -= self._centre
        return np.asarray(value / self._limit)

    def _together(self, means: Floats) -> Floats:
        """Means (n, count) of terms, which are written over, to one value for each watched channel."""
        together = means[:, : self._pairs]
        squared, spread = together[:, self._squared], together[:, self._spread]
        np.multiply(squared, squared, out=squared)
        np.subtract(means[:, self._pairs :], spread, out=spread)
        np.maximum(spread, 0.0, out=spread)
        made = np.add.reduceat(together, self._starts, axis=1)
        steady = made[:, : self._steady]
        np.sqrt(steady, out=steady)
        return np.asarray(made)

    def _lengths_near_ends(self, rows: range, known: int) -> tuple[Floats, ...]:
        """At both ends of a recording windows hold the frames that there are."""
        if len(rows) == 1 and rows[0] + self.ahead <= known:
            return tuple(lengths[rows.start : rows.stop] for lengths in self._early)
        at = np.arange(rows.start, rows.stop)[:, None] + self._rows
        return self._lengths_of(np.minimum(np.maximum(at, 0), known))

    @cached_property
    def _early(self) -> tuple[Floats, ...]:
        """The same for every frame at the beginning, for those that come one by one."""
        return self._lengths_of(np.maximum(np.arange(self.back)[:, None] + self._rows, 0))

    def _lengths_of(self, at: NDArray[np.int64]) -> tuple[Floats, ...]:
        """(n, count) frames in each window; and for the terms that take off what was usual before, the frames
        before and what these count: the less was before, the less."""
        ends, begins, earlier = (
            at[:, : self.count],
            at[:, self.count : 2 * self.count],
            at[:, 2 * self.count :],
        )
        before = (begins[:, self._usual] - earlier).astype(np.float64)
        weight = before / np.maximum(before + self._against / 5, 1.0)
        return (ends - begins).astype(np.float64), np.maximum(before, 1.0), weight

    def _means(self, found: Floats, windows: Floats, before: Floats, weight: Floats) -> Floats:
        """(n, count) means over windows, less what was usual before where that is asked for."""
        begins = found[:, self.count : 2 * self.count]
        means = found[:, : self.count] - begins
        means /= windows
        if len(self._against):
            usual, earlier = means[:, self._usual], begins[:, self._usual] - found[:, 2 * self.count :]
            earlier /= before
            usual -= earlier
            usual *= weight
        return np.asarray(means)


def _kind(channel: Channel) -> tuple[int, bool]:
    """In this order channels lie beside those of their kind, and all that take off what was usual beside each other."""
    how = ("spread", "mean", "rise").index(channel.how)
    return how, (channel.against > 0) == (channel.how == "mean")


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
