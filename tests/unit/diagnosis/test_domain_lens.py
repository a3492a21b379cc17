"""The domain lens: real separation is said, chance is not, whatever the frame rate and on several seeds."""

from dataclasses import replace

import numpy as np
import pytest
from diagnosis_values import PLANS, ClassPlan, SimulatedSet, simulated_set

from thermview.diagnosis.lens_learning import (
    Sample,
    Settings,
    agreement,
    choose_settings,
    halves,
    learn,
)
from thermview.diagnosis.lenses import measure_lenses
from thermview.diagnosis.planes import principal_axes, sum_moments
from thermview.jobs import last_result

ONE_DISTRIBUTION = (
    ClassPlan("Pipe-Leak", "PIP", "AON", 40, 5),
    ClassPlan("Pipe-Normal", "PIP", "NOM", 40, 25),
)


def lenses_of(made: SimulatedSet, **options):
    return last_result(measure_lenses(made.table, np.arange(len(made.table)), made.vectors, **options))


def relabelled(made: SimulatedSet, seed: int) -> SimulatedSet:
    """Whole sessions change classes at random."""
    table = made.table
    sessions, first = np.unique(table.session_codes, return_index=True)
    dealt = np.random.default_rng(seed).permutation(table.class_codes[first])
    codes = dealt[np.searchsorted(sessions, table.session_codes)]
    return replace(made, table=replace(table, class_codes=codes))


def test_halves_part_sessions_evenly_and_never_tear_one():
    rng = np.random.default_rng(0)
    classes_of = np.sort(rng.integers(4, size=60))
    sessions = np.repeat(np.arange(60), 7)
    sides = halves(sessions, classes_of[sessions], 3)
    by_session = sides.reshape(60, 7)
    assert np.all(by_session == by_session[:, :1])
    for code in range(4):
        here = by_session[classes_of == code, 0]
        assert abs(int(here.sum()) * 2 - len(here)) <= 1
    assert not np.array_equal(sides, halves(sessions, classes_of[sessions], 4))


def components(made: SimulatedSet) -> tuple[Sample, np.ndarray]:
    count = len(made.table)
    moments = last_result(
        sum_moments(made.vectors, np.ones(count), made.table.class_codes, 8, np.zeros(count, np.intp), 1)
    )[0]
    axes = principal_axes(moments, 120)
    unit = made.vectors / np.linalg.norm(made.vectors, axis=1, keepdims=True)
    rows = ((unit - axes.mean) @ axes.directions).astype(np.float32)
    return Sample(rows, made.table.session_codes, made.table.class_codes), axes.variances


def test_what_is_learnt_tells_classes_better_on_sessions_it_has_not_seen():
    sample, variances = components(simulated_set(seed=1, mislabelled=False))
    sides = halves(sample.sessions, sample.classes, 0)
    taught, judged = sample.subset(sides == 0), sample.subset(sides == 1)
    settings = choose_settings(taught, variances, 0)
    learnt = agreement(judged, judged.rows @ learn(taught, variances, settings))
    assert learnt > agreement(judged, judged.rows) + 0.05


def test_frame_rate_teaches_nothing():
    sample, variances = components(simulated_set(seed=2, mislabelled=False))
    often = np.concatenate([np.arange(len(sample.rows)), np.repeat(np.flatnonzero(sample.sessions < 9), 6)])
    settings = Settings(0.3, 0.3)
    once = learn(sample, variances, settings)
    many = learn(sample.subset(often), variances, settings)
    np.testing.assert_allclose(np.abs(many), np.abs(once), atol=1e-3 * np.abs(once).max())


def test_a_real_separation_is_found_where_the_lens_did_not_learn():
    for seed in range(2):
        lens = lenses_of(simulated_set(seed=seed)).domain
        found = lens.held_out
        assert found.separates
        assert found.sentence.startswith("The domain lens parts normal from anomaly")
        assert found.heldout.value > found.shuffled_95
        assert len(found.shuffled) == 20
        assert 0.5 < found.training <= 1
        assert lens.separation.auroc.low > 0.5


def test_one_distribution_at_two_frame_rates_is_not_called_separable():
    for seed in range(4):
        lenses = lenses_of(simulated_set(ONE_DISTRIBUTION, seed=seed))
        assert not lenses.domain.held_out.separates
        assert "no" in lenses.domain.held_out.sentence
        assert 0.3 < lenses.generic.separation.auroc.value < 0.7
        assert lenses.generic.plain_separation.auroc.value > 0.8  # what frame rate alone makes of it


def test_shuffled_labels_show_no_held_out_gain():
    for seed in range(4):
        found = lenses_of(relabelled(simulated_set(seed=seed, mislabelled=False), seed)).domain.held_out
        assert not found.separates
    plain = tuple(replace(plan, spread=0.5, apart=0.0, far=()) for plan in PLANS)
    for seed in range(2):
        assert not lenses_of(simulated_set(plain, seed=seed, mislabelled=False)).domain.held_out.separates


def test_anomalies_that_are_denser_are_named_so():
    plans = tuple(replace(plan, spread=0.2 if plan.state == "AON" else 0.9, far=()) for plan in PLANS)
    found = lenses_of(simulated_set(plans, seed=0)).domain.held_out
    assert not found.separates
    assert "denser than normal" in found.sentence


def test_suspects_teach_nothing_and_that_is_said():
    made = simulated_set(seed=0)
    lenses = lenses_of(made)
    assert f"{len(made.mislabelled)} pictures whose names disagree" in lenses.notices[0]


def test_the_same_seed_gives_the_same_lenses():
    made = simulated_set(seed=3)
    first, second = lenses_of(made), lenses_of(made)
    assert np.array_equal(first.domain.vectors, second.domain.vectors, equal_nan=True)
    assert first.domain.separation == second.domain.separation
    assert first.domain.held_out == second.domain.held_out
    assert not np.array_equal(first.domain.vectors, lenses_of(made, seed=1).domain.vectors)


class TestWhatIsMissing:
    def test_one_class_has_no_domain_lens_and_says_why(self):
        lenses = lenses_of(simulated_set(PLANS[2:3], mislabelled=False))
        assert lenses.domain is None
        assert "No domain lens" in lenses.missing["L3"]
        assert np.isnan(lenses.generic.separation.auroc.value)

    def test_classes_that_are_neither_normal_nor_anomaly(self):
        plans = [replace(plan, name=f"group{number}") for number, plan in enumerate(PLANS)]
        made = simulated_set(plans, mislabelled=False)
        assert set(made.table.class_normal) == {None}
        lens = lenses_of(made).domain
        assert "cannot be said" in lens.held_out.sentence
        assert any("of the same class for" in notice for notice in lens.notices)

    def test_no_vectors(self):
        made = simulated_set()
        lenses = last_result(measure_lenses(made.table, np.zeros(0, np.intp), np.zeros((0, 1), np.float16)))
        assert lenses.generic is None
        assert "could be embedded" in lenses.missing["L2"]

    def test_pictures_without_a_vector_are_no_rows_of_the_lens(self):
        made = simulated_set(seed=4)
        rows = np.arange(5, len(made.table), 2)
        lens = last_result(measure_lenses(made.table, rows, made.vectors[rows])).generic
        assert np.array_equal(lens.rows, rows)
        assert np.isin(lens.neighbours[lens.neighbours >= 0], rows).all()
        assert np.isin(lens.lowest, rows).all()

    def test_empty_vectors_have_no_density(self):
        made = simulated_set(seed=5)
        vectors = made.vectors.copy()
        vectors[10] = 0
        lens = last_result(measure_lenses(made.table, np.arange(len(vectors)), vectors)).domain
        assert np.isnan(lens.values[10])
        assert np.isnan(lens.plane[10]).all()
        assert 10 not in lens.lowest


@pytest.fixture(scope="module")
def lens():
    made = simulated_set(seed=6)
    mean = made.vectors.mean(axis=0)
    return made, lenses_of(made, mean_vector=mean)


def test_lowest_and_highest_are_by_density(lens):
    made, lenses = lens
    for one in (lenses.generic, lenses.domain):
        values = np.full(len(made.table), np.nan)
        values[one.rows] = one.values
        assert np.all(np.diff(values[one.lowest]) >= 0)
        assert np.all(np.diff(values[one.highest]) <= 0)
        assert values[one.lowest[0]] == np.nanmin(values)


def test_pivots_are_the_densest_of_their_class_with_their_nearest(lens):
    made, lenses = lens
    generic = lenses.generic
    unit = made.vectors / np.linalg.norm(made.vectors, axis=1, keepdims=True)
    for pivot in generic.pivots:
        members = made.table.members(pivot.class_code)
        assert generic.values[pivot.row] == np.nanmax(generic.values[members])
        order = np.argsort(-(unit @ unit[pivot.row]), kind="stable")
        assert pivot.neighbours.tolist() == order[order != pivot.row][:10].tolist()
    assert len(generic.pivots) == len(made.table.class_names)


def test_boxes_are_sorted_by_median_and_whiskers_stop_at_values(lens):
    made, lenses = lens
    boxes = lenses.domain.boxes
    assert [box.median for box in boxes] == sorted(box.median for box in boxes)
    for box in boxes:
        values = lenses.domain.values[made.table.members(box.class_code)]
        assert box.count == len(values)
        assert box.q1 - 1.5 * (box.q3 - box.q1) <= box.low <= box.q1 <= box.median <= box.q3 <= box.high
        assert np.isclose(values, box.low).any()


def test_the_mean_picture_has_a_place_in_each_plane(lens):
    _, lenses = lens
    for one in (lenses.generic, lenses.domain):
        assert np.isfinite(one.plane_mean).all()
        assert 0 < one.plane_share[1] <= one.plane_share[0] < 1


def test_the_parting_plane_parts_classes_at_least_as_well_as_principal_components(lens):
    made, lenses = lens

    def parted(plane):
        means = np.array([plane[made.table.members(code)].mean(axis=0) for code in range(8)])
        within = np.concatenate([plane[made.table.members(code)] - means[code] for code in range(8)])
        return np.trace(np.cov(means.T)) / np.trace(np.cov(within.T))

    for one in (lenses.generic, lenses.domain):
        assert parted(one.spread_map) > parted(one.plane)


def test_densities_of_a_large_set_seek_coarsely_and_measure_exactly(monkeypatch):
    monkeypatch.setattr("thermview.diagnosis.lens.REFERENCE_LIMIT", 200)
    monkeypatch.setattr("thermview.diagnosis.lens.COARSE", 20)
    made = simulated_set(seed=7)
    small = lenses_of(made).generic
    assert any("seeks neighbours in buckets" in notice for notice in small.notices)
    monkeypatch.undo()
    exact = lenses_of(made).generic
    known = np.isfinite(exact.plain_values)
    for fast, sure in ((small.plain_values, exact.plain_values), (small.values, exact.values)):
        apart = np.abs(fast[known] / sure[known] - 1)
        assert np.median(apart) < 0.01
        assert np.percentile(apart, 99) < 0.05
    assert any("sought in 20 components" in notice for notice in small.notices)
