"""Which pieces of detours show the same pattern, and which are patterns of their own however alike."""

import numpy as np
import pytest

from thermview.laser.normality.detour_pieces import COARSE, Groups, Oddness, Piece

PIXELS = 60
RNG = np.random.default_rng(3)
ONE, OTHER, STEP = RNG.normal(size=(3, COARSE, PIXELS)).astype(np.float32)


def piece(recording, light, noise=0.05, rng=RNG):
    """A piece that met every phase five times, as `light` (COARSE, pixels) with noise of its own."""
    met = np.full(COARSE, 5.0)
    light = (light + rng.normal(scale=noise, size=light.shape)) * met[:, None]
    odd = Oddness(light.astype(np.float32), met)
    return Piece({recording}, light.astype(np.float32), met, odd)


def recordings_of(groups):
    return sorted(sorted(whole.recordings) for whole in groups.wholes)


def test_pieces_of_one_pattern_are_one_group():
    groups = Groups([piece(number, ONE) for number in range(8)])
    groups.join_same()
    assert recordings_of(groups) == [list(range(8))]
    assert groups.wholes[0].weight.sum() == pytest.approx(8 * 5 * COARSE)


def test_patterns_of_nothing_in_common_are_two():
    groups = Groups([piece(number % 4, ONE if number < 4 else OTHER) for number in range(8)])
    groups.join_same()
    assert recordings_of(groups) == [[0, 1, 2, 3]] * 2


def test_two_obstacles_that_are_nearly_alike_are_two_patterns():
    nearly = ONE + 0.25 * STEP
    pieces = [piece(number, light) for number in range(8) for light in (ONE, nearly)]
    assert pieces[0].odd.unlike(pieces[1].odd) < 0.05
    groups = Groups(pieces)
    groups.join_same()
    assert recordings_of(groups) == [list(range(8))] * 2
    assert all(whole.weight.sum() == pytest.approx(8 * 5 * COARSE) for whole in groups.wholes)


def test_three_patterns_on_one_line_are_three():
    """The first two are joined in none of the ways that lead to the third."""
    lights = [ONE + size * STEP for size in (0.0, 0.1, 0.35)]
    groups = Groups([piece(number, light, 0.02) for number in range(8) for light in lights])
    groups.join_same()
    assert recordings_of(groups) == [list(range(8))] * 3


def test_short_pieces_are_joined_with_their_own():
    """What was seen for half a cycle lies farther from its own mean than from a long piece of the other pattern."""
    rng = np.random.default_rng(5)
    lights = [ONE, ONE + 0.25 * STEP]
    pieces = [
        piece(number, light, noise, rng)
        for number in range(8)
        for light, noise in zip(lights, (0.05, 0.2), strict=True)
    ]
    for short in pieces[1::2]:
        short.odd.met[:] = 0.4
        short.odd.light[:] *= 0.4 / 5.0
    groups = Groups(pieces)
    groups.join_same()
    assert recordings_of(groups) == [list(range(8))] * 2


def test_recordings_that_differ_from_one_another_show_one_pattern():
    """The first four all lie a little to one side, the others to the other."""
    groups = Groups([piece(number, ONE + (0.25 if number < 4 else 0.0) * STEP) for number in range(8)])
    groups.join_same()
    assert recordings_of(groups) == [list(range(8))]


def test_a_pattern_that_varies_all_along_one_way_is_one():
    """Every recording shows it once on either side of the middle, so both halves would be shown by all."""
    sizes = np.linspace(0.01, 0.3, 10)
    groups = Groups(
        [piece(number, ONE + side * size * STEP) for number, size in enumerate(sizes) for side in (-1, 1)]
    )
    groups.join_same()
    assert recordings_of(groups) == [list(range(10))]


def test_a_piece_cut_badly_does_not_make_two_patterns_one():
    nearly = ONE + 0.25 * STEP
    pieces = [piece(number, light) for number in range(8) for light in (ONE, nearly)]
    pieces.append(piece(3, 0.5 * ONE + 0.5 * nearly))
    groups = Groups(pieces)
    groups.join_same()
    assert len(groups.wholes) == 2


def test_where_there_are_too_many_the_nearest_are_joined():
    pieces = [
        piece(number, light) for number in range(6) for light in (ONE, ONE + 0.25 * STEP, ONE + 0.6 * STEP)
    ]
    groups = Groups(pieces)
    groups.join_same()
    assert len(groups.wholes) == 3
    groups.join_until(2)
    assert sorted(whole.weight.sum() for whole in groups.wholes) == pytest.approx(
        [6 * 5 * COARSE, 12 * 5 * COARSE]
    )


def test_groups_left_out_are_left_out():
    groups = Groups([piece(number % 4, ONE if number < 4 else OTHER) for number in range(5)])
    groups.join_same()
    groups.keep([len(whole.recordings) >= 2 for whole in groups.wholes])
    assert recordings_of(groups) == [[0, 1, 2, 3]]
    groups.join_until(1)
    assert len(groups.wholes) == 1


def test_nothing_makes_no_groups():
    groups = Groups([])
    groups.join_same()
    groups.join_until(0)
    assert groups.wholes == []


def test_pieces_that_met_no_phase_in_common_are_unlike():
    first, second = piece(0, ONE), piece(1, ONE)
    first.odd.met[: COARSE // 2] = 0.0
    second.odd.met[COARSE // 2 :] = 0.0
    assert first.odd.unlike(second.odd) == 1.0
    assert second.odd.way(first.odd, second.odd) == 0.5


def test_what_is_put_together_can_be_taken_apart():
    one, two = piece(0, ONE).odd, piece(1, OTHER).odd
    left = one.joined(two).without(two)
    assert left.unlike(one) < 1e-6
    assert one.way(one, two) == pytest.approx(0.0, abs=1e-6)
    assert two.way(one, two) == pytest.approx(1.0, abs=1e-6)
