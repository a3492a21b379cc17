"""What lenses and neighbour graphs cost here: `pytest tests/bench/bench_lenses.py -s`; reports, never gates.

THERMVIEW_BENCH_PICTURES (50000) sets the size.
"""

import os
import resource
import time

import numpy as np
import pytest
from diagnosis_values import ClassPlan, simulated_set

from thermview.diagnosis.lenses import measure_lenses
from thermview.diagnosis.nearest import unit_rows
from thermview.diagnosis.neighbour_graph import neighbour_graph
from thermview.jobs import last_result

PICTURES = int(os.environ.get("THERMVIEW_BENCH_PICTURES", "50000"))
FRAMES = 36


def report(capsys, text):
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with capsys.disabled():
        print(f"\n{text}, peak of the process {peak:.0f} MiB", end="")


@pytest.mark.bench
@pytest.mark.parametrize("structure", ["sessions", "none"])
def test_neighbour_graph(structure, capsys):
    rng = np.random.default_rng(0)
    middles = rng.normal(size=(PICTURES // FRAMES + 1, 30)) @ rng.normal(size=(30, 120))
    sessions = np.arange(PICTURES) // FRAMES
    rows = middles[sessions].astype(np.float32) if structure == "sessions" else np.zeros((PICTURES, 120))
    rows = unit_rows(rows + rng.standard_normal((PICTURES, 120), dtype=np.float32)).astype(np.float16)
    wall, cpu = time.perf_counter(), time.process_time()
    graph = last_result(neighbour_graph(rows, 10))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    report(
        capsys,
        f"{PICTURES} x 120, structure {structure}: {wall:.1f} s, {cpu:.1f} CPU-s, {100 * graph.agreement:.1f} % of the "
        f"exact neighbours, {100 * graph.excess:.2f} % too far",
    )
    assert graph.neighbours.shape == (PICTURES, 10)


@pytest.mark.bench
def test_both_lenses(capsys):
    sessions = max(PICTURES // (20 * FRAMES), 4)
    plans = [
        ClassPlan(
            f"Object{number // 2}-{'Leak' if number % 2 else 'Normal'}",
            f"O{number // 2}",
            state,
            sessions,
            FRAMES,
        )
        for number, state in enumerate(["NOM", "AON"] * 10)
    ]
    made = simulated_set(plans, mislabelled=False, dimensions=1280)
    vectors = made.vectors.astype(np.float16)
    wall, cpu = time.perf_counter(), time.process_time()
    lenses = last_result(measure_lenses(made.table, np.arange(len(vectors)), vectors))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    report(capsys, f"{len(vectors)} x 1280, both lenses: {wall:.1f} s, {cpu:.1f} CPU-s")
    assert lenses.domain is not None
