"""The score card: figures that can be recounted, under codes of the standard."""

import re

import numpy as np
import pytest
from diagnosis_values import ROOT, blemished, conclude, lens_of, simulated_set

from thermview.diagnosis.findings import Known
from thermview.diagnosis.lenses import Lenses
from thermview.diagnosis.score_card import score_card


@pytest.fixture(scope="module")
def diagnosis():
    made = simulated_set(seed=0)
    table, hygiene = blemished(made.table)
    return conclude(
        ROOT, table, hygiene, Lenses(lens_of(table, made.vectors), lens_of(table, made.vectors, "L3")), None
    )


def test_codes_are_those_of_the_standard(diagnosis):
    families = {"Acc", "Bal", "Com", "Con", "Cur", "Div", "Eft", "Rep", "Sim"}
    for measure in diagnosis.score_card:
        found = re.fullmatch(r"([A-Z][a-z]{2})-ML(-\d)?", measure.code)
        assert found
        assert found.group(1) in families
        assert measure.name
        assert measure.meaning


def test_figures_can_be_recounted(diagnosis):
    values = {}
    for measure in diagnosis.score_card:
        values.setdefault(measure.code, measure.value)
    count = len(diagnosis.table)
    assert values["Com-ML-4"] == pytest.approx(100 * (count - 1) / count, abs=1e-3)
    assert values["Com-ML-1"] == pytest.approx(100 * (count - 2) / count, abs=1e-3)
    assert values["Com-ML-5"] == pytest.approx(100 * (count - 2) / count, abs=1e-3)
    suspects = sum(len(found.rows) for found in diagnosis.contamination)
    assert values["Acc-ML-7"] == pytest.approx(100 * (1 - suspects / count), abs=1e-3)
    assert values["Con-ML-1"] == pytest.approx(100 / count, abs=1e-3)
    counts = np.bincount(diagnosis.table.class_codes)
    assert values["Bal-ML-3"] == pytest.approx(counts.mean() / np.abs(counts - counts.mean()).max(), abs=1e-4)
    assert values["Bal-ML"] == pytest.approx(counts.max() / counts.min(), abs=1e-3)
    assert values["Div-ML"] == 8
    assert values["Rep-ML"] == pytest.approx(diagnosis.generic.separation.auroc.value, abs=1e-4)


def test_a_set_without_lenses_has_a_shorter_card(diagnosis):
    card = score_card(Known(table=diagnosis.table, hygiene=diagnosis.hygiene))
    codes = {measure.code for measure in card}
    assert "Rep-ML" not in codes
    assert codes >= {"Com-ML-4", "Bal-ML-3", "Con-ML-3"}
