"""Laws of the way from counts to temperatures; measured truth is in the tests of the readers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from flir_files import CONDITIONS, CONSTANTS
from hypothesis import given
from hypothesis import strategies as st

from thermview.thermal.radiometry import (
    CameraConstants,
    Conditions,
    atmospheric_transmission,
    camera_counts,
    celsius_table,
    object_celsius,
    planck_celsius,
    planck_counts,
)

shares = st.floats(0.05, 1.0)
airs = st.floats(-30, 50)
conditions = st.builds(
    Conditions,
    emissivity=shares,
    reflected_c=st.floats(-60, 300),
    atmosphere_c=airs,
    distance_m=st.floats(0, 200),
    humidity=st.floats(0, 1),
    window_transmission=shares,
    window_c=airs,
)
cameras = st.builds(
    CameraConstants,
    R1=st.floats(13_000, 22_000),
    R2=st.floats(0.01, 0.05),
    B=st.floats(1_350, 1_510),
    F=st.floats(0.5, 2.0),
    O=st.integers(-7500, -200).map(float),
    alpha1=st.just(CONSTANTS.alpha1),
    alpha2=st.just(CONSTANTS.alpha2),
    beta1=st.just(CONSTANTS.beta1),
    beta2=st.just(CONSTANTS.beta2),
    X=st.just(CONSTANTS.X),
)


@given(cameras, conditions)
def test_more_counts_are_hotter(camera: CameraConstants, around: Conditions) -> None:
    celsius = object_celsius(np.arange(0, 65_536, 7), camera, around)
    valid = celsius[np.isfinite(celsius)]
    assert (np.diff(valid) > 0).all()


@given(cameras, conditions, st.floats(-40, 1500))
def test_there_and_back(camera: CameraConstants, around: Conditions, celsius: float) -> None:
    counts = camera_counts(celsius, camera, around)
    assert object_celsius(counts, camera, around) == pytest.approx(celsius, abs=1e-5)


@given(cameras, airs, st.floats(-60, 300))
def test_a_black_body_without_air_is_planck_alone(
    camera: CameraConstants, air_c: float, reflected_c: float
) -> None:
    around = Conditions(emissivity=1.0, reflected_c=reflected_c, atmosphere_c=air_c, distance_m=0.0)
    assert atmospheric_transmission(camera, around) == 1.0
    counts = np.arange(0, 65_536, 13)
    np.testing.assert_allclose(object_celsius(counts, camera, around), planck_celsius(counts, camera))


@given(cameras, conditions)
def test_a_scene_of_one_temperature_hides_emissivity_air_and_window(
    camera: CameraConstants, around: Conditions
) -> None:
    same = replace(around, reflected_c=30.0, atmosphere_c=30.0, window_c=30.0)
    counts = planck_counts(30.0, camera)
    assert object_celsius(counts, camera, same) == pytest.approx(30.0, abs=1e-6)


@given(st.floats(0, 300), st.floats(0.01, 100), airs, st.floats(0, 1))
def test_longer_ways_let_less_through(
    distance_m: float, more_m: float, air_c: float, humidity: float
) -> None:
    near = Conditions(distance_m=distance_m, atmosphere_c=air_c, humidity=humidity)
    far = replace(near, distance_m=distance_m + more_m)
    passed = atmospheric_transmission(CONSTANTS, near), atmospheric_transmission(CONSTANTS, far)
    assert 0 < passed[1] < passed[0] <= 1


def test_the_air_is_one_path() -> None:
    """Worked by hand: 20 °C, 50 % relative humidity, 4 m."""
    around = Conditions(distance_m=4.0, atmosphere_c=20.0, humidity=0.5)
    assert atmospheric_transmission(CONSTANTS, around) == pytest.approx(0.987843, abs=1e-6)


def test_the_table_is_the_formula_for_every_count() -> None:
    table = celsius_table(CONSTANTS, CONDITIONS)
    assert (table.shape, table.dtype) == ((65_536,), np.float32)
    exact = object_celsius(np.arange(65_536), CONSTANTS, CONDITIONS)
    np.testing.assert_array_equal(table, exact.astype(np.float32))
    assert np.isnan(table[0])  # less than window and air alone give
    assert not table.flags.writeable


def test_what_no_temperature_gives_is_empty_and_warns_of_nothing() -> None:
    blind = Conditions(emissivity=0.05, reflected_c=300.0)
    celsius = celsius_table(CONSTANTS, blind)
    cold = camera_counts(-200.0, CONSTANTS, blind)
    assert np.isnan(celsius[: int(cold)]).all()
    assert np.isfinite(celsius[int(cold) + 50 :]).all()
    opaque = replace(CONDITIONS, emissivity=0.0)
    assert np.isnan(celsius_table(CONSTANTS, opaque)).all()
