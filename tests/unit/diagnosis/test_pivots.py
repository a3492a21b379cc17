"""Boxes of densities: whiskers never end inside the box."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from thermview.diagnosis.pivots import class_boxes


def test_a_whisker_does_not_end_inside_the_box():
    values = np.array(
        [0.0, 10.0, 10.0, 11.0, 30.0, 40.0], np.float32
    )  # q3 is 25.25, above 11 lies only what is far
    (box,) = class_boxes(values[[3, 0, 5, 2, 4, 1]], np.zeros(6, np.intp))
    assert (box.q1, box.median, box.q3) == (10.0, 10.5, 25.25)
    assert (box.low, box.high) == (0.0, 40.0)
    values = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 9.0, 30.0], np.float32)
    (box,) = class_boxes(values, np.zeros(8, np.intp))
    assert (box.q3, box.high) == (3.0, 3.0)


@given(st.lists(st.floats(0.0, 100.0, width=32), min_size=1, max_size=30))
def test_the_five_numbers_of_a_box_ascend(values):
    (box,) = class_boxes(np.array(values, np.float32), np.zeros(len(values), np.intp))
    assert box.low <= box.q1 <= box.median <= box.q3 <= box.high
