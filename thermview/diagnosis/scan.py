"""The one scan of a picture set: every file read and decoded once, kept from run to run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from thermview.capture.classes import is_normal_class
from thermview.capture.index import CaptureIndex
from thermview.counts import counted
from thermview.diagnosis.annotations import AnnotationFacts, annotation_facts
from thermview.diagnosis.block_threads import BlockThreads, Counted, Stopped
from thermview.diagnosis.file_keys import file_keys
from thermview.diagnosis.name_columns import name_columns
from thermview.diagnosis.scan_blocks import Block, BlockLooks, cut_blocks, look_at_block
from thermview.diagnosis.scan_cache import ScanCache, scan_files
from thermview.diagnosis.scan_look import MEAN_SIDE, PICTURE_SUFFIXES, SEVERAL_FRAMES
from thermview.diagnosis.sessions import find_sessions, has_class_folders, picture_classes
from thermview.diagnosis.table import PictureTable, Status
from thermview.jobs import Progress, Steps
from thermview.paths import cache_folder

_CLASSED_SHARE = 0.5


@dataclass(frozen=True, eq=False)
class ScanPlan:
    """What a scan will look at, worked out from names, times of change and annotation files alone.

    `paths` in order, `keys` (n,) of their files, `class_codes` (n,) index `class_names`. Two plans of a
    folder that has not changed are equal, on any machine that sees it.
    """

    root: Path
    paths: tuple[str, ...]
    keys: NDArray[np.uint64]
    class_names: tuple[str, ...]
    class_codes: NDArray[np.intp]
    blocks: list[Block]
    annotations: tuple[str, ...]
    others: tuple[str, ...]
    notices: tuple[str, ...]


def scan_folder(cache: Path | None) -> Path:
    """Where scans are kept: the given cache folder, else ThermView's own."""
    return cache if cache is not None else cache_folder() / "scans"


def scan_pictures(root: Path, *, cache: Path | None = None) -> Steps:
    """Look at every picture below `root`, but for what `cache` holds from earlier runs.

    The last result is a PictureTable, all others None. Progress counts recordings while it lists, files while
    it asks for their times, annotation files where they tell the classes, pictures while it looks at them. A
    file that cannot be read is a row with a problem. Stopped or killed at any moment, the next run goes on
    where this one was, and gives the same table. `cache`: ThermView's own folder where None.
    """
    plan: ScanPlan | None = None
    files = scan_files(scan_folder(cache), root)
    for step in plan_scan(root, files.annotations):
        plan = step.result
        yield Progress(step.done, step.total, unit=step.unit)
    assert plan is not None, "a plan always ends with one"
    store = ScanCache(files)
    yield from look_at_missing(plan, plan.blocks, store)
    count = len(plan.paths)
    yield Progress(count, count, _table(plan, store), "pictures")


def plan_scan(root: Path, annotations_kept: Path | None) -> Steps:
    """List a set and share it out into blocks; the last result is a ScanPlan.

    `annotations_kept`: where what annotation files say is kept, if they are needed.
    """
    index = CaptureIndex(root)
    for step in index.scan():
        yield Progress(step.done, step.total, unit="recordings")
    every = sorted(index.paths())
    paths = tuple(path for path in every if path.lower().endswith(PICTURE_SUFFIXES))
    others = tuple(path for path in every if not path.lower().endswith(PICTURE_SUFFIXES))
    annotations = tuple(
        sorted(
            f"{folder}/{name}" if folder else name
            for folder, names in index.annotations.items()
            for name in names
        )
    )
    notices = list(index.issues)
    if others:
        several = counted(len(others), "recording is no picture", "recordings are no pictures")
        notices.append(f"{several} (PNG, JPEG, BMP, TIFF); left out.")
    keys = np.zeros(len(paths), np.uint64)
    yield from file_keys(root, paths, keys)
    classes = picture_classes(paths)
    if annotations and not has_class_folders(paths):
        facts: AnnotationFacts | None = None
        for step in annotation_facts(root, annotations, paths, annotations_kept):
            facts = step.result
            yield Progress(step.done, step.total, unit=step.unit)
        if facts is not None:
            classes = _annotated_classes(classes, facts, notices)
    names, codes = _coded(classes)
    blocks = cut_blocks(keys, codes)
    plan = ScanPlan(root, paths, keys, names, codes, blocks, annotations, others, tuple(notices))
    yield Progress(len(paths), len(paths), plan, "files")


def _annotated_classes(classes: list[str], facts: AnnotationFacts, notices: list[str]) -> list[str]:
    """The annotated categories as classes, where most pictures have one; no folder is named like a class."""
    known = int((facts.categories >= 0).sum())
    if known < max(len(classes) * _CLASSED_SHARE, 1):
        return classes
    notices.append(
        f"No folder is named like a class: the annotation files tell the class of {counted(known, 'picture')}."
    )
    if facts.several:
        notices.append(
            f"{counted(facts.several, 'picture is', 'pictures are')} annotated with several "
            "categories; the most frequent stands for them."
        )
    return [facts.category_names[code] if code >= 0 else "" for code in facts.categories]


def _coded(classes: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.intp]]:
    names = sorted(set(classes))
    code_of = {name: code for code, name in enumerate(names)}
    return tuple(names), np.array([code_of[name] for name in classes], dtype=np.intp)


def look_at_missing(plan: ScanPlan, blocks: list[Block], store: ScanCache) -> Steps:
    """Look at the pictures of those blocks that the store does not hold; Progress counts their pictures."""
    missing = store.missing(plan.keys, blocks)
    total = sum(len(block.rows) for block in blocks)
    done = total - sum(len(block.rows) for block in missing)
    yield Progress(done, total, unit="pictures")

    def look(block: Block, stopped: Stopped, counted: Counted) -> BlockLooks | None:
        paths = [plan.paths[int(row)] for row in block.rows]
        return look_at_block(plan.root, paths, stopped=stopped, counted=counted)

    threads = BlockThreads(look)
    try:
        for finished in threads.each(missing):
            if finished is not None:
                store.keep(plan.keys, *finished)
            yield Progress(done + threads.counted, total, unit="pictures")
    finally:
        threads.close()
    store.refresh()


def _table(plan: ScanPlan, store: ScanCache) -> PictureTable:
    """All that is known, once every block is kept."""
    looks = store.looks_of(plan.keys)
    unread = np.flatnonzero((looks["status"] != Status.READ) & (looks["status"] != SEVERAL_FRAMES))
    problems = store.problems_of(plan.keys, unread)
    stays = looks["status"] != SEVERAL_FRAMES
    paths, codes, notices = plan.paths, plan.class_codes, list(plan.notices)
    if not stays.all():
        notices.append(f"{int((~stays).sum())} TIFF files of several frames are no pictures; left out.")
        new_row = np.cumsum(stays) - 1
        problems = {int(new_row[row]): text for row, text in problems.items()}
        paths = tuple(path for path, stay in zip(paths, stays, strict=True) if stay)
        codes, looks = codes[stays], looks[stays]
    classes = [plan.class_names[code] for code in codes]
    sessions = find_sessions(paths, classes, looks["hash"])
    histograms, mean_pictures = _class_sums(plan, store)
    if store.problem:
        notices.append(store.problem)
    return PictureTable(
        paths,
        plan.class_names,
        tuple(is_normal_class(name) for name in plan.class_names),
        codes,
        sessions.names,
        sessions.codes,
        name_columns(paths),
        looks,
        problems,
        histograms,
        mean_pictures,
        (*notices, *sessions.notices),
    )


def _class_sums(plan: ScanPlan, store: ScanCache) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Histograms and mean pictures of the classes."""
    count = len(plan.class_names)
    histograms = np.zeros((count, 3, 256), np.int64)
    sums = np.zeros((count, MEAN_SIDE, MEAN_SIDE, 3), np.int64)
    pictures = np.zeros(count, np.int64)
    for block, part in zip(plan.blocks, store.sums_of(plan.blocks), strict=True):
        code = plan.class_codes[block.rows[0]]
        histograms[code] += part["histogram"][0].astype(np.int64)
        sums[code] += part["small"][0]
        pictures[code] += int(part["pictures"][0])
    with np.errstate(invalid="ignore", divide="ignore"):
        means = sums / pictures[:, None, None, None]
    return histograms, means.astype(np.float32)
