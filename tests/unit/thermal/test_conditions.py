"""What measuring conditions may be, what is doubted, and that changes name only what differs."""

from __future__ import annotations

import math
from dataclasses import asdict, replace

import numpy as np
import pytest
from flir_files import CONDITIONS, CONSTANTS
from hypothesis import given
from hypothesis import strategies as st

from thermview.thermal.conditions import (
    BY_NAME,
    FIELDS,
    ConditionsError,
    change_text,
    checked,
    doubts,
    made_usable,
    usable,
    with_changes,
)
from thermview.thermal.radiometry import Conditions, camera_counts, celsius_of, object_celsius

shares = st.floats(0.05, 1.0)
conditions = st.builds(
    Conditions,
    emissivity=shares,
    reflected_c=st.floats(-60, 300),
    atmosphere_c=st.floats(-30, 50),
    distance_m=st.floats(0, 200),
    humidity=st.floats(0, 1),
    window_transmission=shares,
    window_c=st.floats(-30, 50),
)
anything = st.one_of(st.floats(), st.integers(), st.text(max_size=3), st.none(), st.booleans())
stored = st.dictionaries(st.sampled_from([*BY_NAME, "nonsense"]), anything)


def test_the_table_has_every_condition_in_order() -> None:
    assert [field.name for field in FIELDS] == list(asdict(Conditions()))
    assert all(field.allows(field.instead) for field in FIELDS)
    assert all(field.allows(end) for field in FIELDS for end in field.usual)


@given(conditions, st.floats(-30, 400))
def test_counts_of_a_temperature_are_that_temperature_again(around: Conditions, celsius: float) -> None:
    counts = camera_counts(celsius, CONSTANTS, around)
    whole = round(float(counts))
    if not 0 <= whole <= 0xFFFF:
        return
    found = celsius_of(np.array([[whole]], np.uint16), CONSTANTS, around)
    exact = object_celsius(whole, CONSTANTS, around)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found[0, 0], exact, rtol=1e-5, atol=1e-3)
    step = abs(
        float(object_celsius(whole + 1, CONSTANTS, around) - object_celsius(whole - 1, CONSTANTS, around))
    )
    assert math.isnan(exact) or math.isnan(step) or abs(float(exact) - celsius) <= step + 1e-6


@given(conditions, st.floats(0.1, 0.95), st.floats(1, 300))
def test_a_lower_emissivity_raises_what_is_hotter_than_its_surroundings(
    around: Conditions, emissivity: float, above: float
) -> None:
    before, after = replace(around, emissivity=emissivity), replace(around, emissivity=emissivity * 0.95)
    counts = camera_counts(around.reflected_c + above, CONSTANTS, before)
    assert object_celsius(counts, CONSTANTS, after) > object_celsius(counts, CONSTANTS, before)


@pytest.mark.parametrize("changes", [{"emissivity": 0}, {"humidity": 45}, {"distance_m": math.nan}])
def test_what_cannot_be_used_is_refused_with_its_bounds(changes: dict[str, float]) -> None:
    with pytest.raises(ConditionsError, match="must lie between"):
        checked(changes)


def test_an_unknown_condition_is_refused() -> None:
    with pytest.raises(ConditionsError, match="'wind'"):
        checked({"wind": 3})


@given(stored)
def test_remembered_changes_of_any_kind_are_taken_or_left(values: dict[str, object]) -> None:
    kept = usable(values)
    assert checked(kept) == kept
    assert with_changes(CONDITIONS, kept) == replace(CONDITIONS, **kept)


@given(st.builds(Conditions, *[st.floats(width=32) for _ in FIELDS]))
def test_whatever_a_file_states_becomes_usable_and_what_is_replaced_is_told(stated: Conditions) -> None:
    made, told = made_usable(stated)
    assert made_usable(made) == (made, ())
    changed = {name for name, value in asdict(made).items() if value != asdict(stated)[name]}
    assert {name for name, _ in told} >= changed - {"window_c"}


def test_only_what_matters_is_doubted() -> None:
    odd = Conditions(0.95, reflected_c=298.0, atmosphere_c=-90.0, distance_m=0.0, window_c=400.0)
    assert [name for name, _ in doubts(odd, {})] == ["reflected_c"]
    assert [name for name, _ in doubts(replace(odd, emissivity=1.0, distance_m=5000.0), {})] == [
        "atmosphere_c",
        "distance_m",
    ]
    ((_, said),) = doubts(replace(CONDITIONS, emissivity=0.05), {"emissivity": 0.05})
    assert said.startswith("You have set an emissivity of 0.05, which is hardly meant")


def test_changes_are_told_with_the_file_beside_them() -> None:
    told = change_text(
        {"humidity": 0.25, "emissivity": 0.9}, replace(CONDITIONS, emissivity=0.95, humidity=0.5)
    )
    assert told == "emissivity 0.9 (file 0.95), relative humidity 25 % (file 50 %)"
