"""Densities of a lens: of one picture, and as histograms that stand on one axis."""

from __future__ import annotations

import math

import numpy as np
from diagnosis_sets import simulated_diagnosis

from thermview.review.lens_densities import density_histogram, density_of, place_in


def test_a_picture_has_the_density_of_its_row_and_none_where_it_has_no_vector():
    lens = simulated_diagnosis().generic
    row = int(lens.rows[7])
    assert place_in(lens, row) == 7
    assert density_of(lens, row) == float(lens.values[7])
    beyond = int(lens.rows[-1]) + 1
    assert place_in(lens, beyond) is None
    assert math.isnan(density_of(lens, beyond))
    assert math.isnan(density_of(None, row))


def test_a_part_of_the_pictures_stands_on_the_axis_of_all():
    lens = simulated_diagnosis().generic
    counts, edges = density_histogram(lens, bins=12)
    low = np.zeros(len(lens.rows), bool)
    low[np.argsort(lens.values)[:5]] = True
    some, same_edges = density_histogram(lens, low, bins=12)
    assert counts.sum() == len(lens.rows)
    assert some.sum() == 5
    assert (some <= counts).all()
    assert np.array_equal(edges, same_edges)
