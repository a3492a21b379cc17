"""Splits by what names say: found where they are, rarely where they are not, whatever the frame rate."""

from dataclasses import replace

import numpy as np
import pytest
from diagnosis_values import PLANS, lens_of, simulated_set
from hypothesis import given
from hypothesis import strategies as st

from thermview.diagnosis.token_splits import find_splits, holm, tokens_of


def splits_of(made):
    return find_splits(made.table, [lens_of(made.table, made.vectors)])


@pytest.mark.parametrize("seed", range(3))
def test_cars_fall_apart_by_distance(seed):
    made = simulated_set(seed=seed)
    found = [split for split in splits_of(made) if split.token == "distance"]
    assert [made.table.class_names[split.class_code] for split in found] == ["Car-Normal"]
    (split,) = found
    assert split.values == ("3 m", "25 m", "30 m")
    assert split.p < 0.05
    assert sum(split.counts) == len(made.table.members(split.class_code))
    lowest = split.values[int(np.argmin(split.medians))]
    metres = made.table.tokens.distances_m[split.rows]
    assert set(metres.tolist()) == {float(lowest.removesuffix(" m"))}


def test_chance_is_rarely_called_a_split():
    plans = [replace(plan, far=()) for plan in PLANS]
    found = [
        split for seed in range(6) for split in splits_of(simulated_set(plans, seed=seed, mislabelled=False))
    ]
    assert len(found) <= 4  # 24 families of tests at 5 % each


def test_more_frames_of_the_same_sessions_find_no_more():
    plans = [replace(plan, far=(), frames=3) for plan in PLANS]
    few = simulated_set(plans, seed=1, mislabelled=False)
    lens = lens_of(few.table, few.vectors)
    again = np.repeat(np.arange(len(few.table)), 10)
    tokens = few.table.tokens
    many = replace(
        few.table,
        paths=tuple(few.table.paths[row] for row in again),
        class_codes=few.table.class_codes[again],
        session_codes=few.table.session_codes[again],
        tokens=replace(
            tokens,
            **{
                name: getattr(tokens, name)[again]
                for name in ("object_codes", "state_codes", "site_codes", "days", "hours", "distances_m")
            },
        ),
    )
    repeated = replace(
        lens, rows=np.arange(len(again)), values=lens.values[again], vectors=few.vectors[again]
    )
    first = [(split.class_code, split.token, split.p) for split in find_splits(few.table, [lens])]
    second = [(split.class_code, split.token, split.p) for split in find_splits(many, [repeated])]
    assert first == second


def test_a_class_that_is_split_in_place_alone_is_found():
    plans = [replace(plan, far=()) for plan in PLANS]
    made = simulated_set(plans, seed=2, mislabelled=False)
    persons = made.table.class_codes == made.table.class_names.index("Person-Normal")
    far = persons & (made.table.tokens.distances_m == 10)
    vectors = made.vectors.copy()
    vectors[far] = np.roll(vectors[far], 7, axis=1)  # elsewhere, and as dense as before
    found = find_splits(made.table, [lens_of(made.table, vectors)])
    split = next(split for split in found if split.token == "distance")
    assert made.table.class_names[split.class_code] == "Person-Normal"
    assert "PERMANOVA" in split.test


def test_drift_is_a_trend_over_months():
    made = simulated_set([replace(plan, far=()) for plan in PLANS], seed=3, mislabelled=False)
    lens = lens_of(made.table, made.vectors)
    cars = made.table.class_codes[lens.rows] == made.table.class_names.index("Car-Normal")
    values = lens.values.copy()
    values[cars] *= 1 + 0.02 * (made.table.tokens.days[lens.rows][cars] - 737_600)
    found = find_splits(made.table, [replace(lens, values=values)])
    split = next(split for split in found if split.token == "date")
    assert made.table.class_names[split.class_code] == "Car-Normal"
    assert split.values[0] == "2020-09"
    assert split.medians[-1] > split.medians[0]
    assert "rank correlation" in split.test


def test_too_few_sessions_are_not_tested():
    plans = [replace(plan, sessions=4) for plan in PLANS]
    assert splits_of(simulated_set(plans, mislabelled=False)) == ()


def test_names_that_say_nothing_give_no_tokens():
    made = simulated_set()
    count = len(made.table)
    silent = replace(
        made.table.tokens,
        site_codes=np.full(count, -1, np.int32),
        days=np.zeros(count, np.int32),
        hours=np.full(count, -1, np.int8),
        distances_m=np.full(count, np.nan, np.float32),
    )
    assert all(np.all(token.codes == -1) for token in tokens_of(silent))
    table = replace(made.table, tokens=silent)
    assert find_splits(table, [lens_of(table, made.vectors)]) == ()


@given(st.lists(st.floats(0, 1), max_size=20))
def test_holm_keeps_order_and_never_lowers(p_values):
    adjusted = holm(p_values)
    assert all(high >= low for low, high in zip(p_values, adjusted, strict=True))
    order = np.argsort(p_values, kind="stable")
    assert np.all(np.diff(np.array(adjusted)[order]) >= 0)
    assert all(p <= 1 for p in adjusted)
