"""Who teaches a batch and who sets its limits: recordings are judged by what others taught, never by themselves."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from thermview.errors import ModelError
from thermview.inference import Lane
from thermview.laser.normality.batch_videos import BatchVideos
from thermview.laser.normality.calibrate import Limits, beyond, calibrated
from thermview.laser.normality.lanes_of import LANES
from thermview.laser.normality.learn import Learnt, Videos, learn, spread_over
from thermview.laser.normality.pace import other_paces
from thermview.laser.normality.score import BANDS, Look, look_at
from thermview.laser.videos import Source

MOST_LEARNT = 20
"""Recordings that one batch's pictures are learnt from: more change nothing that can be measured."""
CHECKED = 6
"""Teachers that a model learnt from all must still call normal, most of them."""
STANDS_OUT = 1.5
"""Times the limit of the others that a teacher's own pupil sees in it, from which it should not have taught."""

Bands = Mapping[str, tuple[float, float]]


@dataclass(frozen=True, eq=False)
class Fitted:
    """What was learnt from `teachers`, and limits from `judged`, suspects among them.

    `bands`: between which all normal recordings' cycle means lie, by measure.
    """

    learnt: Learnt
    limits: Limits
    teachers: list[Source]
    judged: list[Source]
    bands: Bands


Fitting = Generator[int, None, Fitted]


def teachers_of(count: int) -> int:
    """How many of so many recordings teach."""
    return count // 2


def judged_by_others(batch: BatchVideos, usable: list[Source], rate: float) -> Fitting:
    """Some of the first half teach, all others calibrate; teachers that stand out make it teach again without them."""
    teachers = some_of(usable[: teachers_of(len(usable))])
    judged = [source for source in usable if source not in teachers]
    learnt = yield from _learn(batch, teachers)
    looks = yield from _looks_at(batch, judged, learnt)
    own = yield from _looks_at(batch, teachers, learnt)
    paces = other_paces(_periods([*looks, *own]))
    count = len(looks)
    limits = calibrated(
        _maxima(looks), LANES, rate, doubtful={row: words for row, words in paces.items() if row < count}
    )
    over = _maxima(own) / _values(limits)
    doubtful = {row - count: words for row, words in paces.items() if row >= count}
    for row in np.flatnonzero(over.max(axis=1) > STANDS_OUT).tolist():
        words = beyond(over[row], int(over[row].argmax()), LANES, "the limit of the others")
        doubtful[row] = "; ".join(filter(None, (doubtful.get(row), words)))
    if not doubtful:
        return Fitted(learnt, limits, teachers, judged, _bands(looks, limits.suspects))
    teachers, out = _without(teachers, sorted(doubtful))
    learnt = yield from _learn(batch, teachers)
    looks = yield from _looks_at(batch, judged, learnt)
    limits = calibrated(_maxima(looks), LANES, rate, doubtful=other_paces(_periods(looks)))
    bands = _bands(looks, limits.suspects)
    limits = replace(
        limits,
        suspects=(*limits.suspects, *range(count, count + len(out))),
        scores=(*limits.scores, *(yield from _scores_of(batch, out, learnt, limits))),
        why=(*limits.why, *(doubtful[row] for row in sorted(doubtful))),
    )
    return Fitted(learnt, limits, teachers, [*judged, *out], bands)


def _scores_of(
    batch: BatchVideos, out: list[Source], learnt: Learnt, limits: Limits
) -> Generator[int, None, list[float]]:
    """What limits, and teachers, say of recordings that had no part in either."""
    looks = yield from _looks_at(batch, out, learnt)
    return [round(float((look.maxima / _values(limits)).max()), 4) for look in looks]


def judged_crosswise(batch: BatchVideos, usable: list[Source], rate: float) -> Fitting:
    """Each half calibrates what the other taught; the model is then learnt from all that are not suspected."""
    looks, groups, _ = yield from _crossed(batch, usable)
    limits = calibrated(_maxima(looks), LANES, rate, groups, other_paces(_periods(looks)))
    bands = _bands(looks, limits.suspects)
    why = {usable[row].id: words for row, words in zip(limits.suspects, limits.why, strict=True)}
    clean, out = _without(usable, limits.suspects)
    if out:
        # what stood out also taught: the others' limits are measured again without it, and it by them
        looks, groups, learnt = yield from _crossed(batch, clean)
        limits = calibrated(_maxima(looks), LANES, rate, groups, other_paces(_periods(looks)))
        bands = _bands(looks, limits.suspects)
        why |= {clean[row].id: words for row, words in zip(limits.suspects, limits.why, strict=True)}
        scores = dict(zip((source.id for source in clean), limits.scores, strict=True))
        again = yield from _scores_of(batch, out, learnt, limits)
        scores |= dict(zip((source.id for source in out), again, strict=True))
        limits = replace(limits, scores=tuple(scores[source.id] for source in usable))
        clean, _ = _without(clean, limits.suspects)
    suspects = [place for place, source in enumerate(usable) if source.id in why]
    teachers = some_of(clean)
    learnt = yield from _learn(batch, teachers)
    yield from _agreed(batch, teachers, learnt, limits)
    said = tuple(why[usable[place].id] for place in suspects)
    return Fitted(learnt, replace(limits, suspects=tuple(suspects), why=said), teachers, usable, bands)


def _agreed(
    batch: BatchVideos, teachers: list[Source], learnt: Learnt, limits: Limits
) -> Generator[int, None, None]:
    """ModelError where what all taught together does not know its own teachers: limits came from the halves."""
    looks = yield from _looks_at(batch, [teachers[p] for p in spread_over(len(teachers), CHECKED)], learnt)
    if float(np.median((_maxima(looks) / _values(limits)).max(axis=1))) > 1.0:
        raise ModelError(
            f"{batch.name}: its recordings do not teach the same when they are taken together and by halves; "
            "give more of them, or leave out what is different"
        )


def _crossed(
    batch: BatchVideos, sources: list[Source]
) -> Generator[int, None, tuple[list[Look], list[int], Learnt]]:
    """Each half judged by what the other taught, in the order of `sources`; the half of each; what the first taught."""
    half = teachers_of(len(sources))
    first, second = sources[:half], sources[half:]
    by_second = yield from _looks_at(batch, first, (yield from _learn(batch, some_of(second))))
    learnt = yield from _learn(batch, some_of(first))
    by_first = yield from _looks_at(batch, second, learnt)
    return [*by_second, *by_first], [0] * len(first) + [1] * len(second), learnt


def some_of(sources: list[Source]) -> list[Source]:
    """As many as pictures are learnt from, evenly spread."""
    return [sources[place] for place in spread_over(len(sources), MOST_LEARNT)]


def _learn(batch: BatchVideos, teachers: list[Source]) -> Generator[int, None, Learnt]:
    return (yield from learn(Videos(lambda number: batch.load(teachers[number]), len(teachers))))


def _looks_at(
    batch: BatchVideos, sources: Sequence[Source], learnt: Learnt
) -> Generator[int, None, list[Look]]:
    """Each recording as the batch's tables see it, limits being 1."""
    looks = []
    for source in sources:
        video = batch.load(source)
        looks.append(look_at(video.frames, learnt.tables, learnt.stages, video.stated, UNLIMITED))
        yield 1
    return looks


def _maxima(looks: Sequence[Look]) -> NDArray[np.float64]:
    """(recordings, channels)"""
    return np.stack([look.maxima for look in looks])


def _periods(looks: Sequence[Look]) -> NDArray[np.float64]:
    """(recordings, 2): between which a cycle's frames lie."""
    return np.stack([look.bands[BANDS.index("period")] for look in looks])


def _bands(looks: Sequence[Look], suspects: Sequence[int]) -> Bands:
    """From the lowest to the highest of all recordings that are not suspected."""
    ends = np.array([look.bands for row, look in enumerate(looks) if row not in set(suspects)])
    found = {}
    for name, (low, high) in zip(BANDS, np.moveaxis(ends, 0, -1), strict=True):
        if np.isfinite(low).any():
            found[name] = (round(float(np.nanmin(low)), 5), round(float(np.nanmax(high)), 5))
    return found


UNLIMITED: tuple[Lane, ...] = tuple(
    lane.model_copy(
        update={"channels": tuple(channel.model_copy(update={"limit": 1.0}) for channel in lane.channels)}
    )
    for lane in LANES
)


def _values(limits: Limits) -> NDArray[np.float64]:
    return np.array([channel.limit for lane in limits.lanes for channel in lane.channels])


def _without(sources: Sequence[Source], places: Sequence[int]) -> tuple[list[Source], list[Source]]:
    out = [sources[place] for place in places if place < len(sources)]
    kept = [source for place, source in enumerate(sources) if place not in set(places)]
    if len(kept) < 2:
        raise ModelError("too many of the recordings stand out from each other to say what is normal")
    return kept, out
