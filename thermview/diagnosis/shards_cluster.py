"""The same blocks on a Dask cluster: one task each, a model opened once a worker, results kept as they come.

Needs the extra thermview[cluster] here and on the workers, which must see the folder at the same path. A worker
that dies costs the blocks it had in hand: Dask gives them to another.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any

from thermview.diagnosis.embedding_cache import embeddings_file
from thermview.diagnosis.scan import ScanPlan, plan_scan, scan_folder
from thermview.diagnosis.scan_blocks import VERSION, Block
from thermview.diagnosis.scan_cache import scan_files
from thermview.diagnosis.shards import Kept, embeddings_folder
from thermview.diagnosis.shards_work import BlockWork, ModelPlace, work_elsewhere
from thermview.errors import StoreError, ThermviewError, reason
from thermview.inference import Model
from thermview.inference.pictures import check_embedding
from thermview.jobs import Progress, Steps

_BEAT_S = 0.2
_CONNECT_S = 15
_TASKS_A_THREAD = 4
_ALONE_S = 60.0
"""So long without a worker and the work is given up; what is done is kept."""


class ClusterError(ThermviewError):
    """The cluster cannot be used."""


def work_on_cluster(root: Path, model: Model | None, address: str, *, cache: Path | None = None) -> Steps:
    """Scan and embed the set below `root` on the Dask cluster whose scheduler answers at `address`.

    What comes back goes into `cache`, and a diagnosis that follows reads no picture again: it is the one
    that this machine alone would have made. Progress counts recordings, files, then pictures; all results
    are None. ClusterError where there is no cluster, no worker for a minute, or workers see no such folder or model.
    """
    plan: ScanPlan | None = None
    files = scan_files(scan_folder(cache), root)
    for step in plan_scan(root, files.annotations):
        plan = step.result
        yield Progress(step.done, step.total, unit=step.unit)
    assert plan is not None, "a plan always ends with one"
    dimensions = 0 if model is None else check_embedding(model)
    kept_at = None
    if model is not None:
        kept_at = embeddings_file(embeddings_folder(cache), root, model.sha256, dimensions)
    kept = Kept(plan, files, kept_at, model, dimensions)
    place = None if model is None else ModelPlace(str(model.path.resolve()), model.sha256)
    missing = kept.missing(plan.blocks)
    client = _connected(address)
    try:
        done = len(plan.paths) - sum(len(block.rows) for block in missing)
        yield Progress(done, len(plan.paths), unit="pictures")
        for found in _Tasks(client, plan, place, missing).each():
            if found is not None:
                kept.keep(*found)
                done += len(found[0].rows)
            yield Progress(done, len(plan.paths), unit="pictures")
    finally:
        client.close()
    if kept.problem:
        raise StoreError(kept.problem)


def _connected(address: str) -> Any:
    """A client of the scheduler at an address."""
    try:
        from distributed import Client
    except ImportError:
        raise ClusterError("Working on a cluster needs the extra thermview[cluster]; install it.") from None
    try:
        return Client(address, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise ClusterError(f"{address}: no Dask scheduler answers there ({reason(error)}).") from error


class _Tasks:
    """Blocks as tasks, so many at a time that no worker waits and no memory fills."""

    def __init__(
        self, client: Any, plan: ScanPlan, place: ModelPlace | None, blocks: Sequence[Block]
    ) -> None:
        self._client, self._plan, self._place = client, plan, place
        self._waiting = deque(blocks)
        self._running: dict[Any, Block] = {}
        self._finished: SimpleQueue[Any] = SimpleQueue()
        self._seen = monotonic()

    def each(self) -> Iterator[tuple[Block, BlockWork] | None]:
        """Finished blocks with what they gave; None at least every 0.2 s meanwhile."""
        while self._waiting or self._running:
            self._fill()
            try:
                future = self._finished.get(timeout=_BEAT_S)
            except Empty:
                yield None
                continue
            block = self._running.pop(future)
            yield block, self._result(future)

    def _fill(self) -> None:
        threads = sum(self._client.nthreads().values())
        if threads:
            self._seen = monotonic()
        elif monotonic() - self._seen > _ALONE_S:
            raise ClusterError("The cluster has had no worker for a minute; what is done is kept.")
        while self._waiting and len(self._running) < max(threads * _TASKS_A_THREAD, 1):
            block = self._waiting.popleft()
            paths = [self._plan.paths[int(row)] for row in block.rows]
            future = self._client.submit(work_elsewhere, str(self._plan.root), paths, self._place, pure=False)
            self._running[future] = block
            future.add_done_callback(self._finished.put)

    def _result(self, future: Any) -> BlockWork:
        try:
            work: BlockWork = future.result()
        except ThermviewError:
            raise
        except Exception as error:  # whatever a worker met, or a block that several workers died of
            raise ClusterError(f"A worker failed ({reason(error)}); what is done is kept.") from error
        if work.version != VERSION:
            raise ClusterError("A worker has another version of ThermView; install the same everywhere.")
        return work
