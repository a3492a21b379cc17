"""The newest wish wins, a fault ends nothing, and the thread ends when asked."""

from threading import Event

import pytest
from conftest_values import WAIT_MS

from thermview.errors import ReadError
from thermview.gui.work.latest import Latest


@pytest.fixture
def latest(qapp):
    worker = Latest("test")
    yield worker
    worker.close()
    assert not worker.isRunning()


def test_what_is_overtaken_is_never_done(latest, qtbot):
    started, go_on, done, came = Event(), Event(), [], []

    def slow():
        started.set()
        assert go_on.wait(WAIT_MS / 1000)
        return "slow"

    latest.came.connect(lambda ticket, result: came.append((ticket, result)))
    latest.ask("first", slow)
    assert started.wait(WAIT_MS / 1000)
    for number in range(5):
        latest.ask(number, lambda number=number: done.append(number) or number)
    go_on.set()
    qtbot.waitUntil(lambda: came == [(4, 4)], timeout=WAIT_MS)
    assert done == [4]


def test_a_fault_is_told_in_one_sentence_and_the_next_wish_is_done(latest, qtbot):
    def fails():
        raise ReadError("1.npz: gone.")

    with qtbot.waitSignal(latest.failed, timeout=WAIT_MS) as failed:
        latest.ask("a", fails)
    assert failed.args == ["a", "1.npz: gone."]
    with qtbot.waitSignal(latest.came, timeout=WAIT_MS) as came:
        latest.ask("b", lambda: 7)
    assert came.args == ["b", 7]


def test_what_is_forgotten_is_not_told(latest, qtbot):
    go_on, came = Event(), []
    latest.came.connect(lambda ticket, result: came.append(ticket))
    latest.ask("a", lambda: go_on.wait(WAIT_MS / 1000))
    latest.forget()
    go_on.set()
    with qtbot.waitSignal(latest.came, timeout=WAIT_MS):
        latest.ask("b", lambda: 1)
    assert came == ["b"]


def test_after_its_end_nothing_is_done(qapp):
    worker = Latest("test")
    worker.close()
    worker.ask("a", lambda: 1)
    assert not worker.isRunning()
