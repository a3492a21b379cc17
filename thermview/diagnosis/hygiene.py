"""L1: what can be said of a picture set without understanding a picture."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from thermview.capture.index import CaptureIndex
from thermview.diagnosis.annotations import AnnotationFacts, annotation_facts
from thermview.diagnosis.duplicates import NearDuplicates, exact_duplicates, near_duplicates
from thermview.diagnosis.hygiene_outliers import dates_outside, odd_distances
from thermview.diagnosis.results import Annotations, Hygiene, Rows
from thermview.diagnosis.scan import scan_folder
from thermview.diagnosis.scan_cache import scan_files
from thermview.diagnosis.scan_look import blur_of
from thermview.diagnosis.table import Alpha, PictureTable, Status
from thermview.jobs import Progress, Steps


def measure_hygiene(
    root: Path,
    table: PictureTable,
    *,
    cache: Path | None = None,
    collected: tuple[date, date] | None = None,
    farthest_m: float | None = None,
) -> Steps:
    """Measure the hygiene of a scanned set; the last result is a Hygiene.

    `cache` as for the scan. `collected`: first and last day on which the set is said to be taken, and
    `farthest_m`: from how far at most; where None, what the annotation files' info states, else what lies
    far from all else in the set, which `notices` then say. Progress counts recordings while it lists,
    annotation files, passes of the search for near duplicates.
    """
    index = CaptureIndex(root)
    for step in index.scan():
        yield Progress(step.done, step.total, unit="recordings")
    facts: AnnotationFacts | None = None
    for step in _annotation_steps(root, table, index, cache):
        facts = step.result
        yield Progress(step.done, step.total, unit=step.unit)
    near: NearDuplicates | None = None
    for step in near_duplicates(root, table):
        near = step.result
        yield Progress(step.done, step.total, unit=step.unit)
    assert facts is not None, "reading annotations always ends with facts"
    assert near is not None, "the search always ends with a result"
    result = _hygiene(table, facts, near, collected, farthest_m)
    yield Progress(len(table), len(table), result, "pictures")


def _annotation_steps(root: Path, table: PictureTable, index: CaptureIndex, cache: Path | None) -> Steps:
    files = sorted(
        f"{folder}/{name}" if folder else name
        for folder, names in index.annotations.items()
        for name in names
    )
    known = table.row_of
    others = [path for path in index.paths() if path not in known]
    kept = scan_files(scan_folder(cache), root).annotations
    return annotation_facts(root, files, table.paths, kept, others=others, looks=table.looks)


def _hygiene(
    table: PictureTable,
    facts: AnnotationFacts,
    near: NearDuplicates,
    collected: tuple[date, date] | None,
    farthest_m: float | None,
) -> Hygiene:
    looks = table.looks
    counts = np.bincount(table.class_codes, minlength=len(table.class_names)).astype(np.intp)
    named = np.array([name != "" for name in table.class_names], np.bool_)
    own = counts[named & (counts > 0)]
    outside, said_of_dates = dates_outside(table, collected or facts.window, stated=collected is None)
    odd, said_of_distances = odd_distances(table, facts, farthest_m)
    status = looks["status"]
    return Hygiene(
        channels=_channels(table),
        bit_depths=_counted(looks["bits"][table.readable].tolist()),
        sizes=_sizes(table),
        class_counts=counts,
        class_weights=_weights(counts, named),
        class_blur=np.array([_blur(picture) for picture in table.mean_pictures], np.float32),
        mean_count=float(own.mean()) if len(own) else float("nan"),
        sd_count=float(own.std()) if len(own) else float("nan"),
        max_min_ratio=float(own.max() / own.min()) if len(own) else float("nan"),
        unreadable=np.flatnonzero((status == Status.UNREADABLE) | (status == Status.GONE)),
        empty=np.flatnonzero(status == Status.EMPTY),
        not_opaque=np.flatnonzero(looks["alpha"] == Alpha.TRANSPARENT),
        duplicates=exact_duplicates(table),
        near_duplicates=near.groups,
        near_in_session=near.in_session,
        annotations=_annotations(table, facts),
        dates_outside=outside,
        odd_distances=odd,
        notices=(*near.notices, *said_of_dates, *said_of_distances),
    )


def _counted(values: list[int]) -> dict[int, int]:
    return dict(Counter(values).most_common())


def _channels(table: PictureTable) -> dict[str, int]:
    looks = table.looks[table.readable]
    counts: Counter[str] = Counter()
    pairs, numbers = np.unique(
        np.stack([looks["channels"], looks["alpha"] != Alpha.NONE], axis=1), axis=0, return_counts=True
    )
    for (channels, alpha), number in zip(pairs.tolist(), numbers.tolist(), strict=True):
        counts[_channel_name(channels, bool(alpha))] += number
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _channel_name(channels: int, alpha: bool) -> str:
    if channels == 4:
        return "RGBA" if alpha else "CMYK"
    return {1: "grey", 2: "grey + alpha", 3: "RGB"}.get(channels, f"{channels} channels")


def _sizes(table: PictureTable) -> dict[tuple[int, int], int]:
    looks = table.looks[table.readable]
    packed = looks["columns"].astype(np.int64) << 32 | looks["rows"]
    values, counts = np.unique(packed, return_counts=True)
    order = np.lexsort((values, -counts))
    return {(int(values[at] >> 32), int(values[at] & 0xFFFFFFFF)): int(counts[at]) for at in order}


def _weights(counts: NDArray[np.intp], named: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Weights that let every class count the same, 1 on average over the pictures of classes."""
    used = named & (counts > 0)
    weights = np.full(len(counts), np.nan)
    weights[used] = counts[used].sum() / (used.sum() * counts[used])
    return weights


def _blur(picture: NDArray[np.float32]) -> float:
    """The blur measure of a class's mean picture, NaN where it has none."""
    if np.isnan(picture).any():
        return float("nan")
    return blur_of(np.asarray(cv2.cvtColor(np.rint(picture).astype(np.uint8), cv2.COLOR_RGB2GRAY), np.uint8))


def _annotations(table: PictureTable, facts: AnnotationFacts) -> Annotations:
    return Annotations(
        facts.files,
        _without_record(table, facts),
        tuple(facts.dangling),
        np.flatnonzero(facts.outside),
        tuple(facts.issues),
        _gaps(facts),
        tuple(facts.orphans),
    )


def _gaps(facts: AnnotationFacts) -> dict[str, Rows]:
    """Pictures of which a record leaves out what others in the same folder of annotation files state."""
    found = {}
    for name, there in sorted(facts.measured.items()):
        stating = np.unique(facts.folders[there])
        gaps = np.flatnonzero(facts.own & ~there & np.isin(facts.folders, stating))
        if len(gaps):
            found[name] = gaps
    return found


def _without_record(table: PictureTable, facts: AnnotationFacts) -> Rows:
    """Pictures without a record in the folders where some have one; a crop's full frame may have it.

    Elsewhere annotations were never meant to be: crops of a set lie beside annotated frames, in other folders.
    """
    folders: dict[str, int] = {}
    codes = np.array(
        [folders.setdefault(path.rpartition("/")[0], len(folders)) for path in table.paths], np.intp
    )
    covered = np.zeros(len(folders), np.bool_)
    covered[codes[facts.own]] = True
    return np.flatnonzero(covered[codes] & ~facts.own & ~facts.framed) if len(table) else codes
