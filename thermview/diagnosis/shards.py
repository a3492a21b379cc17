"""A set diagnosed by several machines without any engine: each does a share, the files it leaves are put together.

A share is every count-th block of the scan's plan, which any machine works out alike from the same folder. It
leaves looks, sums and embeddings in the files that a cache has; merging appends them to a cache, and a
diagnosis that follows finds everything there: it is the diagnosis of one run, to the last bit.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.diagnosis.block_threads import BlockThreads, Counted, Stopped
from thermview.diagnosis.embedding_cache import embedding_type, embeddings_file
from thermview.diagnosis.record_file import RecordFile, TextFile
from thermview.diagnosis.scan import ScanPlan, plan_scan, scan_folder
from thermview.diagnosis.scan_blocks import SUMS, VERSION, Block
from thermview.diagnosis.scan_cache import LOOKS, ScanCache, ScanFiles, scan_files, set_digest
from thermview.diagnosis.shards_work import BlockWork, work_on_block
from thermview.diagnosis.table import Status
from thermview.errors import StoreError, reason
from thermview.inference import Model
from thermview.inference.pictures import check_embedding
from thermview.jobs import Progress, Steps
from thermview.paths import cache_folder

_RECORDS_A_STEP = 20_000
_LINES_A_WRITE = 1_000
_CARD = "shard.json"


@dataclass(frozen=True)
class ShardCard:
    """What a finished shard says of itself: `index` of `count` from 1, and of what.

    `pictures`: of its share. `set`: digest of the folder's names and times. `model`: hash of the model, "" without one.
    """

    index: int
    count: int
    pictures: int
    set: str
    model: str
    dimensions: int
    version: str


@dataclass(frozen=True)
class Merged:
    """What a merge put into a cache: `pictures` of `shards`; `notices`: what to keep in mind."""

    shards: int
    pictures: int
    notices: tuple[str, ...]


def shard_folder(out: Path, index: int, count: int) -> Path:
    """Where a shard leaves its files."""
    return out / f"shard-{index}-of-{count}"


def run_shard(root: Path, model: Model | None, index: int, count: int, out: Path) -> Steps:
    """Scan and embed share `index` of `count` (from 1) of the set below `root` into files below `out`.

    The last result is a ShardCard, all others None. Killed at any moment it goes on where it was. Progress
    counts recordings, files, then pictures of the share. ValueError for no such share, StoreError where `out`
    cannot be written, ModelError where the model is no embedding.
    """
    if not 1 <= index <= count:
        raise ValueError(f"there is no share {index} of {count}")
    folder = shard_folder(out, index, count)
    plan: ScanPlan | None = None
    files = _files_in(folder)
    for step in plan_scan(root, files.annotations):
        plan = step.result
        yield Progress(step.done, step.total, unit=step.unit)
    assert plan is not None, "a plan always ends with one"
    blocks = plan.blocks[index - 1 :: count]
    dimensions = 0 if model is None else check_embedding(model)
    kept = Kept(plan, files, _embeddings_in(folder, dimensions), model, dimensions)
    yield from work_in_threads(plan, blocks, model, kept)
    if kept.problem:
        raise StoreError(kept.problem)
    pictures = sum(len(block.rows) for block in blocks)
    digest = set_digest(plan.paths, plan.keys)
    sha256 = "" if model is None else model.sha256
    card = ShardCard(index, count, pictures, digest, sha256, dimensions, VERSION.decode())
    _write_card(folder, card)
    yield Progress(pictures, pictures, card, "pictures")


def _files_in(folder: Path) -> ScanFiles:
    return ScanFiles(*(folder / name for name in ("looks", "sums", "problems", "annotations")))


def _embeddings_in(folder: Path, dimensions: int) -> Path:
    return folder / f"embeddings-{dimensions}"


def _write_card(folder: Path, card: ShardCard) -> None:
    """The card comes last and whole: a shard with one is finished."""
    try:
        new = folder / f"{_CARD}.new"
        new.write_text(json.dumps(asdict(card), indent=1) + "\n", "utf-8")
        new.replace(folder / _CARD)
    except OSError as error:
        raise StoreError(f"{folder}: the shard cannot be kept here ({reason(error)}).") from error


class Kept:
    """Where blocks that are done are kept: a scan's files, and embeddings by the same keys."""

    def __init__(
        self, plan: ScanPlan, files: ScanFiles, embeddings: Path | None, model: Model | None, dimensions: int
    ) -> None:
        self._plan = plan
        self._scan = ScanCache(files)
        wanted = embeddings if model is not None else None
        self._embeddings = RecordFile(wanted, embedding_type(dimensions), "embeddings")
        self._model = model

    @property
    def problem(self) -> str:
        """One sentence where something could not be kept."""
        return self._scan.problem or self._embeddings.problem

    def missing(self, blocks: Sequence[Block]) -> list[Block]:
        """The blocks that are not there whole, embeddings included."""
        keys = self._plan.keys
        unseen = self._scan.missing(keys, list(blocks))
        if self._model is None:
            return unseen
        again = {int(block.rows[0]) for block in unseen}
        looks = self._scan.looks_of(keys)
        lacking = (self._embeddings.find(keys) < 0) & (looks["status"] == Status.READ)
        return [block for block in blocks if int(block.rows[0]) in again or lacking[block.rows].any()]

    def keep(self, block: Block, work: BlockWork) -> None:
        """Keep what a block gave: embeddings first, as the scan's sums say that a block is whole."""
        keys = self._plan.keys[block.rows]
        if work.embeddings is not None:
            records = work.embeddings.copy()
            records["key"] = keys[work.positions]
            new = (records["key"] != 0) & (self._embeddings.find(records["key"]) < 0)
            self._embeddings.append(records[new])
        self._scan.keep(self._plan.keys, block, work.looks)


def work_in_threads(plan: ScanPlan, blocks: Sequence[Block], model: Model | None, kept: Kept) -> Steps:
    """Do the blocks that are not kept yet, in two threads; Progress counts their pictures."""
    missing = kept.missing(blocks)
    total = sum(len(block.rows) for block in blocks)
    done = total - sum(len(block.rows) for block in missing)
    yield Progress(done, total, unit="pictures")

    def work(block: Block, stopped: Stopped, counted: Counted) -> BlockWork | None:
        paths = [plan.paths[int(row)] for row in block.rows]
        return work_on_block(plan.root, paths, model, stopped=stopped, counted=counted)

    threads = BlockThreads(work)
    try:
        for finished in threads.each(missing):
            if finished is not None:
                kept.keep(*finished)
            yield Progress(done + threads.counted, total, unit="pictures")
    finally:
        threads.close()


def merge_shards(root: Path, out: Path, *, cache: Path | None = None) -> Steps:
    """Put the finished shards below `out` into the cache of the set below `root`; the last result is Merged.

    The diagnosis that follows with this cache reads no picture again. Progress counts pictures. StoreError
    where shards are missing, do not belong together, or cannot be read.
    """
    cards = _cards(out)
    total = sum(card.pictures for card in cards)
    done = 0
    for card in cards:
        folder = shard_folder(out, card.index, card.count)
        yield Progress(done, total, unit="pictures")
        try:
            _merge_one(root, folder, card, cache)
        except OSError as error:
            raise StoreError(f"{folder}: the shard cannot be read ({reason(error)}).") from error
        done += card.pictures
    plan: ScanPlan | None = None
    for step in plan_scan(root, scan_files(scan_folder(cache), root).annotations):
        plan = step.result
        yield Progress(step.done, step.total, unit=step.unit)
    assert plan is not None, "a plan always ends with one"
    notices = []
    if set_digest(plan.paths, plan.keys) != cards[0].set:
        notices.append("The folder has changed since the shards were made; what changed is read again.")
    yield Progress(total, total, Merged(len(cards), total, tuple(notices)), "pictures")


def _cards(out: Path) -> list[ShardCard]:
    """The cards of all shards of a set, by index."""
    cards = []
    for path in sorted(out.glob(f"shard-*-of-*/{_CARD}")):
        try:
            cards.append(ShardCard(**json.loads(path.read_text("utf-8"))))
        except (OSError, ValueError, TypeError) as error:
            raise StoreError(f"{path}: not readable as the card of a shard ({reason(error)}).") from error
    if not cards:
        raise StoreError(f"{out}: no finished shard lies here.")
    first = cards[0]
    for card in cards:
        if (card.count, card.set, card.model) != (first.count, first.set, first.model):
            raise StoreError(
                f"{out}: shards {first.index} of {first.count} and {card.index} of {card.count} are not of one set "
                "in one state and one model; make them again."
            )
        if card.version != VERSION.decode():
            raise StoreError(f"{out}: shard {card.index} was made by another version; make it again.")
    missing = sorted(set(range(1, first.count + 1)) - {card.index for card in cards})
    if missing:
        names = ", ".join(str(index) for index in missing)
        raise StoreError(f"{out}: shard {names} of {first.count} is missing or not finished.")
    return sorted(cards, key=lambda card: card.index)


def _merge_one(root: Path, folder: Path, card: ShardCard, cache: Path | None) -> None:
    """Append the records of a shard that the cache does not have; sums last, as ever."""
    there = _files_in(folder)
    here = scan_files(scan_folder(cache), root)
    if card.model:
        target = embeddings_file(embeddings_folder(cache), root, card.model, card.dimensions)
        _append_new(_embeddings_in(folder, card.dimensions), target, embedding_type(card.dimensions))
    for given, kept in ((there.problems, here.problems), (there.annotations, here.annotations)):
        if given is not None and given.exists() and kept is not None:
            _append_lines(given, kept)
    for given, kept, kind in ((there.looks, here.looks, LOOKS), (there.sums, here.sums, SUMS)):
        if given is not None and kept is not None:
            _append_new(given, kept, kind)


def embeddings_folder(cache: Path | None) -> Path:
    """Where embeddings are kept: the given cache folder, else ThermView's own."""
    return cache if cache is not None else cache_folder() / "embeddings"


def _append_new(source: Path, target: Path, kind: np.dtype[Any]) -> None:
    what = "what shards gave"
    given, kept = RecordFile(source, kind, what), RecordFile(target, kind, what)
    for first in range(0, len(given.kept), _RECORDS_A_STEP):
        some: NDArray[Any] = np.array(given.kept[first : first + _RECORDS_A_STEP])
        kept.append(some[kept.find(some["key"]) < 0])
    if kept.problem:
        raise StoreError(kept.problem)


def _append_lines(source: Path, target: Path) -> None:
    given, kept = TextFile(source, "what shards gave"), TextFile(target, "what shards gave")
    new: dict[int, str] = {}
    for key, line in given.find([key for key in given if key not in kept]):
        new[key] = line
        if len(new) >= _LINES_A_WRITE:
            kept.append(new)
            new = {}
    kept.append(new)
    if kept.problem:
        raise StoreError(kept.problem)
