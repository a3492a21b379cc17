"""The same blocks on a real Dask cluster over TCP, a worker killed in the middle included."""

import os
import signal
import subprocess
import sys
import time
import warnings
from contextlib import suppress
from pathlib import Path

import pytest
from unit.diagnosis.picture_sets import write_hostile, write_set
from unit.diagnosis.small_capture import saved_model
from unit.diagnosis.test_shards import assert_same

from thermview.diagnosis import scan_blocks
from thermview.diagnosis.shards_cluster import ClusterError, work_on_cluster
from thermview.jobs import last_result

distributed = pytest.importorskip("distributed", reason="the extra thermview[cluster] is not installed")

# Dask's own event loops close some of their sockets late.
pytestmark = pytest.mark.filterwarnings(
    "ignore:unclosed:ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)

_START_S = 60


def started(arguments, folder):
    """A process of Dask's command line."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    with (folder / f"{arguments[0]}.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def killed(process):
    """Kill a process and those that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """The address of a scheduler with two workers, and the workers' processes."""
    folder = tmp_path_factory.mktemp("cluster")
    place = folder / "scheduler.json"
    processes = [
        started(
            [
                "dask_scheduler",
                "--host",
                "127.0.0.1",
                "--port",
                "0",
                "--no-dashboard",
                "--scheduler-file",
                str(place),
            ],
            folder,
        )
    ]
    worker = [
        "dask_worker",
        "--scheduler-file",
        str(place),
        "--nthreads",
        "1",
        "--no-dashboard",
        "--host",
        "127.0.0.1",
    ]
    try:
        until = time.monotonic() + _START_S
        while not place.exists() and time.monotonic() < until:
            time.sleep(0.05)
        processes += [started(worker, folder) for _ in range(2)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with distributed.Client(scheduler_file=str(place), set_as_default=False) as client:
                client.wait_for_workers(2, timeout=_START_S)
                address = client.scheduler.address
        yield address, processes[1:], folder
    finally:
        for process in processes:
            killed(process)


def test_a_cluster_gives_what_one_machine_gives_though_a_worker_is_killed(cluster, tmp_path, monkeypatch):
    address, workers, _ = cluster
    monkeypatch.setattr(scan_blocks, "BLOCK_FILES", 2)
    root = tmp_path / "set"
    write_set(root, frames=12)
    write_hostile(root)
    (root / "Pipe-Normal" / "gone.png").unlink()  # what is gone is looked for every time
    model = saved_model(tmp_path / "model")
    alive = list(workers)
    for step in work_on_cluster(root, model, address, cache=tmp_path / "cache"):
        if step.unit == "pictures" and step.done > 20 and len(alive) == 2:
            killed(alive.pop())
    assert len(alive) == 1
    assert step.done == step.total
    monkeypatch.setattr(scan_blocks, "look_at", lambda root, path: pytest.fail(f"{path} is read again"))
    found = work_on_cluster(root, model, address, cache=tmp_path / "cache")
    assert last_result(found) is None  # nothing is left to do
    monkeypatch.undo()
    monkeypatch.setattr(scan_blocks, "BLOCK_FILES", 2)
    assert_same(root, model, tmp_path / "cache", tmp_path / "one run")


def test_workers_that_do_not_see_the_model_say_so(cluster, tmp_path):
    address, *_ = cluster
    write_set(tmp_path / "set", frames=1)
    model = saved_model(tmp_path / "model")
    (tmp_path / "model").rename(tmp_path / "moved")
    with pytest.raises(Exception, match="does not see this model"):
        last_result(work_on_cluster(tmp_path / "set", model, address, cache=tmp_path / "cache"))


def test_no_scheduler_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr("thermview.diagnosis.shards_cluster._CONNECT_S", 0.5)
    (tmp_path / "set").mkdir()
    with pytest.raises(ClusterError, match=r"127\.0\.0\.1:9: no Dask scheduler answers"):
        last_result(work_on_cluster(tmp_path / "set", None, "tcp://127.0.0.1:9", cache=tmp_path / "cache"))
