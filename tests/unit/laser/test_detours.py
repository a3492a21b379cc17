"""Measured detours beside stated obstacles."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from thermview.laser.detours import Comparison, compare, detours_of


def test_stages_are_one_detour_and_a_slip_is_none():
    pattern = np.zeros(1000)
    pattern[100:140], pattern[145:200] = 1, 2
    pattern[120:125] = np.nan
    pattern[500:505] = 3
    assert detours_of(pattern, gap=30, least=20) == [(100, 199)]
    assert detours_of(pattern, gap=30, least=1) == [(100, 199), (500, 504)]
    assert detours_of(np.zeros(50), gap=3, least=1) == []


def test_each_obstacle_gets_the_detour_it_shares_most_with():
    found = compare([(100, 200), (500, 600)], [(95, 210), (503, 590), (800, 850)])
    assert found == [
        Comparison((100, 200), (95, 210)),
        Comparison((500, 600), (503, 590)),
        Comparison(None, (800, 850)),
    ]
    assert (found[0].late_start, found[0].late_end) == (-5, 10)
    assert (found[2].late_start, found[2].late_end) == (None, None)


def test_an_obstacle_that_was_not_passed_stands_alone():
    assert compare([(100, 200)], []) == [Comparison((100, 200), None)]


SPANS = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 80)), max_size=4).map(
    lambda pairs: [(first, first + width) for first, width in pairs]
)


@given(SPANS, SPANS)
def test_nothing_is_lost_and_nothing_told_twice(stated, measured):
    found = compare(stated, measured)
    assert sorted(item.stated for item in found if item.stated) == sorted(stated)
    assert sorted(item.measured for item in found if item.measured) == sorted(measured)
