"""A stretch of a detour is parted where its pattern changes, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from thermview.laser.normality.detour_parts import PART_CYCLES, parts_of

Floats = NDArray[np.float32]

PIXELS, SMOOTH = 60, 5


def course(seed: int, phase: NDArray[np.float64]) -> NDArray[np.float64]:
    """What frames differ by along a smooth closed course of its own, (n, PIXELS), of about unit length."""
    rng = np.random.default_rng(seed)
    waves = np.arange(1, SMOOTH + 1)
    turn = 2 * np.pi * phase[:, None, None] * waves[:, None] + rng.uniform(0, 2 * np.pi, (SMOOTH, PIXELS))
    return np.asarray(
        (np.sin(turn) * rng.normal(0, 1, (SMOOTH, PIXELS))).sum(axis=1) / np.sqrt(SMOOTH * PIXELS / 2)
    )


def stretch(
    period: float, cycles: float, noise: float, patterns: tuple[int, ...], seed: int = 0
) -> tuple[Floats, NDArray[np.float64]]:
    """Frames that show one pattern after the other for the same time, and their phases."""
    rng = np.random.default_rng(seed)
    count = round(period * cycles)
    phase = (rng.random() + np.arange(count) / period) % 1.0
    which = np.arange(count) * len(patterns) // count
    clean = np.choose(which[:, None], [course(number, phase) for number in patterns])
    return (clean + rng.normal(0, noise / np.sqrt(PIXELS), clean.shape)).astype(np.float32), phase


@pytest.mark.parametrize("period", [9.87, 8.4, 12.05, 10.02, 8.0])
@pytest.mark.parametrize("noise", [0.05, 0.3, 0.8])
@pytest.mark.parametrize("cycles", [6, 15, 40])
def test_one_pattern_is_one_part(period: float, noise: float, cycles: int) -> None:
    """Also where the camera is nearly in step with the scan, so that frames of one phase creep along the course."""
    odd, phase = stretch(period, cycles, noise, (1,))
    assert parts_of(odd, phase, period) == [0, len(odd)]


@pytest.mark.parametrize("period", [9.87, 8.4, 12.05])
@pytest.mark.parametrize("noise", [0.05, 0.3, 0.8])
@pytest.mark.parametrize("cycles", [10, 40])
def test_two_patterns_are_parted_where_one_gives_way(period: float, noise: float, cycles: int) -> None:
    odd, phase = stretch(period, cycles, noise, (1, 2))
    edges = parts_of(odd, phase, period)
    assert edges[0] == 0
    assert edges[-1] == len(odd)
    change = len(odd) / 2
    assert min(abs(edge - change) for edge in edges) <= period / 2
    far = [edge for edge in edges[1:-1] if abs(edge - change) > PART_CYCLES * period]
    assert len(far) <= 1  # a part too many is joined again later


def test_three_patterns_in_turn_are_three_parts() -> None:
    odd, phase = stretch(9.87, 30, 0.3, (1, 2, 3))
    edges = np.array(parts_of(odd, phase, 9.87))
    assert len(edges) == 4
    np.testing.assert_allclose(edges[1:3], [len(odd) / 3, 2 * len(odd) / 3], atol=5)


def test_a_stretch_shorter_than_a_part_is_one() -> None:
    odd, phase = stretch(9.87, 1.5, 0.3, (1,))
    assert parts_of(odd, phase, 9.87) == [0, len(odd)]
