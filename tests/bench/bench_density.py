"""What densities cost here: `pytest tests/bench/bench_density.py -s`; reports, never gates.

THERMVIEW_BENCH_PICTURES (50000) and THERMVIEW_BENCH_REFERENCES (5000,20000,50000) set the sizes.
"""

import os
import resource
import time

import numpy as np
import pytest

from thermview.diagnosis.density import session_density
from thermview.inference import default_model, open_model
from thermview.inference.pictures import embed, picture_tensor
from thermview.jobs import last_result

PICTURES = int(os.environ.get("THERMVIEW_BENCH_PICTURES", "50000"))
REFERENCES = [
    int(text) for text in os.environ.get("THERMVIEW_BENCH_REFERENCES", "5000,20000,50000").split(",")
]


def report(capsys, text):
    with capsys.disabled():
        print(f"\n{text}", end="")


@pytest.mark.bench
@pytest.mark.parametrize("dimensions", [120, 1280])
@pytest.mark.parametrize("reference", REFERENCES)
def test_session_density(dimensions, reference, capsys):
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal(size=(PICTURES, dimensions), dtype=np.float32).astype(np.float16)
    sessions = np.arange(PICTURES) // 2  # the reference is then limited by its size alone
    classes = rng.integers(20, size=PICTURES)
    names = [f"class {code}" for code in range(20)]
    wall, cpu = time.perf_counter(), time.process_time()
    density = last_result(session_density(vectors, sessions, classes, names, limit=reference))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    report(
        capsys,
        f"{PICTURES} x {dimensions} against {len(density.reference)}: {wall:.1f} s, {cpu:.1f} CPU-s, "
        f"{PICTURES / wall:,.0f} pictures/s, peak of the process {peak:.0f} MiB",
    )
    assert np.isfinite(density.values).all()


@pytest.mark.bench
def test_embedding(capsys):
    model = open_model(default_model("embedding"))
    rng = np.random.default_rng(0)
    frames = [rng.integers(0, 256, size=(219, 89, 3), dtype=np.uint8) for _ in range(64)]
    begun = time.thread_time()
    batch = np.concatenate([picture_tensor(frame, model.card) for frame in frames])
    prepared = time.thread_time() - begun
    embed(model, batch)
    begun = time.thread_time()
    for _ in range(5):
        vectors = embed(model, batch)
    spent = (time.thread_time() - begun) / 5
    report(
        capsys,
        f"{model.card.name}: {64 / spent:.0f} pictures/s on one core, pre-processing {64 / prepared:.0f}/s",
    )
    assert vectors.shape == (64, 1280)
