"""Sorted densities give the pictures between two of them without a look at the others."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from thermview.gui.diagnosis.prepared import spread_of

DENSITIES = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.5, 1.0, 2.0, float("nan")]) | st.floats(0, 3, width=32), st.integers(0, 2)
    ),
    max_size=30,
)


@given(DENSITIES, st.floats(0, 3, width=32), st.floats(0, 3, width=32), st.sampled_from([None, 0, 1, 2]))
def test_places_between_two_densities(densities, low, high, code):
    values = np.array([value for value, _ in densities], np.float32)
    codes = np.array([known for _, known in densities], np.intp)
    found = spread_of(values, codes, 3).between(low, high, code)
    inside = (values >= np.float32(low)) & (values < np.float32(high))
    if code is not None:
        inside &= codes == code
    assert sorted(found.tolist()) == np.flatnonzero(inside).tolist()
    assert (np.diff(values[found]) >= 0).all()
