"""What a diagnosis says in sentences: in short, of its lenses, and of what it could not see."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from thermview.counts import noun_text
from thermview.diagnosis.results import Diagnosis, Interval, Lens, Severity
from thermview.diagnosis.table import PictureTable
from thermview.review.diagnosis_charts import interval_text, percent
from thermview.thermal.ticks import number_text, value_text

NO_CLASS = "(no class)"
CHANCE = 0.5
_ORDER = {Severity.HIGH: 0, Severity.MEDIUM: 1, Severity.LOW: 2}
_LISTED = 4
_TOLD = 6
"""Findings told in the summary, and every one of high severity."""


def class_label(table: PictureTable, code: int) -> str:
    """A class's name as shown."""
    return table.class_names[int(code)] or NO_CLASS


def class_tone(table: PictureTable, code: int) -> str:
    """The look of a class: normal, anomaly or unknown."""
    return {True: "normal", False: "anomaly", None: "unknown"}[table.class_normal[int(code)]]


def count_text(count: float) -> str:
    """A count with thin spaces."""
    return number_text(float(count), 0)


def plural(count: int, one: str, many: str = "") -> str:
    """`1 picture`, `2 pictures`."""
    return f"{count_text(count)} {noun_text(count, one, many)}"


def listed(names: Sequence[str], most: int = _LISTED) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def summary(diagnosis: Diagnosis) -> list[str]:
    """The set in a few sentences: what it is, what was found, most severe first, what the lenses measured."""
    findings = sorted(diagnosis.findings, key=lambda finding: _ORDER[finding.severity])
    high = [finding.sentence for finding in findings if finding.severity is Severity.HIGH]
    medium = [finding.sentence for finding in findings if finding.severity is Severity.MEDIUM]
    told = [*high, *medium[: max(_TOLD - len(high), 0)]]
    if not high:
        told.insert(0, "Nothing was found that ranks as high.")
    if rest := len(findings) - len(high) - len(medium[: max(_TOLD - len(high), 0)]):
        told.append(
            f"{plural(rest, 'more finding')} of lesser weight {'is' if rest == 1 else 'are'} listed below."
        )
    return [set_sentence(diagnosis), *told, *lens_sentences(diagnosis)]


def set_sentence(diagnosis: Diagnosis) -> str:
    """How much was looked at, and how much could be read."""
    table = diagnosis.table
    classes = sum(bool(name) for name in table.class_names)
    unread = int((~table.readable).sum())
    return (
        f"{plural(len(table), 'picture')} in {plural(classes, 'class', 'classes')} "
        f"from {plural(len(table.session_names), 'capture session')} were looked at; "
        f"{'all could be read' if not unread else plural(unread, 'file') + ' could not be read'}."
        f"{_outside_classes(table)}"
    )


def _outside_classes(table: PictureTable) -> str:
    """Which folders are no class though others are: a class that is left out of every figure must not go unseen."""
    if "" not in table.class_names:
        return ""
    rows = np.flatnonzero(table.class_codes == table.class_names.index(""))
    folders = sorted({table.paths[row].rpartition("/")[0] for row in rows.tolist()} - {""})
    if not folders or not any(table.class_names):
        return ""
    return (
        f" {plural(len(rows), 'picture')} of no class: {listed(folders)} "
        f"{'is' if len(folders) == 1 else 'are'} not named as a class folder is, such as Pipe-Normal or Pipe-Crack 2."
    )


def lens_sentences(diagnosis: Diagnosis) -> list[str]:
    """How far normal and anomaly lie apart in each lens, and what became of the gap from one to the other."""
    told = []
    if diagnosis.generic is not None:
        told.append(_apart(diagnosis.generic, "the generic lens (L2)", diagnosis.table))
    if diagnosis.domain is not None:
        told.append(_learnt(diagnosis.domain, diagnosis.table))
    if diagnosis.generic is not None and diagnosis.domain is not None:
        told.append(widening(diagnosis.generic, diagnosis.domain))
    told += missing_sentences(diagnosis)
    return [sentence for sentence in told if sentence]


def _apart(lens: Lens, where: str, table: PictureTable) -> str:
    auroc = lens.separation.auroc
    if not math.isfinite(auroc.value):
        sides = (("normal pictures", 1), ("anomalies", 0))
        absent = [what for what, state in sides if not (table.normal == state).any()]
        why = f"the set has no {' and no '.join(absent)}" if absent else "one of them has no density"
        return f"In {where} normal and anomaly cannot be compared: {why}."
    said = f"In {where} a normal picture is denser than an anomaly in {percent(auroc.value)} of all pairs"
    if not math.isfinite(auroc.low):
        return f"{said}; with so few sessions no interval can be given."
    interval = f"(95 % interval {percent(auroc.low)} to {percent(auroc.high)})"
    if auroc.low <= CHANCE <= auroc.high:
        return f"{said} {interval}, which cannot be told from chance (50 %)."
    return f"{said} {interval}."


def _learnt(lens: Lens, table: PictureTable) -> str:
    held = lens.held_out
    if held is None:
        return _apart(lens, "the domain lens (L3)", table)
    said = [held.sentence]
    if math.isfinite(held.heldout.low):
        low, high = (value_text(end, 1.0) for end in (held.heldout.low, held.heldout.high))
        said.append(f"Its 95 % interval where it did not learn is {low} to {high}.")
    if math.isfinite(held.training):
        said.append(
            f"On what it learnt the AUROC is {value_text(held.training, 1.0)}, which says nothing of new pictures."
        )
    return " ".join(said)


def widening(generic: Lens, domain: Lens) -> str:
    """The raw gap from L2 to L3 beside the two figures that can be compared.

    "" where there is no gap, and where too little was held out to say how far L3 parts the two: a figure from a
    handful of sessions would be taken for a result.
    """
    first, second = generic.separation, domain.separation
    if domain.held_out is not None and not math.isfinite(domain.held_out.heldout.value):
        return ""
    if not (math.isfinite(first.gap.value) and math.isfinite(second.gap.value)):
        return ""
    factor = second.gap.value / first.gap.value if first.gap.value > 0 and second.gap.value > 0 else math.nan
    times = f", {value_text(factor, 10.0)} times as wide" if math.isfinite(factor) else ""
    spans = [np.ptp(lens.values[np.isfinite(lens.values)]) for lens in (generic, domain)]
    raw = [value_text(each.gap.value, float(span)) for each, span in zip((first, second), spans, strict=True)]
    return (
        f"The raw gap of the medians goes from {raw[0]} in L2 to {raw[1]} in L3{times}, but the two lenses have "
        f"different units: over the interquartile range it goes from {value_text(first.gap_iqr.value, 1.0)} to "
        f"{value_text(second.gap_iqr.value, 1.0)}, as AUROC from {value_text(first.auroc.value, 1.0)} to "
        f"{value_text(second.auroc.value, 1.0)}{' on sessions that L3 did not learn from' if domain.held_out else ''}."
    )


def interval_words(interval: Interval) -> str:
    """0.82 (0.74 to 0.87)."""
    return interval_text(interval.value, interval.low, interval.high)


def blind_spots(diagnosis: Diagnosis) -> list[str]:
    """What this diagnosis could not see, from what the set lacks and from what the methods are."""
    return [*_of_the_set(diagnosis), *_of_the_lenses(diagnosis), *_ALWAYS]


_ALWAYS = (
    "A picture that lies in a wrong class, and whose name, session and looks all agree with that class, is not found.",
    "Colours are not temperatures: nothing here is said in °C.",
    "Intervals resample whole capture sessions; they say nothing of sites or seasons that the set does not hold.",
)


def _of_the_set(diagnosis: Diagnosis) -> list[str]:
    table, hygiene = diagnosis.table, diagnosis.hygiene
    tokens, told = table.tokens, []
    total = len(table)
    unread = int((~table.readable).sum())
    if unread:
        told.append(f"Of the {plural(unread, 'file')} that could not be read nothing else is known.")
    unnamed = int((tokens.object_codes < 0).sum())
    if unnamed:
        told.append(
            f"The names of {count_text(unnamed)} of {plural(total, 'picture')} do not say object and state: "
            "whether they contradict the class could not be checked."
        )
    far = int(np.isnan(tokens.distances_m).sum())
    if far:
        told.append(f"The names of {count_text(far)} of {plural(total, 'picture')} say no distance.")
    if not hygiene.annotations.files:
        told.append("There are no annotation files; boxes and missing records could not be checked.")
    unsaid = [
        name
        for name, normal in zip(table.class_names, table.class_normal, strict=True)
        if normal is None and name
    ]
    if unsaid:
        told.append(
            f"Whether these classes are normal or anomalous their names do not say: {listed(unsaid)}."
        )
    classless = (
        int((table.class_codes == table.class_names.index("")).sum()) if "" in table.class_names else 0
    )
    if classless:
        told.append(f"{plural(classless, 'picture')} of no class are in no figure by class.")
    if hygiene.near_in_session:
        told.append(
            f"{plural(hygiene.near_in_session, 'picture')} look nearly like another of the same session, which is "
            "usual; near duplicates are told between sessions, classes and boxes only."
        )
    return told


def why_missing(diagnosis: Diagnosis, name: str) -> str:
    """Why there is no lens L2 or L3, one sentence."""
    usual = {
        "L2": "No densities (L2): the set gave no embeddings.",
        "L3": "No domain lens (L3) could be learnt from this set.",
    }
    return diagnosis.missing.get(name) or usual[name]


def missing_sentences(diagnosis: Diagnosis) -> list[str]:
    """Why lenses are missing, each reason once; none where both are there."""
    there = {"L2": diagnosis.generic, "L3": diagnosis.domain}
    return list(dict.fromkeys(why_missing(diagnosis, name) for name, lens in there.items() if lens is None))


def _of_the_lenses(diagnosis: Diagnosis) -> list[str]:
    table, told = diagnosis.table, []
    told += missing_sentences(diagnosis)
    for lens in diagnosis.lenses:
        seen = {box.class_code for box in lens.boxes}
        absent = [name for code, name in enumerate(table.class_names) if name and code not in seen]
        if absent:
            told.append(f"{lens.name} gives no density for {listed(absent)}.")
        told += [f"{lens.name}: {notice}" for notice in lens.notices]
    if diagnosis.model is not None:
        told.append(
            f"What the embedding {diagnosis.model.name} does not tell apart, no density tells apart. One trained on "
            "simulated scenes is weaker than a large network trained on photographs."
        )
    return told
