"""What a fit says in words; no Qt here."""

from __future__ import annotations

from thermview.gui.parts.plain_words import (
    DASH,
    FIXED,
    count_text,
    duration_text,
    one_line,
    percent_text,
    significant_text,
)
from thermview.laser.normality.calibrate import RATE
from thermview.laser.normality.fit import BatchFit, Fit
from thermview.thermal.ticks import number_text


def promise_sentence(batch: BatchFit) -> str:
    """What the threshold means, in one sentence."""
    count, promised = len(batch.limits.normals), batch.limits.promised
    once = round(1 / promised)
    return (
        f"{count_text(count, 'normal recording')} set the limits: a new normal recording rises above the threshold "
        f"with a chance of at most {percent_text(promised)}, one false alarm in {count_text(once)}, as long as "
        "production stays as it was."
    )


def promise_tip(batch: BatchFit) -> str:
    """Where the figure comes from."""
    words = (
        "Conformal prediction: with n normal recordings the chance that the next one is the most unusual of all is "
        "1 in n + 1, whatever their scores look like."
    )
    if batch.limits.promised > RATE:
        words += f" More recordings promise less: {round(1 / RATE) - 1} reach {percent_text(RATE)}."
    return words


def learnt_sentence(batch: BatchFit) -> str:
    """What was learnt of a batch's process, in one line."""
    tables = batch.learnt.tables
    detours = tables.patterns - 1
    return (
        f"{count_text(tables.columns)} × {count_text(tables.rows)} pixels; a cycle of "
        f"{number_text(tables.period, 3)} frames; {count_text(detours, 'detour') if detours else 'no detours'}; "
        f"{significant_text(tables.light)} counts of light in a frame; learnt from "
        f"{count_text(len(batch.learnt_from), 'recording')} in {duration_text(batch.seconds)}{_check_words(batch)}"
    )


def _check_words(batch: BatchFit) -> str:
    if batch.check is None:
        return ""
    return f". Self-check of {one_line(batch.learnt_from[0])}: {batch.check.words}"


SUSPECTED = (
    "A suspect differs from the other recordings by more than they do from each other. Its score may lie below the "
    "threshold all the same: that leaves room for what few recordings have not shown, and says nothing of a pace."
)


def suspect_words(batch: BatchFit, recording: str) -> str:
    """What stands out in a suspect, and what became of it."""
    return f"suspect, taught nothing: {batch.why[recording]}"


def score_cell(batch: BatchFit, recording: str) -> str:
    """A recording's score by limits that it had no part in, always as wide; a dash where it only taught."""
    score = batch.scores.get(recording)
    return (number_text(score, 2) if score is not None else DASH).rjust(5, FIXED)


def pattern_name(pattern: int) -> str:
    """What a pattern is called: 0 is the plain path."""
    return "plain path" if not pattern else f"detour {pattern}"


def crossed_words(batch: BatchFit) -> str:
    """How learning and calibrating were kept apart."""
    if batch.crossed:
        return "Each half was judged by what the other half taught; the model has learnt from all."
    return "The earlier recordings taught, the later ones set the limits."


def fit_sentence(fit: Fit) -> str:
    """One line about the whole fit."""
    count = sum(len(batch.calibrated_on) for batch in fit.batches)
    suspects = sum(len(batch.suspects) for batch in fit.batches)
    words = f"{count_text(len(fit.batches), 'batch', 'batches')}, {count_text(count, 'normal recording')}"
    if suspects:
        words += f", {count_text(suspects, 'suspect')} to look at"
    if fit.problems:
        words += ", what could not be used stands below"
    return f"{words}. The model is one file for all of it."


def default_name(fit: Fit) -> str:
    """A file name made of the batches."""
    names = [batch.name for batch in fit.batches]
    shown = "-".join(names[:3]) + (f"-and-{len(names) - 3}-more" if len(names) > 3 else "")
    safe = "".join(c if c.isalnum() or c in "-_." else "_" for c in shown)[:80].strip(".") or "laser"
    return f"normal-{safe}.onnx"
