"""Jobs in threads: order, back-pressure, cancel, errors; and the binding that must not lose references."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import numpy as np
import pytest
from conftest_values import WAIT_MS
from PySide6.QtCore import QObject, Signal

from thermview.errors import ReadError
from thermview.gui.work.frame_loader import FrameCache, FrameLoader, Wish
from thermview.gui.work.workers import IN_FLIGHT, Worker
from thermview.jobs import Job, Progress, Steps
from thermview.recording import ArrayRecording


def counting(steps: int, log: list[str] | None = None):  # type: ignore[no-untyped-def]
    def run() -> Steps:
        try:
            for number in range(steps):
                yield Progress(number + 1, steps, number)
        finally:
            if log is not None:
                log.append("closed")

    return run


@pytest.fixture
def worker(qapp: object) -> Iterator[Worker]:
    made = Worker("test")
    yield made
    made.close()


def test_results_come_in_order_in_the_gui_thread(qtbot, worker: Worker) -> None:
    seen: list[tuple[int, bool]] = []
    here = threading.current_thread()
    worker.stepped.connect(lambda job, p: seen.append((p.result, threading.current_thread() is here)))
    with qtbot.waitSignal(worker.ended, timeout=WAIT_MS):
        worker.submit(Job("count", counting(100)))
    assert seen == [(number, True) for number in range(100)]


def test_a_cancelled_job_delivers_nothing_more_and_is_closed(qtbot, worker: Worker) -> None:
    log: list[str] = []
    seen: list[int] = []
    worker.stepped.connect(lambda job, p: seen.append(p.result))
    job = Job("count", counting(1_000_000, log))
    worker.submit(job)
    qtbot.waitUntil(lambda: len(seen) > 5, timeout=WAIT_MS)
    with qtbot.waitSignal(worker.ended, timeout=WAIT_MS):
        job.cancel()
        delivered = len(seen)
    assert len(seen) == delivered
    assert log == ["closed"]


def test_a_busy_window_slows_the_worker(qtbot, worker: Worker) -> None:
    produced: list[int] = []
    reached = threading.Event()

    def steps() -> Steps:
        for number in range(50):
            produced.append(number)
            if number == IN_FLIGHT:
                reached.set()
            yield Progress(number, 50, number)

    worker.submit(Job("fast", steps))
    assert reached.wait(10)  # no event is handled here: the window is busy
    assert not reached.clear()
    threading.Event().wait(0.2)
    assert len(produced) <= IN_FLIGHT + 1
    qtbot.waitUntil(lambda: len(produced) == 50, timeout=WAIT_MS)


def test_an_error_is_kept_and_the_next_job_runs(qtbot, worker: Worker) -> None:
    def failing() -> Steps:
        yield Progress(1, 2)
        raise ReadError("0001.npz: cut off.")

    ended: list[Job] = []
    worker.ended.connect(ended.append)
    worker.submit(Job("bad", failing))
    worker.submit(Job("good", counting(3)))
    qtbot.waitUntil(lambda: len(ended) == 2, timeout=WAIT_MS)
    assert [job.error_text for job in ended] == ["0001.npz: cut off.", ""]


def test_an_urgent_job_does_not_wait_for_a_long_one(qtbot, worker: Worker) -> None:
    ended: list[str] = []
    worker.ended.connect(lambda job: ended.append(job.name))
    long, waiting = Job("long", counting(1_000_000)), Job("waiting", counting(3))
    worker.submit(long)
    worker.submit(waiting)
    for number in range(3):
        worker.submit(Job(f"urgent {number}", counting(5)), urgent=True)
    qtbot.waitUntil(lambda: len(ended) == 3, timeout=WAIT_MS)
    assert ended == ["urgent 0", "urgent 1", "urgent 2"]
    long.cancel()
    qtbot.waitUntil(lambda: ended[3:] == ["long", "waiting"], timeout=WAIT_MS)
    assert worker.jobs == ()


def test_an_idle_worker_does_an_urgent_job_at_once(qtbot, worker: Worker) -> None:
    with qtbot.waitSignal(worker.ended, timeout=WAIT_MS):
        worker.submit(Job("first", counting(1)))
    with qtbot.waitSignal(worker.ended, timeout=WAIT_MS):
        worker.submit(Job("urgent", counting(1)), urgent=True)


class Slow:
    """A recording that takes its time, and counts what was asked of it."""

    loaded = 1000

    def __init__(self) -> None:
        self.read: list[int] = []
        self.gate = threading.Event()

    def __len__(self) -> int:
        return 1000

    def frame(self, index: int) -> np.ndarray:
        self.read.append(index)
        self.gate.wait(0.05)
        return np.full((4, 4), index)

    def close(self) -> None:
        """Nothing is held."""


def test_the_newest_wish_wins(qtbot, qapp: object) -> None:
    loader, slow, got = FrameLoader(2**20), Slow(), []
    loader.loaded.connect(lambda wish, frame: got.append((wish.index, int(frame[0, 0]))))
    for index in range(200):
        assert loader.request(Wish(slow, index, index, index + 1)) is None  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: bool(got), timeout=WAIT_MS)
    assert got == [(199, 199)]
    assert len(slow.read) <= 3
    assert loader.request(Wish(slow, 199, 199, 200)) is not None  # type: ignore[arg-type]
    loader.close()


def test_frame_cache_keeps_to_its_limit() -> None:
    cache = FrameCache(10_000)
    for index in range(100):
        cache.put(index, np.zeros((10, 10), np.float64))
        assert cache.used_bytes <= 10_000
    assert len(cache) == 12
    assert cache.get(99) is not None
    assert cache.get(0) is None
    cache.put(5, np.zeros((100, 100)))  # larger than the whole cache
    assert cache.get(5) is None


def test_a_retired_recording_is_closed_in_the_thread(qtbot, qapp: object, tmp_path) -> None:
    closed: list[str] = []

    class Closing(ArrayRecording):
        def close(self) -> None:
            closed.append(threading.current_thread().name)

    loader = FrameLoader(2**20)
    loader.retire(Closing("a", tmp_path, "array", np.zeros((2, 3, 3))))
    qtbot.waitUntil(lambda: bool(closed), timeout=WAIT_MS)
    assert closed != [threading.current_thread().name]
    loader.close()


def test_the_binding_keeps_its_references(qapp: object) -> None:
    """PySide6 6.12.0 on Python 3.11 loses one at every emit, and the program aborts after some 600 frames."""

    class Emitter(QObject):
        told = Signal(bool)

    emitter = Emitter()
    emitter.told.connect(lambda on: None)
    before = sys.getrefcount(True)
    for _ in range(200):
        emitter.told.emit(True)
    assert abs(sys.getrefcount(True) - before) < 20
