"""What regions measure in a frame and over a recording, against plain NumPy."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from thermview.errors import ThermviewError
from thermview.jobs import last_result
from thermview.recording import APPARENT_TEMPERATURE, COUNT_DIFFERENCE, ArrayRecording
from thermview.thermal.region_series import RegionSeries, SeriesChunk, measured, series_steps
from thermview.thermal.region_statistics import (
    STATISTICS,
    difference_of,
    profile_of,
    statistics_of,
    valid_range,
)
from thermview.thermal.regions import Ellipse, Line, Polygon, Rectangle, Spot, mask_of

REGIONS = (
    Spot("S1", 3.2, 4.9),
    Line("L1", (0.5, 0.5), (11.5, 9.5)),
    Rectangle("R1", 1, 2, 6, 5),
    Ellipse("E1", 2, 1, 9, 8),
    Polygon("P1", ((0, 0), (12, 3), (5, 10))),
)
TYPES = ("u1", "i2", "u2", ">u2", "u4", "i8", "f2", "f4", "f8", ">f4")


def recording(data, quantity=COUNT_DIFFERENCE, **metadata):
    return ArrayRecording("a", Path("a.npy"), "array", data, quantity, metadata=metadata)


def frames_of(dtype):
    shape = (6, 10, 12)
    numbers = {"f": st.floats(-200, 200, width=16), "u": st.integers(0, 200), "i": st.integers(-120, 120)}
    return hnp.arrays(np.dtype(dtype), shape, elements=numbers[np.dtype(dtype).kind])


def reference(frame, region):
    values = frame[mask_of(region, *frame.shape).whole(frame.shape)].astype(np.float64)
    return values.min(), values.max(), values.mean(), values.std()


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.kind)
def test_statistics_are_those_of_numpy_in_every_type(dtype, region):
    frame = (np.random.default_rng(3).uniform(0, 250, (10, 12))).astype(dtype)
    found = statistics_of(frame, region)
    assert [found.value(name) for name in STATISTICS] == pytest.approx(reference(frame, region))
    assert found.area == found.count == mask_of(region, 10, 12).area
    for place, value in ((found.at_minimum, found.minimum), (found.at_maximum, found.maximum)):
        assert frame[place[1], place[0]] == value
        assert mask_of(region, 10, 12).whole((10, 12))[place[1], place[0]]


@given(frames_of("f4"), st.sampled_from(REGIONS))
def test_the_mean_lies_between_the_extremes(frames, region):
    found = statistics_of(frames[0], region)
    assert found.minimum <= found.mean <= found.maximum
    assert 0 <= found.deviation <= (found.maximum - found.minimum) / 2 + 1e-5


@given(frames_of("i2"), st.integers(-5, 5))
def test_a_constant_added_moves_values_and_leaves_deviation_and_places(frames, constant):
    region = REGIONS[3]
    here, there = statistics_of(frames[0], region), statistics_of(frames[0] + np.int16(constant), region)
    assert there.minimum == here.minimum + constant
    assert there.mean == pytest.approx(here.mean + constant)
    assert there.deviation == pytest.approx(here.deviation, abs=1e-9)
    assert (there.at_minimum, there.at_maximum) == (here.at_minimum, here.at_maximum)


def test_pixels_that_are_not_valid_are_left_out_and_counted():
    frame = np.full((10, 12), 20, np.float32)
    frame[2, 1:5] = [np.nan, np.inf, -60, 500]
    frame[3, 1] = 30
    found = statistics_of(frame, Rectangle("R", 1, 2, 6, 5), (-40, 150))
    assert (found.area, found.count, found.left_out) == (30, 26, 4)
    assert (found.minimum, found.maximum, found.at_maximum) == (20, 30, (1, 3))
    without_range = statistics_of(frame, Rectangle("R", 1, 2, 6, 5))
    assert (without_range.left_out, without_range.minimum, without_range.maximum) == (2, -60, 500)


@pytest.mark.parametrize(
    "region", [Spot("S", 1, 1), Rectangle("R", 50, 50, 3, 3), Rectangle("R", 2.1, 2, 0.2, 3)]
)
def test_a_region_without_a_valid_pixel_has_no_numbers(region):
    frame = np.full((10, 12), np.nan)
    found = statistics_of(frame, region)
    assert found.count == 0
    assert np.isnan([found.value(name) for name in STATISTICS]).all()
    assert found.at_minimum is found.at_maximum is None


def test_the_measuring_range_counts_for_temperatures_alone():
    stated = {"measuring_range_low_c": -40.0, "measuring_range_high_c": 150.0}
    data = np.zeros((1, 2, 2))
    assert valid_range(recording(data, APPARENT_TEMPERATURE, **stated)) == (-40, 150)
    assert valid_range(recording(data, COUNT_DIFFERENCE, **stated)) == (-np.inf, np.inf)
    assert valid_range(recording(data, APPARENT_TEMPERATURE, measuring_range_low_c="cold")) == (
        -np.inf,
        np.inf,
    )


def test_a_profile_goes_through_the_pixels_of_its_line():
    frame = np.arange(120, dtype=np.uint16).reshape(10, 12)
    profile = profile_of(frame, Line("L", (0.5, 2.5), (5.5, 2.5)))
    assert profile.distance == pytest.approx([0, 1, 2, 3, 4, 5])
    assert profile.values.tolist() == [24, 25, 26, 27, 28, 29]
    half = profile_of(frame, Line("L", (-4.5, 0.5), (3.5, 0.5)))
    assert half.distance == pytest.approx([5, 6, 7, 8])
    assert np.isnan(profile_of(frame, Line("L", (0.5, 0.5), (2.5, 0.5)), (0, 1)).values).tolist() == [
        False,
        False,
        True,
    ]


@given(frames_of("u2"))
def test_the_profile_has_the_extremes_of_the_line(frames):
    line = REGIONS[1]
    found, profile = statistics_of(frames[0], line), profile_of(frames[0], line)
    assert (profile.values.min(), profile.values.max()) == (found.minimum, found.maximum)


def test_a_difference_is_the_first_less_the_second():
    frame = np.arange(120.0).reshape(10, 12)
    first, second = statistics_of(frame, REGIONS[2]), statistics_of(frame, REGIONS[0])
    assert difference_of(first, second, "maximum") == first.maximum - second.maximum


# -- over a recording --------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("few", [0, 10**6])
def test_the_series_is_what_each_frame_says(monkeypatch, dtype, few):
    monkeypatch.setattr("thermview.thermal.region_series._FEW_PIXELS", few)
    monkeypatch.setattr("thermview.thermal.region_series._CHUNK_BYTES", 2500)
    data = np.random.default_rng(1).uniform(0, 250, (23, 10, 12)).astype(dtype)
    steps = list(series_steps(recording(data), REGIONS))
    series = steps[-1].result
    assert isinstance(series, RegionSeries)
    for row, region in enumerate(REGIONS):
        expected = np.array([reference(frame, region) for frame in data]).T
        np.testing.assert_allclose(series.values[row], expected, rtol=1e-6)
    chunks = [step.result for step in steps[:-1]]
    assert all(isinstance(chunk, SeriesChunk) for chunk in chunks)
    assert len(chunks) > 1
    np.testing.assert_array_equal(np.concatenate([chunk.values for chunk in chunks], axis=2), series.values)
    assert [step.done for step in steps][-2:] == [23, 23]


@given(frames_of("f4"), st.sampled_from(REGIONS), st.integers(0, 2**32 - 1))
def test_few_and_many_pixels_are_measured_alike(frames, region, seed):
    rng = np.random.default_rng(seed)
    frames = frames.copy()
    frames[rng.random(frames.shape) < 0.3] = np.nan
    mask = mask_of(region, 10, 12)
    one_by_one = [statistics_of(frame, region, (-90, 90)) for frame in frames]
    expected = [[one.value(name) for one in one_by_one] for name in STATISTICS]
    np.testing.assert_allclose(measured(frames, mask, (-90, 90)), expected, rtol=1e-6, atol=1e-4)


def test_a_series_is_asked_for_by_name():
    series = last_result(series_steps(recording(np.zeros((4, 10, 12))), REGIONS))
    assert series.of("R1", "mean").tolist() == [0, 0, 0, 0]
    with pytest.raises(KeyError):
        series.of("gone", "mean")


def test_without_regions_or_with_regions_outside_there_are_no_numbers():
    data = recording(np.zeros((4, 10, 12), np.uint8))
    assert last_result(series_steps(data, ())).values.shape == (0, 4, 4)
    assert np.isnan(last_result(series_steps(data, [Rectangle("R", 90, 0, 5, 5)])).values).all()


def test_colours_are_not_measured():
    with pytest.raises(ThermviewError, match="colours are no quantity"):
        last_result(series_steps(recording(np.zeros((2, 10, 12, 3), np.uint8)), REGIONS))
