"""L1 of simulated sets: everything that was planted is found, and little else."""

import json
from datetime import date

import numpy as np
import pytest
from unit.diagnosis.picture_sets import scanned, scene, with_alpha, write, write_set
from unit.diagnosis.small_capture import name_of

from thermview.diagnosis.hygiene import measure_hygiene
from thermview.diagnosis.hygiene_outliers import dates_outside
from thermview.jobs import last_result
from thermview.sample.thermal_set import TRUTH_NAME, ThermalSizes, write_thermal


@pytest.fixture(scope="module", params=[(160, 6, 2, 1, 3)])
def simulated(request, tmp_path_factory):
    """A table and its hygiene with the truth about the set."""
    folder = tmp_path_factory.mktemp("simulated")
    *sizes, seed = request.param
    last_result(write_thermal(folder, ThermalSizes(*sizes), seed))
    truth = json.loads((folder / TRUTH_NAME).read_text("utf-8"))
    table = scanned(folder / "thermal", folder / "cache")
    return table, last_result(measure_hygiene(folder / "thermal", table, cache=folder / "cache")), truth


def names(table, rows):
    return [f"thermal/{table.paths[row]}" for row in rows]


def test_files_that_cannot_be_read(simulated):
    table, hygiene, truth = simulated
    planted = {one["kind"]: one["file"] for one in truth["unreadable"]}
    assert names(table, hygiene.empty) == [planted["zero bytes"]]
    assert names(table, hygiene.unreadable) == [planted["truncated"]]


def test_duplicates(simulated):
    table, hygiene, truth = simulated
    planted = {"exact duplicate": set(), "near duplicate": set()}
    for one in truth["duplicates"]:
        planted[one["kind"]].add(frozenset((one["file"], one["source"])))
    assert {frozenset(names(table, group)) for group in hygiene.duplicates} == planted["exact duplicate"]
    near = {frozenset(names(table, group)) for group in hygiene.near_duplicates}
    for pair in planted["near duplicate"]:
        assert any(pair <= group for group in near)


def test_channels_and_counts(simulated):
    table, hygiene, truth = simulated
    crops = np.array([path.startswith("crops/") for path in table.paths]) & table.readable
    found = {"RGB": 0, "RGBA": 0}
    for channels in table.looks["channels"][crops]:
        found["RGB" if channels == 3 else "RGBA"] += 1
    blemishes = len(truth["duplicates"])
    assert abs(found["RGB"] - truth["channels"]["RGB"]) <= blemishes
    assert sum(found.values()) == sum(truth["channels"].values()) + blemishes
    assert hygiene.max_min_ratio == pytest.approx(truth["largest_to_smallest_class"], rel=0.2)
    counts = dict(zip(table.class_names, hygiene.class_counts.tolist(), strict=True))
    assert sum(counts.values()) == len(table)
    for name, count in truth["crops"].items():
        assert 0 <= counts[name] - count <= 2
    used = hygiene.class_counts[1:]
    assert (hygiene.class_weights[1:] * used).sum() == pytest.approx(used.sum())
    assert np.isnan(hygiene.class_weights[0])  # frames lie in no class folder


def test_annotation_files(simulated):
    table, hygiene, truth = simulated
    found = hygiene.annotations
    assert len(found.missing) == 0
    for defect in truth["annotation_defects"]:
        file = defect["file"].removeprefix("thermal/")
        match defect["kind"]:
            case "box outside its picture":
                session = file.rpartition("/")[2].removesuffix(".json")
                assert any(session in path for path in names(table, found.outside))
            case "negative width":
                assert any(issue.startswith(file) for issue in found.issues)
            case "dangling image id":
                assert any(name.startswith(file) and "9999" in name for name in found.orphans)
            case "missing picture":
                assert defect["file_name"] in found.dangling
            case "missing environment field":
                assert len(found.gaps["ambient_temperature_c"])
            case kind:
                assert kind == "number as text"  # tolerated, as it should be
    assert {kind for kind in found.gaps} <= {"ambient_temperature_c"}


def test_the_session_after_the_window(simulated):
    table, hygiene, truth = simulated
    late = truth["after_collection_window"]
    assert late
    assert all(any(session in path for session in late) for path in names(table, hygiene.dates_outside))
    window = (date(2020, 9, 1), date(2021, 2, 28))
    stated, _ = dates_outside(table, window, stated=True)
    for session in late:
        assert any(session in path for path in names(table, hygiene.dates_outside))
        assert any(session in path for path in names(table, stated))
    assert any("No window" in notice for notice in hygiene.notices)


def test_alpha_that_is_not_opaque(tmp_path):
    write_set(tmp_path / "set")
    write(tmp_path / "set" / "Car-Normal" / "a.png", with_alpha(scene(9), 128))
    write(tmp_path / "set" / "Car-Normal" / "b.png", with_alpha(scene(10)))
    table = scanned(tmp_path / "set", tmp_path / "cache")
    hygiene = last_result(measure_hygiene(tmp_path / "set", table, cache=tmp_path / "cache"))
    assert [table.paths[row] for row in hygiene.not_opaque] == ["Car-Normal/a.png"]
    assert hygiene.channels == {"RGB": 36, "RGBA": 2}
    assert hygiene.sizes == {(60, 40): 38}
    assert hygiene.bit_depths == {8: 38}


def test_distances_against_annotations_and_a_limit(tmp_path):
    root = tmp_path / "set"
    images = []
    for number, (named, stated) in enumerate(((3.0, "300cm"), (3.0, "30m"), (200.0, "200m"), (1.0, ""))):
        name = f"{name_of('CAR', number, number, named)}.png"
        write(root / "Car-Normal" / name, scene(number))
        images.append({"id": number, "file_name": name, "Inspection_distance": stated})
    content = {"images": images, "annotations": [], "categories": []}
    (root / "labels.json").write_text(json.dumps(content), "utf-8")
    table = scanned(root, tmp_path / "cache")

    def odd(**arguments):
        found = last_result(measure_hygiene(root, table, cache=tmp_path / "cache", **arguments))
        return [float(table.tokens.distances_m[row]) for row in found.odd_distances], found.notices

    assert odd()[0] == [3.0]  # the one that says 3 m in its name and 30 m in its annotation
    distances, notices = odd(farthest_m=90)
    assert sorted(distances) == [3.0, 200.0]
    assert any("larger than 90 m" in notice for notice in notices)


def test_a_set_of_nothing(tmp_path):
    (tmp_path / "set").mkdir()
    table = scanned(tmp_path / "set", tmp_path / "cache")
    hygiene = last_result(measure_hygiene(tmp_path / "set", table, cache=tmp_path / "cache"))
    assert hygiene.channels == {}
    assert np.isnan(hygiene.max_min_ratio)
    assert hygiene.duplicates == hygiene.near_duplicates == ()
    assert len(hygiene.annotations.missing) == 0
