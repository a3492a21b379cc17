"""What annotation files say reaches the pictures it is about, and is read once."""

import json
from datetime import date

import numpy as np
import pytest
from unit.diagnosis.picture_sets import scanned, scene, write

from thermview.diagnosis import annotations
from thermview.diagnosis.annotations import annotation_facts
from thermview.diagnosis.hygiene import measure_hygiene
from thermview.diagnosis.stated import stated_farthest, stated_window
from thermview.jobs import last_result


def coco(images, boxes=(), info=None):
    """`images`: (name, extra keys); `boxes`: (image number, category, bbox)."""
    names = sorted({name for _, name, _ in boxes})
    return {
        "info": info or {},
        "images": [
            {"id": n, "file_name": name, "width": 60, "height": 40, **more}
            for n, (name, more) in enumerate(images)
        ],
        "categories": [{"id": n, "name": name} for n, name in enumerate(names)],
        "annotations": [
            {"id": n, "image_id": image, "category_id": names.index(name), "bbox": bbox}
            for n, (image, name, bbox) in enumerate(boxes)
        ],
    }


def say(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), "utf-8")


@pytest.fixture
def root(tmp_path):
    for number in range(4):
        write(tmp_path / "set" / "pictures" / f"{number}.png", scene(number))
    return tmp_path / "set"


def hygiene_of(root, tmp_path, **arguments):
    table = scanned(root, tmp_path / "cache")
    return table, last_result(measure_hygiene(root, table, cache=tmp_path / "cache", **arguments))


def names(table, rows):
    return [table.paths[row] for row in rows]


def test_classes_come_from_the_annotations_of_a_flat_folder(root, tmp_path):
    boxes = [(0, "Car-Normal", [1, 1, 9, 9]), (1, "Car-Overheat", [1, 1, 9, 9])]
    boxes += [
        (2, "Car-Overheat", [1, 1, 9, 9]),
        (2, "Car-Normal", [2, 1, 9, 9]),
        (2, "Car-Overheat", [5, 5, 9, 9]),
    ]
    say(root / "labels.json", coco([(f"{n}.png", {}) for n in range(4)], boxes))
    table = scanned(root, tmp_path / "cache")
    assert [table.class_names[code] for code in table.class_codes] == [
        "Car-Normal",
        "Car-Overheat",
        "Car-Overheat",
        "",
    ]
    assert table.class_normal == (None, True, False)
    assert any("annotation files tell the class of 3" in notice for notice in table.notices)
    assert any("1 picture is annotated with several" in notice for notice in table.notices)
    np.testing.assert_array_equal(table.histograms.sum(axis=(1, 2)), np.array([1, 1, 2]) * 3 * 40 * 60)


def test_missing_dangling_and_outside(root, tmp_path):
    boxes = [(0, "a", [50, 30, 20, 20]), (1, "a", [1, 1, 5, 5]), (2, "a", [1, 1, 5, 5])]
    content = coco([("0.png", {}), ("1.png", {"width": 50}), ("not there.png", {})], boxes)
    content["annotations"].append({"id": 9, "image_id": 77, "category_id": 0, "bbox": [1, 1, 2, 2]})
    say(root / "pictures" / "labels.json", content)
    (root / "broken.json").write_text("{")
    say(root / "other.json", {"nothing": "to do with it"})
    table, hygiene = hygiene_of(root, tmp_path)
    found = hygiene.annotations
    assert found.files == 2
    assert names(table, found.missing) == ["pictures/2.png", "pictures/3.png"]
    assert found.dangling == ("not there.png",)
    assert found.orphans == ("pictures/labels.json: annotations[3], image_id 77",)
    assert not any("beyond" in issue or "image_id" in issue for issue in found.issues)  # told once
    assert names(table, found.outside) == ["pictures/0.png"]
    assert any(issue.startswith("broken.json") for issue in found.issues)
    assert "pictures/1.png: stated as 50 x 40, the file has 60 x 40." in found.issues


def test_a_box_that_fits_the_stated_size_alone_is_outside(root, tmp_path):
    content = coco([("0.png", {"width": 640, "height": 480})], [(0, "a", [100, 100, 50, 50])])
    say(root / "labels.json", content)
    table, hygiene = hygiene_of(root, tmp_path)
    assert names(table, hygiene.annotations.outside) == ["pictures/0.png"]


def test_equal_names_in_several_folders_are_told_apart(tmp_path):
    root = tmp_path / "set"
    for folder in ("one", "two"):
        write(root / folder / "0.png", scene())
    say(root / "one" / "labels.json", coco([("0.png", {"Inspection_distance": "300cm"})]))
    say(root / "labels" / "all.json", coco([("two/0.png", {"Inspection_distance": "5m"})]))
    facts = last_result(
        annotation_facts(root, ["one/labels.json", "labels/all.json"], ["one/0.png", "two/0.png"], None)
    )
    assert facts.distances_m.tolist() == [3, 5]
    assert facts.own.all()


def test_a_frame_speaks_for_its_crops(tmp_path):
    root = tmp_path / "set"
    paths = [f"Car-Normal/CAR_NOM_21.02.01_CIC_A900-A930_D3_000001_bbox{n}.png" for n in range(2)]
    say(
        root / "labels.json",
        coco([("CAR_NOM_21.02.01_CIC_A900-A930_D3_000001.png", {"Inspection_distance": "9m"})]),
    )
    facts = last_result(annotation_facts(root, ["labels.json"], paths, None))
    assert facts.framed.all()
    assert not facts.own.any()
    assert facts.distances_m.tolist() == [9, 9]
    assert facts.dangling == []


def test_files_are_read_again_only_when_they_change(root, tmp_path, monkeypatch):
    say(root / "labels.json", coco([("0.png", {})]))
    read = []
    monkeypatch.setattr(
        annotations,
        "read_annotations",
        lambda path, real=annotations.read_annotations, **how: (read.append(path), real(path, **how))[1],
    )
    kept = tmp_path / "kept"

    def facts():
        return last_result(
            annotation_facts(root, ["labels.json"], ["pictures/0.png", "pictures/1.png"], kept)
        )

    assert facts().own.tolist() == facts().own.tolist() == [True, False]
    assert len(read) == 1
    say(root / "labels.json", coco([("1.png", {})]))
    assert facts().own.tolist() == [False, True]
    assert len(read) == 2
    kept.write_bytes(kept.read_bytes().replace(b'"records"', b'"rec\xff\0ds"'))  # a disk that forgot
    assert facts().own.tolist() == [False, True]


def test_gaps_are_what_others_state(root, tmp_path):
    measured = {"Environment_temperature": "2.8°C", "Environment_humidity": "60%"}
    rest = {"Environment_humidity": "60%"}
    say(root / "labels.json", coco([("0.png", measured), ("1.png", rest), ("2.png", measured)]))
    table, hygiene = hygiene_of(root, tmp_path)
    assert {key: names(table, rows) for key, rows in hygiene.annotations.gaps.items()} == {
        "ambient_temperature_c": ["pictures/1.png"]
    }


@pytest.mark.parametrize(
    ("info", "window"),
    [
        ({"collection_period": "2020.09 ~ 2021.02"}, (date(2020, 9, 1), date(2021, 2, 28))),
        ({"수집기간": "2020년 9월 1일 ~ 2021년 2월 28일"}, (date(2020, 9, 1), date(2021, 2, 28))),
        ({"Collection window": "2020-09-01 to 2021-02-28"}, (date(2020, 9, 1), date(2021, 2, 28))),
        ({"start_date": "2020-09-01", "end_date": "2021-02-28"}, (date(2020, 9, 1), date(2021, 2, 28))),
        ({"date_created": "2021-01-27"}, None),
        ({"period": "2021.13 ~ 2021.02"}, None),
        ({"period": "2021.05 ~ 2021.02"}, None),
        ({}, None),
    ],
)
def test_windows_of_collection(info, window):
    assert stated_window({"info": info}) == window


@pytest.mark.parametrize(
    ("info", "metres"),
    [
        ({"max_distance": "9,000cm"}, 90),
        ({"distance range": "20cm ~ 90m"}, 90),
        ({"Inspection_distance_max": 9000}, 90),
        ({"distance": "3m"}, None),
    ],
)
def test_stated_largest_distances(info, metres):
    assert stated_farthest({"info": info}) == metres
