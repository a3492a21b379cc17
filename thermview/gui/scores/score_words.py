"""What the score plot says in words; no Qt here."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from thermview.gui.parts.plain_words import (
    THIN,
    count_text,
    duration_text,
    p_text,
    percent_text,
    score_text,
)
from thermview.inference.card import ModelCard, NormalBatch, Threshold
from thermview.jobs import Job
from thermview.scoring import Event, Scores
from thermview.thermal.ticks import number_text


def verdict_words(scores: Scores) -> str:
    """The recording's verdict: "anomalous: score 9.4 over threshold 3.1, p 0.004, power"."""
    threshold = score_text(scores.threshold)
    side = "over" if scores.score > scores.threshold else "not over"
    parts = [f"score {score_text(scores.score)} {side} threshold {threshold}", p_text(scores.p_value)]
    if scores.anomalous:
        parts.append(scores.cause)
    text = ", ".join(part for part in parts if part)
    verdict = "anomalous" if scores.anomalous else "normal"
    if scores.in_part and not scores.anomalous:
        verdict += f" in the {percent_text(scores.share_scored)} of its frames that are scored"
    return f"{verdict}: {text}"


def picture_words(scores: Scores) -> str:
    """A picture's verdict: it is compared with the others of the capture, nothing more."""
    if scores.p_value is None:
        return "No score: too little to compare this picture with."
    how = "atypical here" if scores.anomalous else "nothing unusual here"
    side = "over" if scores.anomalous else "not over"
    figures = f"score {score_text(scores.score)} {side} threshold {score_text(scores.threshold)}"
    return f"{how}: {figures}, {p_text(scores.p_value)}"


def event_words(event: Event) -> str:
    """An event in one line: why, for how long, from when, how unusual: corrected, and among this cause alone."""
    own = p_text(event.own_p)
    parts = (event.text or event.cause, p_text(event.p_value), f"{event.cause} alone {own}" if own else "")
    return ", ".join(text for text in parts if text)


def event_at(events: Sequence[Event], frame: int) -> int | None:
    """Number of the event that holds a frame, else of the next one; None after the last."""
    return next((n for n, event in enumerate(events) if event.last >= frame), None)


def event_line(events: Sequence[Event], frame: int) -> str:
    """The event under the cursor, or the next one, or how many lie behind."""
    if not events:
        return "No event: no score is over the threshold."
    number = event_at(events, frame)
    if number is None:
        return f"No event after this frame; {count_text(len(events))} before."
    event = events[number]
    place = f"{count_text(number + 1)} of {count_text(len(events))}"
    return f"{'Event' if event.first <= frame else 'Next event'} {place}: {event_words(event)}"


def event_before(events: Sequence[Event], frame: int) -> Event | None:
    """The last event that begins before a frame."""
    return next((event for event in reversed(events) if event.first < frame), None)


def event_after(events: Sequence[Event], frame: int) -> Event | None:
    """The first event that begins after a frame."""
    return next((event for event in events if event.first > frame), None)


def progress_words(job: Job) -> str:
    """How far a job is: "43 %, 12 400 frames/s, 1 s left"."""
    parts = []
    if job.total > 0:
        parts.append(f"{number_text(100 * job.done / job.total, 0)}{THIN}%")
    elif job.done:
        parts.append(f"{count_text(job.done)} {job.unit}")
    if job.done and job.unit:
        parts.append(f"{number_text(_rounded(job.rate_per_s), 0)} {job.unit}/s")
    if job.remaining_s is not None and job.done < job.total:
        parts.append(f"{duration_text(job.remaining_s)} left")
    return ", ".join(parts) or "starting"


def _rounded(rate: float) -> float:
    """Two or three digits: the rest would only flicker."""
    digits = max(len(str(int(rate))) - 3, 0)
    return float(round(rate, -digits))


def false_alarm_words(card: ModelCard | None, threshold: float, batch: str) -> str:
    """What is known of how often normal recordings reach a threshold; empty where nothing is."""
    if card is None:
        return ""
    stated = _stated(card, threshold)
    if stated is not None:
        known = _known_batch(card, batch)
        rate = stated.false_alarm_rate if known is None else known.promised
        return f"{'at most ' if card.normality else ''}{percent_text(rate)} false alarms"
    calibration = card.calibration_of(batch)
    if calibration is None:
        return ""
    count = len(calibration.normals)
    reached = count - bisect_left(calibration.normals, threshold)
    return f"{count_text(reached)} of {count_text(count, 'normal')} reach it"


def false_alarm_details(card: ModelCard | None, threshold: float, batch: str = "") -> str:
    """How the stated rate was measured or promised, for a tool tip; empty where the card does not tell."""
    stated = None if card is None else _stated(card, threshold)
    if card is None or stated is None:
        return ""
    if not card.normality:
        return _measured(stated)
    known = _known_batch(card, batch)
    if known is None:
        rate = percent_text(stated.false_alarm_rate)
        return f"Promised for new normal recordings of any batch that the model knows: at most {rate}."
    return (
        f"Promised for new normal recordings of this batch: at most {percent_text(known.promised)}, for "
        f"{count_text(len(known.calibrated_on), 'normal recording')} set the limits."
    )


def _stated(card: ModelCard, threshold: float) -> Threshold | None:
    return next((item for item in card.thresholds if _same(item.value, threshold)), None)


def _known_batch(card: ModelCard, batch: str) -> NormalBatch | None:
    """What a learnt model knows of a batch, by the folder's name."""
    return card.normality.get(batch)


def _measured(stated: Threshold) -> str:
    text = f"Chosen for {percent_text(stated.false_alarm_rate)} false alarms per {stated.per}, from normals alone"
    if stated.normals:
        text += f"; {count_text(stated.alarms, 'alarm')} on {count_text(stated.normals, 'held-out normal')}"
    if stated.interval is None:
        return f"{text}."
    low, high = stated.interval
    return f"{text}, 95{THIN}% interval {percent_text(low)} to {percent_text(high)}."


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-6 * max(abs(one), abs(other), 1e-12)
