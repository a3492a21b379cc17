"""Headline figures of a diagnosis and lines of its score card; no Qt here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from thermview.gui.diagnosis.spreads import interval_text
from thermview.gui.parts.plain_words import (
    DASH,
    count_text,
    percent_text,
    significant_text,
    value_text,
    with_unit,
)
from thermview.thermal.ticks import number_text

if TYPE_CHECKING:
    from thermview.diagnosis.results import Diagnosis, HeldOut, Interval, Measure

SEVERITY_MARKS = {"high": ("▲", "#D55E00"), "medium": ("◆", "#E6A817"), "low": ("●", "")}
"""Mark and colour of each severity, the most serious first; "" is the theme's muted colour."""


@dataclass(frozen=True)
class Headline:
    """A figure, what it is, more words for a tip, and the page that tells more."""

    figure: str
    caption: str
    words: str
    page: str


def interval_of(interval: Interval, digits: int = 2) -> str:
    """A value with its 95 % interval."""
    return interval_text(interval.value, interval.low, interval.high, digits)


def headlines(diagnosis: Diagnosis) -> list[Headline]:
    """The six figures that the overview begins with."""
    table = diagnosis.table
    unread = len(table) - int(table.readable.sum())
    classes = sum(1 for name in table.class_names if name)
    left_out = f", {count_text(unread, 'file')} unreadable" if unread else ", all readable"
    found = [
        Headline(
            count_text(len(table)),
            f"pictures in {count_text(classes, 'class', 'classes')}{left_out}",
            f"{count_text(len(table.session_names), 'capture session')}",
            "Classes",
        ),
        _balance(diagnosis),
        _channels(diagnosis),
    ]
    return [*found, *_lens_headlines(diagnosis)]


def nothing_found(diagnosis: Diagnosis) -> str:
    """What stands in place of findings; a set without classes is not called fit, because its labels went unseen."""
    if any(diagnosis.table.class_names):
        return "Nothing was found that matters for training on this set."
    return (
        "Nothing was found in the files. There are no classes: names, balance and separation were not judged."
    )


def _balance(diagnosis: Diagnosis) -> Headline:
    hygiene = diagnosis.hygiene
    if not np.isfinite(hygiene.max_min_ratio):
        return Headline(DASH, "no classes to compare", "Pictures lie in no class folder.", "Classes")
    words = (
        f"mean {number_text(hygiene.mean_count, 0)} pictures a class, sd {number_text(hygiene.sd_count, 0)}"
    )
    figure = f"{significant_text(hygiene.max_min_ratio)} : 1"
    return Headline(figure, "largest class over smallest", words, "Classes")


def _channels(diagnosis: Diagnosis) -> Headline:
    channels = diagnosis.hygiene.channels
    total = sum(channels.values())
    most = sorted(channels.items(), key=lambda item: -item[1])
    if not most:
        return Headline(DASH, "no picture could be read", "", "Classes")
    shares = (
        ", ".join(f"{percent_text(count / total)} {name}" for name, count in most[1:]) or "one channel layout"
    )
    words = "\n".join(f"{name}: {count_text(count, 'picture')}" for name, count in most)
    return Headline(f"{percent_text(most[0][1] / total)} {most[0][0]}", shares, words, "Classes")


def _lens_headlines(diagnosis: Diagnosis) -> list[Headline]:
    generic, domain = diagnosis.generic, diagnosis.domain
    found = []
    if generic is not None and np.isfinite(generic.separation.auroc.value):
        gap = generic.separation.gap_iqr
        learnt = ""
        if domain is not None and np.isfinite(domain.separation.gap_iqr.value):
            learnt = f" → {number_text(domain.separation.gap_iqr.value, 2)}"
        found.append(
            Headline(
                f"{number_text(gap.value, 2)}{learnt}",
                "normal-anomaly gap in quartile ranges, L2" + (" → L3" if learnt else ""),
                f"L2: {interval_of(gap)}. Raw gaps of two lenses cannot be compared; this can.",
                "Density",
            )
        )
        auroc = generic.separation.auroc
        found.append(
            Headline(
                number_text(auroc.value, 2),
                "AUROC of normal over anomaly by density, L2",
                f"{interval_of(auroc)}; 0.5 is chance",
                "Density",
            )
        )
    if domain is not None and domain.held_out is not None:
        held = domain.held_out
        found.append(
            Headline(
                number_text(held.heldout.value, 2),
                _held_out_words(held),
                f"{interval_of(held.heldout)}. {held.sentence}",
                "Density",
            )
        )
    return found


def _held_out_words(held: HeldOut) -> str:
    if not np.isfinite(held.heldout.value):
        return "AUROC held out, L3: too little was held out to say"
    judged = "" if held.separates else ", no real separation"
    return f"AUROC held out, L3{judged}; shuffled classes reach {number_text(held.shuffled_95, 2)}"


def measure_row(measure: Measure) -> tuple[str, str, str, str]:
    """A line of the score card."""
    value = measure.value
    text = significant_text(value) if isinstance(value, float) else value_text(value)
    return measure.code, measure.name, with_unit(text, measure.unit), measure.meaning
