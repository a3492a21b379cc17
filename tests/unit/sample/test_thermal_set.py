"""The simulated picture set: names, classes, channels and every planted defect, held against its own truth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import h5py
import numpy as np
import pytest
import tifffile

from thermview.capture.names import parse_name
from thermview.jobs import last_result
from thermview.sample.thermal_annotations import DEFECTS
from thermview.sample.thermal_canvas import Field
from thermview.sample.thermal_pictures import colour_ends, coloured
from thermview.sample.thermal_plan import class_quotas, plan_sessions
from thermview.sample.thermal_scenes import SessionConditions
from thermview.sample.thermal_set import TRUTH_NAME, ThermalSizes, write_thermal
from thermview.thermal.palettes import palette

SIZES = ThermalSizes(pictures=150, crops_per_session=8, frames_per_session=1)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("thermal")
    last_result(write_thermal(folder, SIZES, 3))
    return folder


@pytest.fixture(scope="module")
def truth(made: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((made / TRUTH_NAME).read_text("utf-8"))
    return found


def crops(made: Path) -> list[Path]:
    return sorted((made / "thermal" / "crops").rglob("*.png"))


def test_published_class_sizes_are_reached_and_kept_in_proportion() -> None:
    full = class_quotas(1_223_849)
    assert sum(full.values()) == 1_223_849
    assert full[("CAR", "Normal")] == 225_954
    assert full[("SHP", "Overheat")] == 20_290
    small = class_quotas(1207)
    assert max(small.values()) / min(small.values()) == pytest.approx(11.14, abs=0.05)


def test_every_name_parses_and_is_written_as_published(made: Path) -> None:
    for path in crops(made):
        tokens = parse_name(path.stem)
        assert tokens is not None, path.name
        assert tokens.box is not None
        assert tokens.state in ("NOM", "AON")
        assert tokens.window is not None
    assert list(
        (made / "thermal/crops/Pipe-Normal").glob("PIP_NOM_21.03.15_CIC_A1016-A1110_D1_003078_bbox0.png")
    )


def test_the_truth_counts_what_is_there(made: Path, truth: dict[str, Any]) -> None:
    planted = {entry["file"] for entry in truth["duplicates"] + truth["unreadable"]}
    counts: dict[str, int] = {}
    channels = {3: 0, 4: 0}
    for path in crops(made):
        if path.relative_to(made).as_posix() in planted:
            continue
        counts[path.parent.name] = counts.get(path.parent.name, 0) + 1
        picture = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
        assert picture is not None
        channels[picture.shape[2]] += 1
    assert counts == truth["crops"]
    assert {"RGB": channels[3], "RGBA": channels[4]} == truth["channels"]
    assert len(counts) == 20
    assert sum(sum(row.values()) for row in truth["distances"].values()) == sum(counts.values())


def test_a_fifth_of_the_crops_is_rgb() -> None:
    sessions = plan_sessions(1, 1207, 12)
    rgb = sum(session.crops for session in sessions if session.conditions.channels == 3)
    assert rgb / sum(session.crops for session in sessions) == pytest.approx(0.2, abs=0.01)
    assert len({session.name for session in sessions}) == len(sessions)


def test_one_session_of_cars_lies_in_a_person_class(made: Path, truth: dict[str, Any]) -> None:
    (wrong,) = truth["mislabelled_sessions"]
    assert wrong["picture_class"] == "Person-Anomaly-Identify"
    assert wrong["session"] == "CAR_AON_21.02.05_CIC_P1505-P1513_D20"
    found = {p.relative_to(made).as_posix() for p in crops(made) if p.parent.name == wrong["picture_class"]}
    assert {name for name in found if "/CAR_" in name} == set(wrong["files"])
    assert wrong["files"]
    titles = {"PIP": "Pipe", "CAR": "Car", "HUM": "Person", "TAN": "Storage Tank", "AIR": "AC Outdoor"}
    for path in crops(made):
        code = path.name[:3]
        if code in titles and path.relative_to(made).as_posix() not in wrong["files"]:
            assert path.parent.name.startswith(titles[code])


def test_normal_cars_are_near_or_far_and_nothing_between(truth: dict[str, Any]) -> None:
    assert set(truth["distances"]["Car-Normal"]) <= {"D3", "D25", "D30"}
    split = truth["distance_split"]
    assert set(truth["distances"][split["class"]]) & set(split["near"])
    assert set(truth["distances"][split["class"]]) & set(split["far"])


def test_duplicates_are_what_they_say(made: Path, truth: dict[str, Any]) -> None:
    kinds = [entry["kind"] for entry in truth["duplicates"]]
    assert sorted(kinds) == ["exact duplicate"] + ["near duplicate"] * 3
    for entry in truth["duplicates"]:
        copy, source = ((made / entry[key]).read_bytes() for key in ("file", "source"))
        if entry["kind"] == "exact duplicate":
            assert copy == source
            continue
        assert copy != source
        pictures = [
            cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED) for content in (copy, source)
        ]
        rows = pictures[0].shape[0]
        assert rows == pictures[1].shape[0] - 1
        assert np.abs(pictures[0].astype(int) - pictures[1][:rows]).max() <= 1


def test_the_empty_and_the_truncated_picture_do_not_read(made: Path, truth: dict[str, Any]) -> None:
    sizes = {entry["kind"]: (made / entry["file"]).stat().st_size for entry in truth["unreadable"]}
    assert sizes["zero bytes"] == 0
    truncated = next(entry for entry in truth["unreadable"] if entry["kind"] == "truncated")
    content = (made / truncated["file"]).read_bytes()
    assert content.startswith(b"\x89PNG")
    assert b"IEND" not in content


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_annotation_defect_is_planted_once(tmp_path: Path, seed: int) -> None:
    last_result(write_thermal(tmp_path, ThermalSizes(40, 12, 2), seed))
    truth = json.loads((tmp_path / TRUTH_NAME).read_text("utf-8"))
    assert len({defect["kind"] for defect in truth["annotation_defects"]}) == len(DEFECTS) == 6


def test_annotation_files_hold_the_defects_on_record_and_no_others(made: Path, truth: dict[str, Any]) -> None:
    found: list[tuple[str, str]] = []
    files = sorted((made / "thermal" / "annotations").glob("*.json"))
    assert len(files) == 20
    for path in files:
        content = json.loads(path.read_text("utf-8"))
        assert set(content) == {"licenses", "info", "categories", "images", "annotations"}
        found += [(f"thermal/annotations/{path.name}", kind) for kind in defects_in(made, path.stem, content)]
    assert sorted(found) == sorted((entry["file"], entry["kind"]) for entry in truth["annotation_defects"])


def defects_in(made: Path, session: str, content: dict[str, Any]) -> set[str]:
    """The kinds of defect in an annotation file, found without knowing where they were planted."""
    kinds = set()
    images = {image["id"]: image for image in content["images"]}
    for image in content["images"]:
        if not (made / "thermal" / "frames" / session / image["file_name"]).is_file():
            kinds.add("missing picture")
        if "Environment_temperature" not in image:
            kinds.add("missing environment field")
        if isinstance(image["width"], str):
            kinds.add("number as text")
    for record in content["annotations"]:
        if record["image_id"] not in images:
            kinds.add("dangling image id")
            continue
        left, top, width, height = (float(value) for value in record["bbox"])
        image = images[record["image_id"]]
        if width < 0:
            kinds.add("negative width")
        elif left + width > float(image["width"]) or top + height > float(image["height"]):
            kinds.add("box outside its picture")
    return kinds


def test_environment_is_written_with_units(made: Path) -> None:
    texts = "".join(path.read_text("utf-8") for path in (made / "thermal" / "annotations").glob("*.json"))
    assert '"Environment_temperature": "9.4°C"' in texts
    assert '"Inspection_distance": "100cm"' in texts
    assert "°C ~ " in texts
    assert "m/s" in texts


def test_the_other_annotation_shapes_name_their_pictures(made: Path) -> None:
    coco = json.loads((made / "thermal/coco/annotations.json").read_text("utf-8"))
    assert all((made / "thermal/coco" / image["file_name"]).is_file() for image in coco["images"])
    assert all(set(image) == {"id", "file_name", "width", "height"} for image in coco["images"])
    assert coco["annotations"]
    (path,) = (made / "thermal/aihub_514").glob("*.json")
    content = json.loads(path.read_text("utf-8"))
    assert set(content["annotations"][0]["data"]) == {"x", "y", "width", "height"}
    assert content["annotations"][0]["attributes"]["status"] == "overheat"
    assert path.with_suffix(".csv").is_file()
    assert path.with_suffix(".png").is_file()


def test_radiometric_files_hold_the_same_kind_of_temperatures(made: Path, truth: dict[str, Any]) -> None:
    folder = made / "thermal" / "radiometric"
    celsius = tifffile.imread(folder / "switchboard_celsius.tiff")
    assert celsius.dtype == np.float32
    assert celsius.max() > 40
    counts = tifffile.imread(folder / "valve_counts.tiff")
    gain = truth["radiometric"]["thermal/radiometric/valve_counts.tiff"]["kelvin_per_count"]
    assert counts.dtype == np.uint16
    assert -20 < float(np.median(counts)) * gain - 273.15 < 60
    lines = (folder / "outdoor_unit_celsius.csv").read_text("utf-8").splitlines()
    assert len(lines) == 4 + 240
    assert all(line.endswith(";") and line.count(";") == 320 for line in lines[4:])
    assert np.load(folder / "person_walking.npy").shape == (24, 120, 160)


def test_the_movie_shows_the_spot_that_the_truth_states(made: Path, truth: dict[str, Any]) -> None:
    said = truth["radiometric"]["thermal/radiometric/heating_spot.h5"]
    with h5py.File(made / "thermal/radiometric/heating_spot.h5") as document:
        data = document["entry/data"]
        movie, time_s = data[data.attrs["signal"]][()], data["time"][()]
    assert movie.shape == (said["frames"], 120, 160)
    assert time_s[60] == pytest.approx(60 / said["frame_rate_hz"])
    spot = movie[:, said["spot_row"], said["spot_column"]]
    rise = spot[-1] - spot[0]
    expected = said["rise_k"] * (1 - np.exp(-time_s[-1] / said["time_constant_s"]))
    assert rise == pytest.approx(expected, abs=0.5)
    assert np.unravel_index(movie[-1].argmax(), movie[-1].shape) == pytest.approx((60, 80), abs=3)


def test_varied_sessions_follow_the_same_plan_and_differ_from_each_other(tmp_path: Path) -> None:
    sizes = ThermalSizes(pictures=300, crops_per_session=3, frames_per_session=0, drawn_sessions=1)
    last_result(write_thermal(tmp_path, sizes, 2))
    truth = json.loads((tmp_path / TRUTH_NAME).read_text("utf-8"))
    planned: dict[str, int] = {}
    for session in plan_sessions(2, 300, 3):
        planned[session.picture_class] = planned.get(session.picture_class, 0) + session.crops
    assert truth["crops"] == dict(sorted(planned.items()))
    contents = [path.read_bytes() for path in crops(tmp_path)]
    assert len(contents) == sum(planned.values()) + 6
    assert len(set(contents)) == len(contents) - 1  # the exact duplicate


def test_the_background_is_cold_purple_and_the_hottest_place_near_the_palettes_end() -> None:
    celsius: Field = np.full((40, 40), 5.0, np.float32)
    celsius[18:22, 18:22] = 35.0
    picture = coloured(celsius, colour_ends(celsius, SessionConditions(seed=1)), 4)
    red, _, blue, alpha = (int(value) for value in picture[0, 0])
    assert blue > red
    assert alpha == 255
    hot = picture[20, 20, :3]
    assert np.abs(palette("inferno").astype(int) - hot).sum(axis=1).argmin() > 200
