"""Grey zones: what every threshold costs, counted."""

from dataclasses import replace

import numpy as np
from diagnosis_values import lens_of, simulated_set

from thermview.diagnosis.grey_zones import find_grey_zones

MADE = simulated_set(seed=0)
LENS = lens_of(MADE.table, MADE.vectors)


def test_each_object_with_both_states_has_one():
    assert [zone.object_name for zone in find_grey_zones(MADE.table, LENS)] == [
        "AC Outdoor",
        "Car",
        "Person",
        "Pipe",
    ]


def test_costs_are_counted_and_only_move_one_way():
    for zone in find_grey_zones(MADE.table, LENS):
        classes = MADE.table.class_codes[LENS.rows]
        normals = LENS.values[np.isin(classes, zone.normal_codes)]
        anomalies = LENS.values[np.isin(classes, zone.anomaly_codes)]
        for at in (0, 50, len(zone.thresholds) - 1):
            assert zone.missed[at] == np.mean(anomalies >= zone.thresholds[at])
            assert zone.false_alarms[at] == np.mean(normals < zone.thresholds[at])
        assert np.all(np.diff(zone.missed) <= 0)
        assert np.all(np.diff(zone.false_alarms) >= 0)


def test_the_zone_holds_what_lies_between_its_ends_and_nothing_of_other_objects():
    for zone in find_grey_zones(MADE.table, LENS):
        values = LENS.values[np.searchsorted(LENS.rows, zone.inside)]
        assert np.all((values >= zone.low) & (values <= zone.high))
        assert np.isin(MADE.table.class_codes[zone.inside], (*zone.normal_codes, *zone.anomaly_codes)).all()
        if zone.low > zone.high:
            assert not len(zone.inside)


def test_states_alone_are_one_object():
    names = tuple("OK" if normal else "NG" for normal in MADE.table.class_normal)
    table = replace(MADE.table, class_names=names)
    (zone,) = find_grey_zones(table, LENS)
    assert len(zone.normal_codes) == len(zone.anomaly_codes) == 4


def test_a_set_of_one_state_has_no_zone():
    table = replace(MADE.table, class_normal=(True,) * len(MADE.table.class_names))
    assert find_grey_zones(table, LENS) == ()
