"""Long work as generators: end, cancel, error, and the figures told about it."""

from __future__ import annotations

import pytest

from thermview import jobs
from thermview.errors import ReadError
from thermview.jobs import Job, Progress, Steps, last_result


def counting(steps: int, log: list[str]) -> Steps:
    """Counts, and writes down that it was closed."""
    try:
        for number in range(1, steps + 1):
            yield Progress(number, steps, number, "files")
    finally:
        log.append("closed")


def test_a_job_reports_every_step_and_is_closed_at_its_end() -> None:
    log: list[str] = []
    seen: list[int] = []
    job = Job("count", lambda: counting(5, log))
    job.run(lambda progress: seen.append(progress.result))
    assert seen == [1, 2, 3, 4, 5]
    assert (job.done, job.total, job.unit, job.error, job.error_text) == (5, 5, "files", None, "")
    assert log == ["closed"]


def test_a_cancelled_job_reports_nothing_more_and_its_generator_is_closed() -> None:
    log: list[str] = []
    seen: list[int] = []
    job = Job("count", lambda: counting(1000, log))

    def report(progress: Progress) -> None:
        seen.append(progress.result)
        if progress.result == 3:
            job.cancel()

    job.run(report)
    assert job.cancelled
    assert seen == [1, 2, 3]
    assert log == ["closed"]
    assert job.error is None


def test_a_job_cancelled_before_it_starts_reports_nothing() -> None:
    log: list[str] = []
    job = Job("count", lambda: counting(3, log))
    job.cancel()
    job.run(lambda progress: pytest.fail("reported"))
    assert log == ["closed"]


def failing(error: Exception) -> Steps:
    """One good step, then an error."""
    yield Progress(1, 2)
    raise error


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ReadError("0001.npz: cut off."), "0001.npz: cut off."),
        (ValueError("first line\nsecond"), "Counting stopped: first line"),
        (KeyError(), "Counting stopped: KeyError"),
        (MemoryError(), "Counting stopped: MemoryError"),
    ],
)
def test_an_error_is_kept_with_one_sentence(error: Exception, text: str) -> None:
    job = Job("Counting", lambda: failing(error))
    job.run(lambda progress: None)
    assert job.error is error
    assert job.error_text == text
    assert job.done == 1


def test_an_error_in_the_report_closes_the_generator() -> None:
    log: list[str] = []
    job = Job("count", lambda: counting(5, log))

    def report(progress: Progress) -> None:
        raise RuntimeError("the window is gone")

    job.run(report)
    assert log == ["closed"]
    assert "the window is gone" in job.error_text


def test_rate_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([100.0, 102.0, 102.0])
    monkeypatch.setattr(jobs, "perf_counter", lambda: next(clock))
    job = Job("count", lambda: iter(()))  # type: ignore[arg-type, return-value]
    assert job.rate_per_s == 0.0
    assert job.remaining_s is None
    job.started = jobs.perf_counter()
    job.done, job.total = 50, 200
    assert job.rate_per_s == pytest.approx(25.0)
    assert job.remaining_s == pytest.approx(6.0)


def test_time_left_is_not_told_without_a_total_and_never_negative() -> None:
    job = Job("count", lambda: failing(ValueError()))
    job.started = 0.0
    job.done, job.total = 10, 0
    assert job.remaining_s is None
    job.total = 5
    assert job.remaining_s == 0.0


def test_two_jobs_of_the_same_words_are_two() -> None:
    steps = lambda: failing(ValueError())  # noqa: E731
    assert len({Job("a", steps), Job("a", steps)}) == 2


def test_the_last_result_of_steps() -> None:
    log: list[str] = []
    assert last_result(counting(4, log)) == 4
    assert log == ["closed"]
    assert last_result(counting(0, log)) is None
    with pytest.raises(ReadError):
        last_result(failing(ReadError("x")))


def test_rate_and_time_left_are_those_of_what_is_counted_now(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr("thermview.jobs.perf_counter", lambda: clock[0])

    def steps():
        for done in (500, 1000):
            clock[0] += 1.0
            yield Progress(done, 1000, unit="pictures")
        for done in (0, 2, 4):
            yield Progress(done, 10, unit="fits")
            clock[0] += 2.0

    told = []
    job = Job("diagnosis", steps)
    job.run(lambda step: told.append((job.rate_per_s, job.remaining_s)))
    assert told[1] == (pytest.approx(500), pytest.approx(0))
    assert told[2] == (0, None)  # nothing can be said of the fits yet, whatever the pictures took
    assert told[4] == (pytest.approx(1.0), pytest.approx(6.0))
