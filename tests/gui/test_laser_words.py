"""Deviations, differences and frequencies in words."""

import numpy as np
import pytest

from thermview.gui.laser.laser_words import (
    cycle_line,
    difference_text,
    frequency_text,
    obstacle_text,
    off_text,
    scan_line,
    spot_line,
)
from thermview.laser.detours import Comparison
from thermview.laser.spot_facts import HERE, SpotFacts

PLACE = {"row": np.array([3.0], np.float32), "column": np.array([8.0], np.float32)}
OFF = {"off_row": np.array([-0.3], np.float32), "off_column": np.array([0.4], np.float32)}


def test_a_deviation_says_how_far_and_which_way():
    assert off_text(0.3, -0.4) == "0.50\u2009px off (0.30 down, 0.40 left)"
    assert off_text(0.001, -0.002) == "on its place"
    assert off_text(None, 0.2) == ""


def test_what_a_model_expects_is_told_from_what_is_usual_here():
    usual = SpotFacts(**PLACE, **OFF)
    assert spot_line(usual, 0) == "spot at 8.0, 3.0: 0.50\u2009px off its usual place (0.30 up, 0.40 right)"
    learnt = SpotFacts(**PLACE, **OFF, expected_row=PLACE["row"], expected_column=PLACE["column"])
    assert spot_line(learnt, 0) == "spot at 8.0, 3.0: 0.50\u2009px off (0.30 up, 0.40 right)"
    assert spot_line(SpotFacts(**PLACE), 0) == "spot at 8.0, 3.0"
    assert spot_line(SpotFacts(), 0) == ""
    dark = np.full(1, np.nan, np.float32)
    assert spot_line(SpotFacts(row=dark, column=dark), 0) == "no light in this frame"
    assert spot_line(SpotFacts(), 0, (2.0, 5.0)) == "spot at 5.0, 2.0"


def test_the_cycle_is_counted_from_1():
    facts = SpotFacts(total=np.linspace(4.5, 24.5, 201), source={"total": HERE})
    assert cycle_line(facts, 0) == "cycle 1 of 21, phase 0.50"
    assert cycle_line(facts, 200) == "cycle 21 of 21, phase 0.50"
    assert scan_line(facts, 1000.0) == "100.00\u2009Hz (measured here)"
    assert scan_line(facts, None) == "10.000 frames per cycle (measured here)"
    assert scan_line(SpotFacts(), 1000.0) == ""


@pytest.mark.parametrize("period", [None, 0.0, -3.0, float("nan"), float("inf")])
def test_no_period_is_no_frequency(period):
    assert frequency_text(period, 1000.0) == ""


def test_differences_have_a_sign_and_a_unit():
    assert difference_text(12, 1000.0) == "+12\u2009ms"
    assert difference_text(-3, 500.0) == "\u22126\u2009ms"
    assert difference_text(0, 1000.0) == "±0\u2009ms"
    assert difference_text(-1, None) == "\u22121 frame"
    assert obstacle_text(Comparison((5, 9), None), 1000.0) == "not passed"
    assert obstacle_text(Comparison(None, (5, 9)), 1000.0) == "not stated"
