"""Decisions about pictures, and numbers behind the pages; no window."""

from __future__ import annotations

import json

import numpy as np
import pytest
from diagnosed_set import made_diagnosis
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from thermview.capture.filter import parse_filter
from thermview.gui.diagnosis.binned import PointIndex, View, binned_picture, fitted
from thermview.gui.diagnosis.choices import KEPT_PICTURES, Choices
from thermview.gui.diagnosis.colouring import WAYS, colouring, rows_of
from thermview.gui.diagnosis.groups import TOKENS, token_groups
from thermview.gui.diagnosis.prepared import PARTING, PCA, prepare
from thermview.gui.diagnosis.spreads import box_of, counts_in, edges_of, spread_over

PATHS = st.lists(st.sampled_from("abcdefgh"), max_size=6)
FINITE = st.floats(-1e3, 1e3, width=32)


@pytest.fixture(scope="module")
def prepared():
    return prepare(made_diagnosis())


@given(st.lists(st.tuples(st.sampled_from(("exclude", "relabel", "leave")), PATHS), max_size=6))
def test_a_picture_is_never_on_two_lists(edits):
    choices = Choices()
    for kind, paths in edits:
        if kind == "exclude":
            choices = choices.excluding(paths, "blurred")
        elif kind == "relabel":
            choices = choices.relabelling(paths, "Car-Normal")
        else:
            choices = choices.leaving(paths)
        assert not set(choices.excluded) & set(choices.relabelled)
        assert not (set(choices.excluded) | set(choices.relabelled)) & choices.left
    assert Choices.of_state(json.loads(json.dumps(choices.as_state()))) == choices


def test_selections_are_kept_by_name_and_huge_ones_are_not():
    choices = Choices().with_selection("near", ("a", "b"))
    choices = choices.with_selection("huge", [str(n) for n in range(KEPT_PICTURES + 1)])
    kept = Choices.of_state(choices.as_state())
    assert kept.selections == {"near": ("a", "b")}
    assert Choices.of_state({"selections": 3, "left": "x", "excluded": [1]}) == Choices()


def test_names_of_selections_are_one_word_and_free():
    choices = Choices()
    names = []
    for _ in range(3):
        name = choices.free_name("Pipe-Leak, L2 density 1.2 to 1.4")
        names.append(name)
        choices = choices.with_selection(name, ("a",))
    assert len(set(names)) == 3
    assert all(" " not in name and '"' not in name for name in names)
    assert parse_filter(f"selection:{names[2]}", choices.selections).matches("a")
    assert choices.free_name("!!!") == "selection"


def test_a_diagnosis_is_sorted_by_class_and_found_by_row(prepared):
    table, lens = prepared.table, prepared.diagnosis.generic
    assert sum(len(rows) for rows in prepared.class_rows) == len(table)
    for code, rows in enumerate(prepared.class_rows):
        assert (table.class_codes[rows] == code).all()
        spread = prepared.spreads["L2", False].by_class[code]
        own = lens.values[table.class_codes[lens.rows] == code]
        assert np.array_equal(spread, np.sort(own[np.isfinite(own)]))
    row = int(lens.rows[40])
    assert prepared.density(lens, row) == pytest.approx(float(lens.values[40]))
    assert np.isnan(prepared.density(lens, 3))  # cannot be read, so it has no vector
    assert set(prepared.neighbours(lens, row)) == set(lens.neighbours[40][lens.neighbours[40] >= 0])
    assert prepared.code_counts.sum() == len(table)
    person, code = table.class_names.index("Person-Anomaly-Identify"), prepared.codes.index("CAR_AON")
    assert prepared.code_counts[person, code] == 9


def test_the_dock_gets_the_densities_of_both_lenses(prepared):
    assert list(prepared.densities) == ["L2", "L3"]
    densities, lens = prepared.densities["L2"], prepared.diagnosis.generic
    assert len(densities) == len(lens.rows)
    row = int(lens.rows[10])
    name = prepared.table.paths[row].rpartition(".")[0]
    assert densities.of(name) == pytest.approx(float(lens.values[10]))
    near = {prepared.table.paths[other].rpartition(".")[0] for other in prepared.neighbours(lens, row)}
    assert set(densities.neighbours_of(name)) == near
    assert prepared.scores.of(name) is not None


@given(arrays(np.float32, st.integers(1, 60), elements=FINITE))
def test_boxes_are_quartiles_with_whiskers_to_real_values(values):
    ascending = np.sort(values)
    box = box_of(ascending)
    assert np.allclose([box.q1, box.median, box.q3], np.percentile(ascending, [25, 50, 75]), atol=1e-3)
    reach = 1.5 * (box.q3 - box.q1) + 1e-3
    assert box.q1 - reach <= box.low <= box.q1
    assert box.q3 <= box.high <= box.q3 + reach


@given(arrays(np.float32, st.integers(1, 200), elements=st.floats(0, 50, width=32)))
def test_every_density_is_in_exactly_one_bar(values):
    ascending = np.sort(values)
    counts = counts_in(ascending, edges_of(ascending))
    assert counts.sum() == len(values)
    assert (counts >= 0).all()


def test_a_few_very_dense_pictures_share_the_last_bar():
    ascending = np.sort(np.append(np.linspace(1, 2, 999), 1000)).astype(np.float32)
    edges = edges_of(ascending)
    assert edges[-1] < 10
    assert counts_in(ascending, edges)[-1] >= 1


@pytest.mark.parametrize("seed", range(4))
def test_the_nearest_point_is_the_nearest_of_all(seed):
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(3000, 2)).astype(np.float32)
    points[5] = np.nan
    index = PointIndex.of(points)
    for x, y in rng.normal(size=(50, 2)):
        away = np.hypot((points[:, 0] - x) / 0.2, (points[:, 1] - y) / 0.1)
        best = int(np.nanargmin(away))
        found = index.nearest(float(x), float(y), 0.2, 0.1)
        assert (found == best) if away[best] <= 1 else found is None


def test_a_lasso_takes_what_lies_within_it():
    rng = np.random.default_rng(1)
    points = rng.uniform(-1, 1, (20_000, 2)).astype(np.float32)
    angle = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    circle = np.stack([0.6 * np.cos(angle), 0.4 * np.sin(angle)], axis=1).astype(np.float32)
    found = PointIndex.of(points).inside(circle)
    radius = np.hypot(points[:, 0] / 0.6, points[:, 1] / 0.4)
    assert set(np.flatnonzero(radius < 0.985)) <= set(found)
    assert not set(found) & set(np.flatnonzero(radius > 1.01))
    assert len(PointIndex.of(np.full((3, 2), np.nan, np.float32)).inside(circle)) == 0


@pytest.mark.parametrize("count", [1, 5000, 400_000])
def test_every_point_leaves_its_colour(count):
    rng = np.random.default_rng(3)
    points = rng.uniform(0.1, 0.4, (count, 2)).astype(np.float32)
    colours = np.array([[255, 0, 0], [0, 0, 255]], np.uint8)
    view = View(0, 0, 1, 1)
    picture = binned_picture(points, np.zeros(count, np.int32), colours, view, (100, 80))
    left_low = picture[48:72, 10:40]
    assert left_low[..., 2].max() > 80  # red, premultiplied BGRA
    assert not left_low[..., 0].any()
    assert not picture[:40].any()
    assert (picture[..., :3].max(axis=2) <= picture[..., 3]).all()
    nowhere = binned_picture(points, np.full(count, -1, np.int32), colours, view, (100, 80))
    assert not nowhere.any()


def test_very_many_points_in_one_pixel_keep_their_colour():
    points = np.full((300_000, 2), 0.5, np.float32)
    colours = np.array([[200, 100, 50]], np.uint8)
    picture = binned_picture(points, np.zeros(len(points), np.int32), colours, View(0, 0, 1, 1), (9, 9))
    assert picture[4, 4].tolist() == pytest.approx([50, 100, 200, 255], abs=1)


def test_a_fitted_view_holds_all_points_and_the_mean():
    points = np.array([[0, 0], [4, 2], [np.nan, 9]], np.float32)
    view = fitted(points, (-3.0, 5.0))
    assert view.left < -3
    assert view.left + view.width > 4
    assert view.bottom + view.height > 5
    zoomed = view.zoomed(2, 1, 1)
    assert zoomed.width == pytest.approx(view.width / 2)
    assert (1 - zoomed.left) / zoomed.width == pytest.approx((1 - view.left) / view.width)


@pytest.mark.parametrize("way", WAYS)
def test_every_point_has_a_colour_and_a_line_of_the_legend_its_points(prepared, way):
    lens = prepared.diagnosis.domain
    shown = colouring(prepared, lens, way)
    assert shown.codes.shape == (len(lens.rows),)
    assert shown.codes.min() >= 0
    assert shown.codes.max() < len(shown.colours)
    for entry in shown.entries:
        assert len(rows_of(prepared, lens, shown, entry.code)) == entry.count


@pytest.mark.parametrize("token", TOKENS)
def test_groups_of_a_token_part_a_class(prepared, token):
    lens = prepared.diagnosis.generic
    car = prepared.table.class_names.index("Car-Normal")
    groups = token_groups(prepared, lens, token, car)
    rows = np.concatenate([group.rows for group in groups.groups])
    assert len(rows) + groups.unknown == len(prepared.class_rows[car])
    assert len(set(rows)) == len(rows)
    if token == "distance":
        assert [group.name for group in groups.groups] == ["3\u2009m", "25\u2009m", "30\u2009m"]
        assert groups.groups[0].box.median > groups.groups[2].box.median
    assert token_groups(prepared, lens, token, None).unknown == 0


def test_samples_come_from_many_sessions(prepared):
    car = prepared.class_rows[prepared.table.class_names.index("Car-Normal")]
    sessions = prepared.table.session_codes[car]
    chosen = spread_over(sessions, car, 8)
    assert len(chosen) == len(set(chosen)) == 8
    assert len(set(prepared.table.session_codes[chosen])) == 8
    assert len(spread_over(sessions[:3], car[:3], 8)) == 3


def test_both_planes_of_both_lenses_can_be_drawn(prepared):
    assert set(prepared.planes) == {(lens, plane) for lens in ("L2", "L3") for plane in (PCA, PARTING)}
