"""Blocks of files worked on in two threads: decoders let the interpreter go, so two cores are busy."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from threading import Event
from typing import Generic, TypeVar

import cv2

from thermview.diagnosis.scan_blocks import Block

THREADS = 2
_BEAT_S = 0.2
_BLOCKS_AHEAD = 4

T = TypeVar("T")
Stopped = Callable[[], bool]
Counted = Callable[[], object]


class BlockThreads(Generic[T]):
    """`work(block, stopped, counted)` for blocks, in threads: it calls `counted` for each file that is done.

    `work` gives None once `stopped`. To be closed, which waits for the files that are in hand.
    """

    def __init__(self, work: Callable[[Block, Stopped, Counted], T | None]) -> None:
        self._opencv_threads = cv2.getNumThreads()
        cv2.setNumThreads(1)  # a picture is small; OpenCV's own threads would only fight with these
        self._work = work
        self._stop = Event()
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="block")
        self._counts: list[int] = []

    @property
    def counted(self) -> int:
        """Files done so far."""
        return sum(self._counts)

    def each(self, blocks: Sequence[Block]) -> Iterator[tuple[Block, T] | None]:
        """Finished blocks as they come; None at least every 0.2 s meanwhile, so that a job can be cancelled."""
        self._counts = [0] * len(blocks)
        waiting = deque(enumerate(blocks))
        running: dict[Future[T | None], Block] = {}
        while waiting or running:
            while waiting and len(running) < _BLOCKS_AHEAD:
                number, block = waiting.popleft()
                running[self._pool.submit(self._one, number, block)] = block
            done, _ = wait(running, timeout=_BEAT_S, return_when=FIRST_COMPLETED)
            for future in done:
                found, block = future.result(), running.pop(future)
                if found is not None:
                    yield block, found
            if not done:
                yield None

    def _one(self, number: int, block: Block) -> T | None:
        def count() -> None:
            self._counts[number] += 1

        return self._work(block, self._stop.is_set, count)

    def close(self) -> None:
        """Stop after the files that are in hand."""
        self._stop.set()
        self._pool.shutdown(wait=True, cancel_futures=True)
        cv2.setNumThreads(self._opencv_threads)
