"""Regions with conditions of their own: the same numbers as the whole recording under these conditions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from flir_files import fff_of, jpeg_with

from thermview.errors import ThermviewError
from thermview.jobs import last_result
from thermview.readers import open_recording
from thermview.review.region_tables import measure, write_region_table
from thermview.thermal.conditions import Radiometric
from thermview.thermal.region_conditions import own_conditions, own_words, seen_by_region
from thermview.thermal.region_series import series_steps
from thermview.thermal.region_sets import RegionSet, from_json, to_json
from thermview.thermal.region_statistics import statistics_of, valid_range
from thermview.thermal.regions import Ellipse, Rectangle, Region, Spot

REGIONS: tuple[Region, ...] = (
    Rectangle("R1", 0, 0, 3, 2),
    Rectangle("R2", 0, 0, 3, 2, emissivity=0.5),
    Ellipse("E1", 0, 0, 4, 3, emissivity=0.5, reflected_c=80.0),
    Spot("S1", 1, 1, reflected_c=-10.0),
)


@pytest.fixture
def recording(tmp_path: Path) -> Radiometric:
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg_with(fff_of()))
    found = open_recording(path)
    assert isinstance(found, Radiometric)
    return found


def test_each_region_is_measured_under_its_own(recording: Radiometric) -> None:
    measured = measure("a", recording, 0, RegionSet(REGIONS))  # type: ignore[arg-type]
    for region, found in zip(REGIONS, measured.numbers, strict=True):
        under = recording.with_changes(own_conditions(region))
        expected = statistics_of(under.frame(0), region, valid_range(under))
        assert found == expected
    assert measured.numbers[0] != measured.numbers[1]
    series = last_result(series_steps(recording, REGIONS))  # type: ignore[arg-type]
    for region, found in zip(REGIONS, measured.numbers, strict=True):
        np.testing.assert_allclose(series.of(region.name, "mean"), [found.mean], rtol=1e-6)


def test_changes_of_the_recording_hold_for_what_a_region_does_not_say(recording: Radiometric) -> None:
    changed = recording.with_changes({"emissivity": 0.7, "distance_m": 9.0})
    seen = seen_by_region(changed, REGIONS[3])
    assert isinstance(seen, Radiometric)
    assert dict(seen.changes) == {"emissivity": 0.7, "distance_m": 9.0, "reflected_c": -10.0}
    assert seen_by_region(changed, REGIONS[0]) is changed


def test_they_are_kept_and_sets_of_before_still_read() -> None:
    regions = RegionSet(REGIONS)
    assert from_json(to_json(regions)) == regions
    old = '{"regions":[{"name":"R1","left":0,"top":0,"width":3,"height":2,"kind":"rectangle"}]}'
    assert from_json(old).regions == (REGIONS[0],)
    with pytest.raises(ThermviewError, match="emissivity must lie between"):
        from_json(to_json(RegionSet((replace(REGIONS[0], emissivity=7.0),))))


def test_what_is_own_is_said(recording: Radiometric, tmp_path: Path) -> None:
    assert own_words(REGIONS[0]) == ""
    assert own_words(REGIONS[2]) == "emissivity 0.5, reflected temperature 80 °C"
    measured = measure("a", recording, 0, RegionSet(REGIONS))  # type: ignore[arg-type]
    write_region_table(tmp_path / "table.csv", measured)
    rows = (tmp_path / "table.csv").read_text("utf-8-sig").splitlines()
    assert rows[-2].endswith('"emissivity 0.5, reflected temperature 80 °C"')
