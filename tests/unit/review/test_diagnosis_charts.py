"""Charts are well-formed, escape every text, put values where they belong and stay small for a million points."""

from __future__ import annotations

import math
from xml.etree import ElementTree

import numpy as np
import pytest

from thermview.review import diagnosis_charts as charts
from thermview.review.diagnosis_charts import BarRow, BoxRow, IntervalRow, Series

HOSTILE = "</svg><script>alert(1)</script>&\"'"
EDGES = np.linspace(0, 2, 11)
COUNTS = np.arange(10)


def drawn(label):
    """One chart of each kind with a text of one's own wherever there is one."""
    series = [Series(label, COUNTS, "normal")]
    yield charts.histogram(series, EDGES, label, label, y_label=label, marks=[(label, 1.0)])
    yield charts.small_histogram(COUNTS, EDGES, "anomaly", label, [1.0])
    yield charts.bars([BarRow(label, 3.0, "normal", label)], label)
    yield charts.shares([(label, 3.0), ("RGB", 1.0)], label)
    yield charts.boxes([BoxRow(label, "unknown", 0, 1, 2, 3, 4, 5)], 1.0, label, label)
    yield charts.scatter(
        np.float32([[0, 0], [1, 1]]), np.int8([0, 1]), label, (label, label), diamond=(0.0, 1.0), places=[(label, 0, 0)]
    )  # fmt: skip
    yield charts.dots([label, "b"], [1.0, math.nan], [2, 3], label, (label, label), "normal", (0, 2))
    yield charts.curves(EDGES[1:], series, label, (label, label), band=(0.5, 1.0))
    yield charts.intervals(
        [IntervalRow(label, 0.7, 0.6, 0.8, "accent")], label, label, low=0, high=1, against=(0.5, label)
    )


@pytest.mark.parametrize("number", range(9))
def test_hostile_texts_stay_texts(number):
    chart = list(drawn(HOSTILE))[number]
    root = ElementTree.fromstring(str(chart))
    assert not [node for node in root.iter() if node.tag.endswith("script")]
    assert root.get("aria-label") == HOSTILE


@pytest.mark.parametrize("number", range(9))
def test_every_place_is_a_number(number):
    assert "nan" not in str(list(drawn("x"))[number])


def test_nothing_to_draw_is_drawn_too():
    empty = np.zeros(0)
    for chart in (
        charts.histogram([], np.array([0.0, 1.0]), "t", "x"),
        charts.bars([], "t"),
        charts.shares([], "t"),
        charts.boxes([], math.nan, "t", "x"),
        charts.scatter(np.zeros((0, 2), np.float32), np.zeros(0, np.int8), "t", ("x", "y")),
        charts.dots([], [], [], "t", ("x", "y"), "normal", (0, 1)),
        charts.curves(empty, [], "t", ("x", "y"), band=(math.nan, 1.0)),
        charts.intervals([IntervalRow("a", math.nan, math.nan, math.nan, "muted")], "t", "x", low=0, high=1),
    ):
        ElementTree.fromstring(str(chart))
    assert "cannot be said" in chart


def test_bars_are_as_long_as_their_values():
    rows = [BarRow("a", 100.0, "normal", "100"), BarRow("b", 25.0, "anomaly", "25")]
    root = ElementTree.fromstring(str(charts.bars(rows, "t")))
    widths = [float(node.get("width")) for node in root.iter("rect")]
    assert widths[1] == pytest.approx(widths[0] / 4, abs=0.1)


def test_boxes_put_quartiles_in_order_and_the_mean_on_their_axis():
    root = ElementTree.fromstring(str(charts.boxes([BoxRow("a", "normal", 0, 1, 2, 3, 4, 9)], 2.0, "t", "x")))
    box = next(node for node in root.iter("rect"))
    median = next(node for node in root.iter("line") if "median" in node.get("class"))
    mean = next(node for node in root.iter("line") if node.get("class") == "dash")
    left, width = float(box.get("x")), float(box.get("width"))
    assert float(median.get("x1")) == pytest.approx(left + width / 2, abs=0.2)
    assert mean.get("x1") == median.get("x1")


def test_shares_are_cut_by_their_size():
    root = ElementTree.fromstring(str(charts.shares([("RGB", 20.0), ("RGBA", 80.0)], "t")))
    widths = [float(node.get("width")) for node in root.iter("rect") if "edge" in node.get("class")]
    assert widths[0] == pytest.approx(4 * widths[1], rel=0.01)
    assert [node.text for node in root.iter("text")] == ["RGBA 80.0 %", "RGB 20.0 %"]


def test_a_million_points_stay_a_small_picture():
    rng = np.random.default_rng(0)
    points = rng.normal(size=(1_000_000, 2)).astype(np.float32)
    chart = charts.scatter(
        points, rng.integers(0, 2, 1_000_000).astype(np.int8), "t", ("x", "y"), diamond=(9.0, 0.0)
    )
    assert len(chart) < 400_000


def test_the_diamond_is_always_within_the_picture():
    points = np.float32([[0, 0], [1, 1], [np.nan, 5]])
    root = ElementTree.fromstring(
        str(charts.scatter(points, np.int8([0, 1, 1]), "t", ("x", "y"), diamond=(-40.0, 0.5)))
    )
    diamond = next(node for node in root.iter("polygon") if node.get("class") == "diamond")
    places = [tuple(map(float, pair.split(","))) for pair in diamond.get("points").split()]
    assert all(0 <= x <= charts.WIDTH and 0 <= y <= 430 for x, y in places)


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.1992, "19.9 %"), (0.0, "0.0 %"), (0.004, "0.40 %"), (1.0, "100.0 %"), (math.nan, "–")],
)
def test_percentages_are_read_easily(share, text):
    assert charts.percent(share) == text
