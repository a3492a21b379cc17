"""The diagnosis as one page: pictures and charts inside, no script, nothing loaded from elsewhere, fit to print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

import thermview
from thermview.diagnosis.results import Diagnosis, Lens
from thermview.jobs import Progress, Steps
from thermview.page_templates import page_templates
from thermview.review import diagnosis_figures as figures
from thermview.review.diagnosis_annotated import annotated_pictures, annotation_blocks
from thermview.review.diagnosis_beside import SetReport, compare
from thermview.review.diagnosis_json import report_record
from thermview.review.diagnosis_json_set import overview, set_name
from thermview.review.diagnosis_pictures import Thumbnails, first_rows
from thermview.review.diagnosis_sections import (
    FINDINGS_AT_MOST,
    class_cards,
    collage,
    extremes,
    finding_items,
    pivot_items,
    shared_rows,
    shown_rows,
)
from thermview.review.diagnosis_suspects import code_table, contaminations
from thermview.review.diagnosis_words import (
    blind_spots,
    count_text,
    interval_words,
    missing_sentences,
    plural,
    summary,
    widening,
)
from thermview.review.diagnosis_zones import distance_table, grey_zone_items, split_items
from thermview.review.fixes import Fixes
from thermview.review.fixes_split import PARTS
from thermview.review.manifest import jsonable
from thermview.thermal.ticks import value_text

TEMPLATE = "diagnosis.html"


def report_steps(
    diagnosis: Diagnosis, fixes: Fixes, *, beside: Sequence[SetReport] = (), seed: int = 0
) -> Steps:
    """Read the pictures that the page shows and write it; the last step's result is the page as text."""
    thumbnails = Thumbnails(diagnosis.root, diagnosis.table)
    yield from thumbnails.read(shown_rows(diagnosis))
    yield Progress(1, 1, page_of(diagnosis, fixes, thumbnails, beside=beside, seed=seed), "pages")


def page_of(
    diagnosis: Diagnosis,
    fixes: Fixes,
    thumbnails: Thumbnails,
    *,
    beside: Sequence[SetReport] = (),
    seed: int = 0,
) -> str:
    """The page; every text of the set is escaped."""
    environment = page_templates()
    environment.filters["count"] = count_text
    page = environment.get_template(TEMPLATE).render(
        d=diagnosis,
        name=set_name(diagnosis.root),
        version=thermview.__version__,
        made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        seed=seed,
        overview=overview(diagnosis.table),
        headline=_headline(diagnosis),
        summary=summary(diagnosis),
        findings=finding_items(diagnosis, thumbnails),
        collage=collage(diagnosis, thumbnails),
        annotated=annotated_pictures(diagnosis),
        blocks=annotation_blocks(diagnosis),
        l1=_l1(diagnosis),
        lenses=[_lens(lens, diagnosis, thumbnails) for lens in diagnosis.lenses],
        apart=_apart(diagnosis),
        missing=missing_sentences(diagnosis),
        cards=class_cards(diagnosis, thumbnails),
        shared=shared_rows(diagnosis, thumbnails),
        codes=code_table(diagnosis),
        contaminations=contaminations(diagnosis, thumbnails),
        pivots=pivot_items(diagnosis, thumbnails),
        splits=split_items(diagnosis, thumbnails),
        distances=distance_table(diagnosis, fixes),
        zones=grey_zone_items(diagnosis, thumbnails),
        beside=compare(jsonable(report_record(diagnosis, seed=seed)), beside) if beside else None,
        fixes=_fixes(fixes),
        blind=blind_spots(diagnosis),
        notices=list(
            dict.fromkeys((*diagnosis.notices, *diagnosis.hygiene.notices, *diagnosis.table.notices))
        ),
        findings_at_most=FINDINGS_AT_MOST,
        classes_at_most=figures.CLASSES_AT_MOST,
    )
    return page.encode("utf-8", "backslashreplace").decode("utf-8")


def _headline(diagnosis: Diagnosis) -> list[tuple[str, str]]:
    """The few figures on top: number and what it is."""
    table = diagnosis.table
    classes = sum(bool(name) for name in table.class_names)
    shown = [
        (count_text(len(table)), "pictures"),
        (count_text(classes), "classes"),
        (count_text(len(table.session_names)), "capture sessions"),
    ]
    if np.isfinite(diagnosis.hygiene.max_min_ratio):
        shown.append((f"{diagnosis.hygiene.max_min_ratio:.2f}×", "largest class over smallest"))
    learnt = diagnosis.domain.held_out if diagnosis.domain else None
    if learnt is not None and np.isfinite(learnt.heldout.value):
        shown.append((value_text(learnt.heldout.value, 1.0), "AUROC of L3 where it did not learn"))
    elif diagnosis.generic is not None and np.isfinite(diagnosis.generic.separation.auroc.value):
        shown.append((value_text(diagnosis.generic.separation.auroc.value, 1.0), "AUROC of L2"))
    return shown


def _l1(diagnosis: Diagnosis) -> dict[str, Any]:
    hygiene, table = diagnosis.hygiene, diagnosis.table
    notes = hygiene.annotations
    paths = table.paths
    unread = np.flatnonzero(~table.readable)
    counts = [
        (
            "files that cannot be read",
            len(unread) - len(hygiene.empty),
            _some(paths, np.setdiff1d(unread, hygiene.empty)),
        ),
        ("files of no bytes", len(hygiene.empty), _some(paths, hygiene.empty)),
        (
            "pictures whose alpha channel is not opaque",
            len(hygiene.not_opaque),
            _some(paths, hygiene.not_opaque),
        ),
        ("groups of equal files", len(hygiene.duplicates), _groups(paths, hygiene.duplicates)),
        (
            "groups of near-equal pictures of different sessions, classes or boxes",
            len(hygiene.near_duplicates),
            _groups(paths, hygiene.near_duplicates),
        ),
        ("annotation files read", notes.files, ""),
        ("pictures without a record", len(notes.missing), _some(paths, notes.missing)),
        ("records of pictures that are not there", len(notes.dangling), ", ".join(notes.dangling[:3])),
        ("annotations of no picture of their file", len(notes.orphans), ", ".join(notes.orphans[:3])),
        ("pictures with a box that reaches out", len(notes.outside), _some(paths, notes.outside)),
        ("other faults in annotation files", len(notes.issues), " ".join(notes.issues[:3])),
        ("dates far from all others", len(hygiene.dates_outside), _some(paths, hygiene.dates_outside)),
        ("distances that cannot be", len(hygiene.odd_distances), _some(paths, hygiene.odd_distances)),
    ]
    return {
        "channels": figures.channel_figure(diagnosis),
        "classes": figures.class_figure(diagnosis),
        "pixels": figures.pixel_figure(diagnosis),
        "counts": [(what, number, words) for what, number, words in counts],
        "sizes": [(f"{columns} × {rows}", n) for (columns, rows), n in list(hygiene.sizes.items())[:6]],
        "more_sizes": max(len(hygiene.sizes) - 6, 0),
        "depths": [(f"{bits} bits", n) for bits, n in hygiene.bit_depths.items()],
    }


def _some(paths: Sequence[str], rows: Any, most: int = 3) -> str:
    return ", ".join(paths[row].rpartition("/")[2] for row in first_rows(rows, most))


def _groups(paths: Sequence[str], groups: Sequence[Any]) -> str:
    return "; ".join(
        " = ".join(paths[row].rpartition("/")[2] for row in first_rows(each, 3)) for each in groups[:2]
    )


def _lens(lens: Lens, diagnosis: Diagnosis, thumbnails: Thumbnails) -> dict[str, Any]:
    table = diagnosis.table
    learnt = lens.name == "L3"
    return {
        "lens": lens,
        "title": f"{lens.name} – {'the lens learnt on this set' if learnt else 'the generic lens'}",
        "density": figures.density_figure(lens, table),
        "plain": figures.plain_figure(lens, table),
        "boxes": figures.box_figure(lens, table),
        "plane": figures.plane_figure(lens, table),
        "map": figures.map_figure(lens, table),
        "lowest": extremes(lens, table, lens.lowest, thumbnails),
        "highest": extremes(lens, table, lens.highest, thumbnails),
    }


def _apart(diagnosis: Diagnosis) -> dict[str, Any] | None:
    """Normal over anomaly: the chart and a table of both lenses, raw and scale-free."""
    if not diagnosis.lenses:
        return None
    rows = []
    for lens in diagnosis.lenses:
        for words, each in (
            (f"{lens.name}, session-aware density", lens.separation),
            (f"{lens.name}, plain density (depends on frame rate)", lens.plain_separation),
        ):
            cells = [interval_words(value) for value in (each.gap, each.gap_iqr, each.auroc)]
            rows.append((words, *cells))
    both = diagnosis.generic is not None and diagnosis.domain is not None
    return {
        "figure": figures.auroc_figure(diagnosis),
        "rows": rows,
        "widening": widening(diagnosis.generic, diagnosis.domain) if both else "",  # type: ignore[arg-type]
    }


def _fixes(fixes: Fixes) -> Mapping[str, Any]:
    plan, split = fixes.channels, fixes.split
    parts = ", ".join(f"{part} {count_text(int(split.counts[:, n].sum()))}" for n, part in enumerate(PARTS))
    known = sum(bool(change.target) for change in fixes.relabel)
    sure = sum(each.sure for each in fixes.exclude)
    distant = sum(each.split for each in fixes.subclasses)
    relabels = f"{plural(len(fixes.relabel), 'picture')}, for {count_text(known)} the set says which class"
    excludes = f"{plural(len(fixes.exclude), 'picture')}, {count_text(sure)} of them surely"
    steps = plural(len(fixes.subclasses), "sub-class", "sub-classes")
    rows = [
        (
            "class_weights.csv",
            "weights of classes in training",
            plural(sum(map(bool, fixes.class_names)), "class", "classes"),
        ),
        ("relabel.csv", "classes to correct", relabels),
        ("exclude.csv", "pictures to leave out", excludes),
        (
            "distance_subclasses.csv",
            "sub-classes by distance, in steps of 1 m",
            f"{steps}, {count_text(distant)} of classes that depend on distance",
        ),
        (
            "channels.csv",
            f"one channel layout, {plan.target or 'none'}",
            f"{plural(plan.to_change, 'picture')} to change: {plan.reason}",
        ),
        ("split.csv", "train, validation and test by session", parts),
    ]
    return {"rows": rows, "notices": [*fixes.notices, *split.notices]}
