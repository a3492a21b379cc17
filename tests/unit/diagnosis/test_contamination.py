"""Codes are learnt from the set: what belongs where is what most sessions say."""

from dataclasses import replace

import numpy as np
import pytest
from diagnosis_values import PLANS, ClassPlan, lens_of, simulated_set, table_of

from thermview.capture.names import parse_name
from thermview.diagnosis.contamination import find_contamination, name_suspects


@pytest.mark.parametrize("seed", range(4))
def test_the_planted_session_is_found_and_nothing_else(seed):
    made = simulated_set(seed=seed)
    suspects = name_suspects(made.table)
    assert np.array_equal(suspects.rows, made.mislabelled)
    (found,) = find_contamination(made.table, suspects, [lens_of(made.table, made.vectors)])
    assert found.code == "CAR_AON"
    assert made.table.class_names[found.class_code] == "Person-Anomaly-Identify"
    assert found.agreement > 0.3
    assert found.share == pytest.approx(len(found.rows) / len(made.table.members(found.class_code)))


def test_a_clean_set_has_no_suspects():
    assert not len(name_suspects(simulated_set(mislabelled=False).table).rows)


def renamed(table, rows, class_name):
    """The table with some pictures moved to another class."""
    codes = table.class_codes.copy()
    codes[rows] = table.class_names.index(class_name)
    return replace(table, class_codes=codes)


def test_a_wrong_state_of_the_right_object_is_found():
    made = simulated_set(mislabelled=False)
    code = made.table.class_names.index("Pipe-Leak")
    session = made.table.session_codes[made.table.members(code)[0]]
    rows = np.flatnonzero(made.table.session_codes == session)
    suspects = name_suspects(renamed(made.table, rows, "Pipe-Normal"))
    assert np.array_equal(suspects.rows, rows)


def test_single_pictures_in_wrong_classes_are_found():
    made = simulated_set(mislabelled=False)
    cars = made.table.members(made.table.class_names.index("Car-Normal"))
    rows = np.sort(np.random.default_rng(0).permutation(cars)[:12])
    suspects = name_suspects(renamed(made.table, rows, "Person-Normal"))
    assert np.array_equal(suspects.rows, rows)


def test_a_class_of_two_codes_is_no_contamination():
    plans = [
        replace(plan, name=plan.name.replace("Pipe", "Plant").replace("AC Outdoor", "Plant"))
        for plan in PLANS
    ]
    made = simulated_set(plans, mislabelled=False)
    assert "Plant-Normal" in made.table.class_names
    assert not len(name_suspects(made.table).rows)


def test_codes_nobody_has_seen_before_are_learnt():
    plans = [replace(plan, code=f"X{plan.code[::-1]}") for plan in PLANS]
    made = simulated_set(plans, mislabelled=False)
    cars = made.table.members(made.table.class_names.index("Car-Overheat"))[:5]
    assert np.array_equal(name_suspects(renamed(made.table, cars, "Pipe-Leak")).rows, cars)


def test_names_that_say_nothing_accuse_nobody():
    table = table_of([(f"Car-Normal/{i}.png", "Car-Normal", None) for i in range(9)] * 1)
    assert not len(name_suspects(table).rows)
    assert find_contamination(table, name_suspects(table), []) == ()


def test_classes_that_are_states_alone_are_held_to_states_only():
    plans = [
        ClassPlan("NG", "PIP", "AON", 6, 4),
        ClassPlan("NG", "VAL", "AON", 6, 4),
        ClassPlan("OK", "PIP", "NOM", 6, 4),
    ]
    made = simulated_set(plans, mislabelled=False)
    wrong = made.table.members(1)[:4]
    assert np.array_equal(name_suspects(renamed(made.table, wrong, "NG")).rows, wrong)


def test_without_densities_the_agreement_is_unknown_and_the_find_stands():
    made = simulated_set()
    (found,) = find_contamination(made.table, name_suspects(made.table), [])
    assert np.isnan(found.agreement)
    assert np.array_equal(np.sort(found.rows), made.mislabelled)


def test_korean_names():
    name = "CAR_AON_21.02.05_CIC_P1505-P1513_D20_015430_bbox4"
    entries = [
        (f"사람-정상/HUM_NOM_21.02.{d:02d}_CIC_A1000-A1010_D5_00000{d}.png", "사람-정상", None)
        for d in range(1, 8)
    ]
    entries += [
        (f"차-이상-과열/CAR_AON_21.02.{d:02d}_CIC_A1000-A1010_D5_00000{d}.png", "차-이상-과열", None)
        for d in range(1, 8)
    ]
    entries.append((f"사람-정상/{name}.png", "사람-정상", None))
    parsed = [
        (path, cls, parse_name(path.rpartition("/")[2].removesuffix(".png")))
        for path, cls, _ in sorted(entries)
    ]
    table = table_of(parsed)
    assert [table.paths[row] for row in name_suspects(table).rows] == [f"사람-정상/{name}.png"]
