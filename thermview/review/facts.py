"""All that is known of one exported frame: for its caption, its metadata and the manifest."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from thermview.recording import Quantity, Recording, is_colour, time_of
from thermview.review.flags import Flag
from thermview.review.measured import conditions_of, conditions_text, filtered_text
from thermview.review.rendering import Caption
from thermview.scoring import Event, ModelId, Scores
from thermview.thermal.ticks import value_text

COLOURS = Quantity("colours", "")
"""What the pixels of a picture of colours are; no quantity was measured with them."""


@dataclass(frozen=True)
class FrameFacts:
    """One frame of a recording. `frame` counts from 0; what is unknown is None."""

    recording: str
    source: str
    fingerprint: str
    frame: int
    time_s: float | None
    quantity: Quantity
    score: float | None = None
    threshold: float | None = None
    event: Event | None = None
    model: ModelId | None = None
    flag: Flag | None = None
    conditions: Mapping[str, Any] = field(default_factory=dict)
    """What its temperatures rest on: see `conditions_of`."""
    measured_with: str = ""
    """In words, what of that someone set in place of the file's."""
    filtered: str = ""
    """In words, with frames counted from 0, what was done with the frame since it was recorded; mostly nothing."""
    fusion: str = ""
    """In words, which visible picture a picture of the frame shows with it, and how."""

    @property
    def cause(self) -> str:
        """Why the score rose here; empty outside events."""
        return self.event.cause if self.event else ""


def quantity_of(recording: Recording) -> Quantity:
    """The quantity of the pixels as exported: pictures of colours have none."""
    return COLOURS if is_colour(recording) else recording.quantity


def facts_of(
    recording: Recording, recording_id: str, fingerprint: str, index: int,
    scores: Scores | None = None, flag: Flag | None = None,
) -> FrameFacts:  # fmt: skip
    """Gather what is known of frame `index`."""
    score = threshold = event = None
    if scores is not None:
        value = float(scores.values[index]) if index < len(scores.values) else math.nan
        score = value if math.isfinite(value) else None
        threshold = scores.threshold if math.isfinite(scores.threshold) else None
        event = next((e for e in scores.events if e.first <= index <= e.last), None)
    return FrameFacts(
        recording_id, str(recording.path), fingerprint, index, time_of(recording, index),
        quantity_of(recording), score, threshold, event, scores.model if scores else None, flag,
        conditions_of(recording), conditions_text(recording), filtered_text(recording),
    )  # fmt: skip


def caption_of(facts: FrameFacts, ends: tuple[float, float] | None) -> Caption:
    """The caption below the frame; `ends` are the shown ends of the colour bar, None for colours."""
    first = [f"frame {facts.frame}"]
    if facts.time_s is not None:
        first.append(f"{facts.time_s:.3f} s")
    if ends is None or facts.quantity == COLOURS:
        first.append("colours as in the file")
    else:
        low, high = (value_text(end, ends[1] - ends[0]) for end in ends)
        unit = f" {facts.quantity.unit}" if facts.quantity.unit else ""
        first.append(f"{facts.quantity.name} {low} to {high}{unit}")
    lines = [" · ".join(first)]
    if facts.measured_with:
        lines.append(facts.measured_with)
    if facts.filtered:
        lines.append(f"filtered: {facts.filtered}")
    if facts.fusion:
        lines.append(facts.fusion)
    if facts.score is not None:
        against = "" if facts.threshold is None else f" (threshold {facts.threshold:.3g})"
        what = facts.event.text or facts.event.cause if facts.event else ""
        lines.append(f"score {facts.score:.3g}{against}" + (f" · {what}" if what else ""))
    if facts.flag is not None:
        words = " – ".join(text for text in (facts.flag.reason, facts.flag.note) if text)
        author = f" ({facts.flag.author})" if facts.flag.author else ""
        lines.append(f"flag: {words or 'no reason given'}{author}")
    return Caption(facts.recording, tuple(lines))
