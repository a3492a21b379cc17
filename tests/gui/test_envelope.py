import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from thermview.gui.parts.envelope import peak_columns, peak_line, span_line

_SCORES = arrays(
    np.float32,
    st.integers(0, 300),
    elements=st.one_of(st.just(np.float32(np.nan)), st.floats(-1e6, 1e6, width=32)),
)


@given(_SCORES, st.integers(1, 400))
def test_columns_hold_the_largest_value_of_their_frames(values, columns):
    peaks = peak_columns(values, 0, max(len(values), 1), columns)
    edges = np.ceil(np.arange(columns + 1) * (max(len(values), 1) / columns)).astype(int)
    assert peaks.shape == (columns,)
    for column in range(columns):
        part = values[edges[column] : edges[column + 1]]
        part = part[~np.isnan(part)]
        assert np.array_equal(peaks[column], part.max() if part.size else np.nan, equal_nan=True)


@given(_SCORES, st.floats(-50, 350), st.floats(1, 400), st.integers(1, 50))
def test_any_window_of_the_recording_can_be_asked_for(values, first, frames, columns):
    peaks = peak_columns(values, first, frames, columns)
    inside = values[max(int(np.ceil(first)), 0) : max(int(np.ceil(first + frames)), 0)]
    inside = inside[~np.isnan(inside)]
    known = peaks[~np.isnan(peaks)]
    assert set(known.tolist()) <= set(inside.tolist())


@given(_SCORES, st.integers(1, 50))
def test_a_line_keeps_the_largest_value_and_only_real_points(values, points):
    frames, peaks = peak_line(values, 0, len(values), points)
    assert len(frames) <= max(points, 1)
    assert np.all(np.diff(frames) > 0)
    assert np.array_equal(values[frames.astype(int)], peaks, equal_nan=True)
    if np.isfinite(values).any():
        assert np.nanmax(peaks) == np.nanmax(values)


@given(_SCORES, st.integers(2, 400))
def test_a_line_of_spans_keeps_the_smallest_and_the_largest_at_their_places(values, points):
    frames, drawn = span_line(values, 0, len(values), points)
    assert len(frames) <= max(points, 2) + 2
    assert (np.diff(frames) >= 0).all()
    np.testing.assert_array_equal(drawn, values[frames.astype(int)])
    known = values[~np.isnan(values)]
    if known.size:
        assert np.nanmin(drawn) == known.min()
        assert np.nanmax(drawn) == known.max()
