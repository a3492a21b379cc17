"""The graph says what the reference says, for batches of any size in one file."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from laser_fits import PLAIN, WITH_OBSTACLE
from numpy.typing import NDArray

from thermview.errors import ModelError
from thermview.inference import Model, ModelCard, open_model, save_model
from thermview.laser.normality.compare import Compared, compared
from thermview.laser.normality.fit import Fit
from thermview.laser.normality.graph import OUTPUTS, build_graph, quantized
from thermview.laser.normality.model import card_of_fit, model_of, renamed, write_model
from thermview.laser.normality.score import centres
from thermview.laser.normality.stream import compared_by
from thermview.laser.normality.tables import FACTS, FEATURES, PHASES, BatchTables
from thermview.sample.laser import faults_for, simulate

BATCHES = {"Type3": WITH_OBSTACLE, "Type4": PLAIN}
TOLERANCES = {"measures": 5e-4, "features": 1e-3, "astray": 5e-4, "residual": 1e-3, "picture": 1e-3}
"""Roots of small differences, and pictures between two places that differ much, carry rounding further."""
FAULTS = [(name, kind) for name, batch in BATCHES.items() for kind in ("", *faults_for(batch))]


def tables_named(fit: Fit, name: str) -> BatchTables:
    return next(batch.learnt.tables for batch in fit.batches if batch.name == name)


def both(
    model: Model, fit: Fit, name: str, frames: NDArray[np.generic]
) -> tuple[dict[str, NDArray[np.generic]], dict[str, NDArray[np.generic]]]:
    """Reference and graph on one whole recording."""
    pixels, total = frames.astype(np.float32), len(frames)
    tables = tables_named(fit, name)
    by_hand = compared(pixels, np.arange(total), centres(0, total, total, tables.half), tables)
    by_graph = compared_by(model, model.card.normality[name], pixels, 0, total)
    return vars(by_hand), vars(by_graph)


def assert_same(wanted: dict[str, NDArray[np.generic]], found: dict[str, NDArray[np.generic]]) -> None:
    """Alike to 1e-4 of 1 + |x| mostly; where two patterns or places fit a frame equally well either will do."""
    even = wanted["pattern"] == found["pattern"]
    even &= np.abs((wanted["offset"] - found["offset"] + 0.5) % 1.0 - 0.5) < 1e-4
    assert even.mean() > 0.995
    for name in OUTPUTS:
        one, other = wanted[name][even].astype(np.float64), found[name][even].astype(np.float64)
        assert one.shape == other.shape
        apart = np.abs(one - other)
        if name in ("offset", "phase"):
            apart = np.minimum(apart, 1.0 - apart)
        worst = (apart / (1.0 + np.abs(one))).max()
        assert worst < TOLERANCES.get(name, 1e-4), f"{name}: {worst}"


@pytest.mark.parametrize(("name", "kind"), FAULTS)
def test_the_graph_is_the_reference(model: Model, fit_of_two: Fit, name: str, kind: str) -> None:
    recording = simulate(BATCHES[name], 77, 600, fault=kind or None)
    assert_same(*both(model, fit_of_two, name, recording.frames))


@pytest.mark.parametrize("name", list(BATCHES))
@pytest.mark.parametrize("made", ["dark", "white", "noise", "one pixel", "bright"])
def test_frames_that_no_scan_makes_are_the_same_in_both(
    model: Model, fit_of_two: Fit, name: str, made: str
) -> None:
    batch = BATCHES[name]
    frames = simulate(batch, 78, 80).frames.astype(np.float32)
    frames[20:60] = {
        "dark": 0.0,
        "white": 1023.0,
        "noise": np.random.default_rng(0)
        .uniform(0, 1023, (40, batch.rows, batch.columns))
        .astype(np.float32),
        "one pixel": np.eye(batch.rows, batch.columns, dtype=np.float32) * 900.0,
        "bright": frames[20:60] * 3.0,
    }[made]
    wanted, found = both(model, fit_of_two, name, frames)
    assert all(np.isfinite(values).all() for values in found.values())
    assert_same(wanted, found)


@pytest.mark.parametrize("frames", [1, 2, 7, 11, 12])
def test_even_a_few_frames_go_through_both(model: Model, fit_of_two: Fit, frames: int) -> None:
    assert_same(*both(model, fit_of_two, "Type4", simulate(PLAIN, 79, 50).frames[:frames]))


def drawn_tables(rng: np.random.Generator, rows: int, columns: int, patterns: int, codes: int) -> BatchTables:
    """Tables full of random numbers, the worst there is to compress."""
    pixels = rows * columns

    def some(*shape: int) -> NDArray[np.float32]:
        return rng.uniform(0.5, 1.5, shape).astype(np.float32)

    return quantized(
        BatchTables(
            rows=rows, columns=columns, period=float(rng.uniform(9.7, 9.95)), half=5, white=some(pixels),
            basis=some(pixels, codes) - 1, codes=some(patterns, PHASES, codes), gain=some(pixels),
            noise=some(pixels), facts=some(patterns, PHASES, len(FACTS)), distance=0.003, light=1300.0,
            spread=some(patterns, PHASES, len(FEATURES)), stirring=10.0,
        )
    )  # fmt: skip


def test_thirty_six_batches_fit_into_five_megabytes(fit_of_two: Fit, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    sizes = [(15, 21), (12, 16), (20, 24), (18, 18), (10, 32), (8, 8)]
    batches = []
    for number in range(36):
        rows, columns = sizes[number % len(sizes)]
        tables = drawn_tables(rng, rows, columns, patterns=1 + number % 4, codes=min(48, rows * columns))
        learnt = replace(fit_of_two.batches[0].learnt, tables=tables)
        batches.append(replace(fit_of_two.batches[0], name=f"Type{number + 1}", learnt=learnt))
    path = tmp_path / "all.onnx"
    write_model(replace(fit_of_two, batches=tuple(batches)), path)
    assert path.stat().st_size < 5e6
    model = open_model(path)
    for number in (0, 1, 4, 17, 35):
        tables = batches[number].learnt.tables
        frames = rng.uniform(0, 40, (30, tables.rows, tables.columns)).astype(np.float32)
        wanted = compared(frames, np.arange(30), centres(0, 30, 30, 5), tables)
        found: Compared = compared_by(model, model.card.normality[f"Type{number + 1}"], frames, 0, 30)
        np.testing.assert_allclose(found.facts, wanted.facts, rtol=1e-4)
        np.testing.assert_allclose(found.expected.shape, wanted.expected.shape)
        assert found.picture.shape == frames.shape


def test_the_graph_refuses_frames_of_another_size(model: Model) -> None:
    with pytest.raises(ModelError, match="does not take"):
        compared_by(model, model.card.normality["Type3"], np.zeros((30, 9, 9), np.float32), 0, 30)


def test_the_same_fit_is_the_same_file(fit_of_two: Fit, tmp_path: Path) -> None:
    digests = set()
    for name in ("one.onnx", "two.onnx"):
        write_model(fit_of_two, tmp_path / name)
        digests.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
    assert len(digests) == 1
    write_model(renamed(fit_of_two, "another"), tmp_path / "three.onnx")
    assert hashlib.sha256((tmp_path / "three.onnx").read_bytes()).hexdigest() not in digests


def test_the_card_comes_back_as_it_was_written(fit_of_two: Fit, model: Model) -> None:
    card = card_of_fit(fit_of_two)
    assert ModelCard.model_validate_json(card.model_dump_json(exclude_none=True)) == card
    assert model.card == card
    assert model.card.threshold == 1.0
    assert set(model.card.normality) == set(model.card.batches) == set(BATCHES)
    for batch in fit_of_two.batches:
        kept = model.card.normality[batch.name]
        assert (kept.rows, kept.columns, kept.half) == (
            batch.learnt.tables.rows, batch.learnt.tables.columns, batch.learnt.tables.half,
        )  # fmt: skip
        assert kept.period == batch.learnt.tables.period
        assert kept.lanes == batch.limits.lanes
        assert set(kept.learnt_from).isdisjoint(kept.suspects)


def test_graph_and_card_can_be_kept_apart(fit_of_two: Fit, tmp_path: Path) -> None:
    graph, card = model_of(fit_of_two)
    save_model(graph, card, tmp_path / "kept.onnx")
    assert open_model(tmp_path / "kept.onnx").card == card
    assert not list(tmp_path.glob("*.part"))


def test_what_the_graph_keeps_is_what_limits_were_measured_with(fit_of_two: Fit) -> None:
    for batch in fit_of_two.batches:
        again = quantized(batch.learnt.tables)
        for name, value in vars(batch.learnt.tables).items():
            np.testing.assert_array_equal(getattr(again, name), value)


def test_one_graph_serves_any_order_of_batches(fit_of_two: Fit, tmp_path: Path) -> None:
    turned = replace(fit_of_two, batches=fit_of_two.batches[::-1])
    write_model(turned, tmp_path / "turned.onnx")
    model = open_model(tmp_path / "turned.onnx")
    assert model.card.normality["Type4"].place == 0
    assert_same(*both(model, turned, "Type3", simulate(WITH_OBSTACLE, 80, 200).frames))
    assert len(build_graph([b.learnt.tables for b in turned.batches]).graph.node) > 50
