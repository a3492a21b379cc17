"""A batch side by side with another tool's scores, and as a file."""

import csv
from dataclasses import dataclass, replace

import numpy as np
import pytest

from thermview.errors import ExportError
from thermview.inference.card import ModelId
from thermview.review.run_table import batches_of, compare, run_table, table_rows, write_table


@dataclass(frozen=True)
class Judgement:
    score: float
    anomalous: bool = False
    cause: str = ""
    p_value: float | None = None
    threshold: float | None = 3.0
    model: ModelId | None = None


@pytest.fixture
def ours():
    rng = np.random.default_rng(0)
    scores = {f"Type2/{n}": Judgement(float(s)) for n, s in enumerate(rng.normal(1, 0.1, 30), 1)}
    scores["Type2/10"] = Judgement(9.0, True, "power", 0.004)
    return scores | {"Type10/77": Judgement(1.0)}


def test_batches_and_recordings_stand_in_natural_order(ours):
    assert batches_of(ours, ["Type1/3"]) == ("Type1", "Type2", "Type10")
    table = run_table("Type2", dict(reversed(ours.items())))
    assert table.recordings == tuple(f"Type2/{n}" for n in range(1, 31))
    assert table.chart.alarms == (9,)
    assert table.chart.threshold == 3.0
    assert not table.charts_theirs


def test_alarms_are_what_the_model_said_also_where_one_threshold_was_dragged(ours):
    ours["Type2/4"] = Judgement(1.1, True, "power", 0.1, threshold=0.5)
    table = run_table("Type2", ours)
    assert table.chart.alarms == (3, 9)
    assert table.chart.threshold == 3.0


def test_scores_of_another_model_make_no_limits_and_are_alarms_all_the_same(ours):
    first, generic = ModelId("fitted", "a"), ModelId("generic", "b")
    own = {name: replace(item, model=first) for name, item in ours.items() if name.startswith("Type2/")}
    alone = run_table("Type2", own, reference=30).chart
    others = {
        "Type2/0": Judgement(40.0, False, threshold=50.0, model=generic),
        "Type2/12": Judgement(60.0, True, "order", threshold=50.0, model=generic),
    }
    theirs = {name: item.score for name, item in own.items()} | {"Type2/0": 0.0}
    table = run_table("Type2", own | others, theirs, "other", reference=30)
    chart = table.chart
    assert table.model == first
    assert chart.apart == (0, 12)
    assert chart.alarms == (10, 12)
    assert (chart.values[0], chart.values[12], chart.threshold) == (40.0, 60.0, 3.0)
    less = run_table(
        "Type2", {name: item for name, item in own.items() if name != "Type2/12"}, reference=30
    ).chart
    assert (chart.limits.centre, chart.limits.sigma) == (less.limits.centre, less.limits.sigma)
    assert not {0, 12} & {*chart.beyond, *chart.ewma.signals, *(n for c in chart.clusters for n in c.members)}
    assert np.isnan(chart.ewma.values[[0, 12]]).all()
    assert np.isnan(table.comparison.our_ranks[[0, 12]]).all()
    assert table.comparison.our_ranks[10] == 1
    assert alone.apart == ()
    rows = {row[1]: row for row in table_rows(table)[1:]}
    assert rows["Type2/0"][-2:] == ["generic", "yes"]
    assert rows["Type2/1"][-2:] == ["fitted", ""]


def test_scores_stand_side_by_side(ours):
    theirs = {name: 2 * item.score for name, item in ours.items() if name != "Type2/3"} | {"Type2/31": 0.0}
    table = run_table("Type2", ours, theirs, "other")
    assert table.recordings[-1] == "Type2/31"
    assert np.isnan(table.ours[-1])
    assert np.isnan(table.theirs[2])
    compared = table.comparison
    assert compared.common == 29
    assert compared.spearman == pytest.approx(1)
    assert compared.our_ranks[9] == compared.their_ranks[9] == 1
    assert compared.our_z[9] > 20


def test_without_scores_of_our_own_theirs_are_charted(ours):
    theirs = {name: item.score for name, item in ours.items()}
    table = run_table("Type2", {}, theirs, "other")
    assert table.charts_theirs
    assert table.chart.alarms == (9,)
    assert table.comparison.spearman is None


def test_nothing_in_common_is_no_correlation():
    assert compare(np.array([1.0, np.nan, 3.0]), np.array([np.nan, 2.0, np.nan])).common == 0


def test_the_file_says_what_the_chart_shows(ours, tmp_path):
    table = run_table("Type2", ours, {"Type2/10": 4.5}, "other")
    target = tmp_path / "chart.csv"
    write_table(table, target, [tmp_path / "capture"])
    with target.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 30
    row = rows[9]
    assert (row["number"], row["name"], row["score"], row["alarm"]) == ("10", "Type2/10", "9", "yes")
    assert (row["cause"], row["p_value"], row["rank"], row["outside_limits"]) == (
        "power",
        "0.004",
        "1",
        "yes",
    )
    assert (row["other_method"], row["other_score"], rows[0]["other_score"]) == ("other", "4.5", "")
    assert {len(cells) for cells in table_rows(table)} == {len(rows[0])}


def test_a_capture_is_never_written_to(ours, tmp_path):
    with pytest.raises(ExportError, match="never written to"):
        write_table(run_table("Type2", ours), tmp_path / "chart.csv", [tmp_path])
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_said(ours, tmp_path):
    with pytest.raises(ExportError, match="cannot be written"):
        write_table(run_table("Type2", ours), tmp_path / "gone" / "chart.csv", [])
