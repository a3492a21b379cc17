"""Display filters as words, `maximum:10` or `minus:0`: how the command line states them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from thermview.errors import ThermviewError
from thermview.jobs import last_result
from thermview.readers.failures import failure
from thermview.readers.filtered import FilteredRecording, can_filter
from thermview.readers.reference_frames import mean_of_range
from thermview.recording import Recording
from thermview.thermal.filters import HOLDS, MOST_FRAMES, Filters, Hold, Reference

_HOLDS: dict[str, Hold] = {hold: hold for hold in HOLDS if hold != "none"}
_KNOWN = "maximum, minimum and mean (mean:25, maximum:since=120), minus:FRAME, minus:mean and median"


@dataclass(frozen=True)
class FilterPlan:
    """Filters of which each recording still has to give its own reference: its frame `minus`, or its mean."""

    filters: Filters = field(default_factory=Filters)
    minus: int | Literal["mean"] | None = None

    @property
    def on(self) -> bool:
        """True where anything is to be done."""
        return self.filters.on or self.minus is not None

    @property
    def compares(self) -> bool:
        """True where differences come out of it."""
        return self.minus is not None

    def around(self, recording: Recording) -> Recording:
        """The recording seen through the filters; ReadError where its pixels are colours or a named frame is not there.

        For the mean as reference it is read, at most as many frames as `mean_of_range` takes.
        """
        if not self.on:
            return recording
        if not can_filter(recording):
            raise failure(recording.path, "colours cannot be filtered; only numbers can.")
        for index in (self.filters.since, self.minus):
            if isinstance(index, int) and index >= len(recording):
                there = "only frame 0" if len(recording) == 1 else f"frames 0 to {len(recording) - 1}"
                raise failure(
                    recording.path, f"there is no frame {index} to filter by; the recording has {there}."
                )
        return FilteredRecording(recording, replace(self.filters, reference=self._reference(recording)))

    def _reference(self, recording: Recording) -> Reference | None:
        if self.minus is None:
            return None
        if self.minus == "mean":
            first, stop, words = 0, len(recording), ["the mean of all frames"] * 2
        else:
            first, stop = self.minus, self.minus + 1
            words = [f"frame {number}" for number in (self.minus + 1, self.minus)]
        found = last_result(mean_of_range(recording, first, stop, *words))
        assert isinstance(found, Reference)
        return found


def plan_of(words: Sequence[str]) -> FilterPlan:
    """The filters that these words state together; ThermviewError for a word that states none, or two of a kind."""
    plan, seen = FilterPlan(), set()
    for word in words:
        name, _, value = word.strip().partition(":")
        kind = "hold" if name in _HOLDS else name
        if kind in seen:
            raise ThermviewError(f"{word!r}: there is one {kind} already; state one.")
        seen.add(kind)
        if kind == "hold":
            plan = replace(plan, filters=_with_hold(plan.filters, word, name, value))
        elif name == "minus":
            plan = replace(plan, minus="mean" if value == "mean" else _frame(word, value))
        elif word.strip() == "median":
            plan = replace(plan, filters=replace(plan.filters, median=True))
        else:
            raise ThermviewError(f"{word!r} is no filter; known are {_KNOWN}.")
    return plan


def _with_hold(filters: Filters, word: str, name: str, value: str) -> Filters:
    hold = _HOLDS[name]
    if value.startswith("since="):
        return replace(filters, hold=hold, since=_frame(word, value.removeprefix("since=")))
    if not value.isascii() or not value.isdigit() or not 2 <= int(value) <= MOST_FRAMES:
        raise ThermviewError(
            f"{word!r}: say over how many frames, 2 to {MOST_FRAMES}, as in {name}:10, or {name}:since=120."
        )
    return replace(filters, hold=hold, frames=int(value))


def _frame(word: str, value: str) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        raise ThermviewError(f"{word!r}: name a frame by its index from 0, as in {word.partition(':')[0]}:0.")
    return int(value)
