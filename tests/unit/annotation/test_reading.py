"""Annotation files: the builds that are known, and every way in which they go wrong."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thermview.annotation import (
    Annotation,
    BoundingBox,
    Category,
    UnknownShapeError,
    read_annotations,
    reading,
)
from thermview.annotation.coco import read_coco
from thermview.annotation.records import MAX_ISSUES, Issues
from thermview.errors import ReadError

NAME = "CAR_NOM_21.01.27_CIC_A1016-A1110_D3_000001.png"
AIHUB_235: dict[str, Any] = {
    "licenses": [{"name": "NH Networks"}],
    "info": {"date_created": "2021-01-27"},
    "categories": [{"id": 1, "name": "차량-정상", "supercategory": "차량"}],
    "images": [
        {
            "id": 7,
            "file_name": NAME,
            "width": "640",
            "height": 480,
            "Environment_temperature": "2.8°C",
            "Inspection_temperature_range": "-3°C ~ 6°C",
            "Inspection_distance": "300cm",
            "Humidity": "45%",
            "Wind_speed": "1.2m/s",
            "Camera": "T1020",
        }
    ],
    "annotations": [{"id": 1, "image_id": 7, "category_id": 1, "bbox": [10, 20, 30, 40], "iscrowd": 0}],
}
AIHUB_514 = {
    "metadata": {"width": 640, "height": 480, "equipment": "MCCB"},
    "annotations": [
        {"data": {"x": 1, "y": 2, "width": 3, "height": 4}, "attributes": {"status": "normal", "max": 40.5}},
        {
            "label": "fuse",
            "data": {"x": 5, "y": 6, "width": 7, "height": 8},
            "attributes": {"status": "overheat"},
        },
    ],
    "version": 2,
}


def write(path: Path, content: Any) -> Path:
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    return path


def changed(**places: Any) -> dict[str, Any]:
    """The AI Hub 235 example with values replaced or removed: images__0__width=5."""
    content = copy.deepcopy(AIHUB_235)
    for place, value in places.items():
        *keys, last = [int(key) if key.isdigit() else key for key in place.split("__")]
        inner: Any = content
        for key in keys:
            inner = inner[key]
        inner[last] = value
    return content


def test_aihub_235_is_read_with_its_environment(tmp_path: Path) -> None:
    file = read_annotations(write(tmp_path / "a.json", AIHUB_235))
    assert (file.shape, file.issues) == ("AI Hub 235", ())
    assert file.categories == (Category(1, "차량-정상", "차량"),)
    assert file.extra == {key: AIHUB_235[key] for key in ("licenses", "info")}
    record = file.pictures[NAME]
    assert (record.width, record.height, record.extra) == (640, 480, {"Camera": "T1020"})
    assert record.environment == pytest.approx(
        {
            "ambient_temperature_c": 2.8,
            "inspection_low_c": -3.0,
            "inspection_high_c": 6.0,
            "distance_m": 3.0,
            "humidity_percent": 45.0,
            "wind_speed_m_s": 1.2,
        }
    )
    assert record.annotations == (
        Annotation("차량-정상", BoundingBox(10, 20, 30, 40), attributes={"id": 1, "iscrowd": 0}),
    )


def test_environment_may_be_numbers_nested_or_with_the_annotation(tmp_path: Path) -> None:
    content = changed(
        images__0={
            "id": 7,
            "file_name": NAME,
            "environment": {"temperature": 2.8, "site": "CIC"},
            "distance_m": 3,
        }
    )
    content["annotations"][0] |= {"Inspection_temperature_range": [-3, 6], "humidity": 45}
    record = read_annotations(write(tmp_path / "a.json", content)).pictures[NAME]
    assert record.environment == {
        "ambient_temperature_c": 2.8,
        "distance_m": 3.0,
        "inspection_low_c": -3.0,
        "inspection_high_c": 6.0,
        "humidity_percent": 45.0,
    }
    assert record.extra == {"environment": {"site": "CIC"}}


def test_a_distance_without_a_unit_is_centimetres_and_said_once(tmp_path: Path) -> None:
    file = read_annotations(write(tmp_path / "a.json", changed(images__0__Inspection_distance=300)))
    assert file.pictures[NAME].environment["distance_m"] == pytest.approx(3.0)
    assert file.issues == ("1 distances have no unit; they are read as cm.",)


def test_what_was_not_measured_is_left_out_quietly(tmp_path: Path) -> None:
    file = read_annotations(
        write(tmp_path / "a.json", changed(images__0__Humidity="-", images__0__Wind_speed=None))
    )
    assert file.issues == ()
    assert not {"humidity_percent", "wind_speed_m_s"} & set(file.pictures[NAME].environment)


def test_plain_coco_with_polygons(tmp_path: Path) -> None:
    content = {
        "images": [{"id": 1, "file_name": "a.png", "width": 100, "height": 100}],
        "categories": [{"id": 1, "name": "leak"}],
        "annotations": [
            {
                "id": 1,
                "image_id": 1,
                "category_id": 1,
                "segmentation": [[0, 0, 9, 0, 9, 9]],
                "attributes": {"k": 1},
            },
            {"id": 2, "image_id": "1", "category_id": "1", "bbox": [1, 1, 2, 2], "score": "0.5"},
            {"id": 3, "image_id": 1, "category_id": 1},
            {"id": 4, "image_id": 1, "category_id": 1, "segmentation": {"counts": "x"}, "bbox": [1, 1, 5, 5]},
        ],
    }
    file = read_annotations(write(tmp_path / "a.json", content))
    assert file.shape == "COCO"
    first, second, third, fourth = file.pictures["a.png"].annotations
    assert (first.polygon, first.box, first.attributes) == (((0, 0), (9, 0), (9, 9)), None, {"id": 1, "k": 1})
    assert (second.origin, second.score) == ("predicted", 0.5)
    assert (third.box, third.polygon) == (None, ())
    assert fourth.attributes["segmentation"] == {"counts": "x"}
    assert file.issues == (
        "annotations[3] of a.png: its run-length mask is not drawn; export it as polygon to see it.",
    )


def test_several_polygons_keep_the_original(tmp_path: Path) -> None:
    rings = [[0, 0, 1, 0, 1, 1], [0, 0, 9, 0, 9, 9]]
    content = changed(annotations__0__segmentation=rings)
    (annotation,) = read_annotations(write(tmp_path / "a.json", content)).pictures[NAME].annotations
    assert annotation.polygon == ((0, 0), (9, 0), (9, 9))
    assert annotation.attributes["segmentation"] == rings


def test_aihub_514_is_read(tmp_path: Path) -> None:
    file = read_annotations(write(tmp_path / "배전반_001.json", AIHUB_514))
    assert (file.shape, file.issues, file.extra) == ("AI Hub 514", (), {"version": 2})
    record = file.pictures["배전반_001"]
    assert (record.width, record.height, record.extra) == (640, 480, {"equipment": "MCCB"})
    assert record.annotations == (
        Annotation("normal", BoundingBox(1, 2, 3, 4), attributes={"status": "normal", "max": 40.5}),
        Annotation("fuse", BoundingBox(5, 6, 7, 8), attributes={"status": "overheat"}),
    )
    assert [category.name for category in file.categories] == ["normal", "fuse"]


def test_aihub_514_lists_its_issues(tmp_path: Path) -> None:
    content = {
        "metadata": {"width": "wide", "height": 480, "file_name": "b.png"},
        "annotations": [
            {"data": {"x": 1, "y": 2, "width": 0, "height": 4}},
            5,
            {"data": {"points": [[0, 0], [9, 0], [9, 9]]}},
        ],
    }
    file = read_annotations(write(tmp_path / "a.json", content))
    (annotation,) = file.pictures["b.png"].annotations
    assert annotation.polygon == ((0, 0), (9, 0), (9, 9))
    assert len(file.issues) == 3


@pytest.mark.parametrize(
    ("places", "issue"),
    [
        (
            {"images__0__width": "wide"},
            f"images[0] {NAME}: width is no size in pixels (wide) and is left out.",
        ),
        (
            {"images__0__height": -480},
            f"images[0] {NAME}: height is no size in pixels (-480) and is left out.",
        ),
        (
            {"images__0__Humidity": "wet"},
            f"images[0] {NAME}: Humidity is no humidity of 0 to 100 % (wet) and is left out.",
        ),
        (
            {"images__0__Inspection_distance": "near"},
            f"images[0] {NAME}: Inspection_distance is no distance (near) and is left out.",
        ),
        (
            {"images__0__Inspection_temperature_range": "all"},
            f"images[0] {NAME}: Inspection_temperature_range is no inspection range (all) and is left out.",
        ),
        (
            {"annotations__0__category_id": 9},
            f"annotations[0] of {NAME}: category_id 9 is no category of this file.",
        ),
        (
            {"annotations__0__bbox": [0, 0, -1, 4]},
            f"annotations[0] of {NAME}: its box has the size -1 x 4 and is left out.",
        ),
        (
            {"annotations__0__image_id": 8},
            "annotations[0]: has image_id 8, which is no picture of this file, and is left out.",
        ),
        ({"annotations__0": 5}, "annotations[0]: is no table of keys and values and is left out."),
        ({"annotations": 5}, "annotations: is no list and is left out."),
    ],
)
def test_one_defect_is_one_sentence(tmp_path: Path, places: dict[str, Any], issue: str) -> None:
    file = read_annotations(write(tmp_path / "a.json", changed(**places)))
    assert file.issues == (issue,)
    assert list(file.pictures) == [NAME]


def test_values_that_are_wrong_stay_among_the_unknown(tmp_path: Path) -> None:
    file = read_annotations(write(tmp_path / "a.json", changed(images__0__Humidity="wet")))
    assert file.pictures[NAME].extra == {"Camera": "T1020", "Humidity": "wet"}


def test_records_without_a_file_name_are_left_out(tmp_path: Path) -> None:
    content = copy.deepcopy(AIHUB_235)
    content["images"] += [{"id": 8}, {"id": 9, "file_name": ""}, {"id": 10, "fileName": "ok.png"}]
    file = read_annotations(write(tmp_path / "a.json", content))
    assert list(file.pictures) == [NAME, "ok.png"]
    assert file.issues == (
        "images[1]: has no file_name and is left out.",
        "images[2] empty: file_name is no file name (empty) and is left out.",
    )


def test_duplicates_are_listed(tmp_path: Path) -> None:
    content = copy.deepcopy(AIHUB_235)
    content["categories"].append({"id": 1, "name": "other"})
    content["images"] += [content["images"][0], {"id": 7, "file_name": "b.png"}]
    content["annotations"] += [content["annotations"][0], {**content["annotations"][0], "bbox": [1, 1, 2, 2]}]
    file = read_annotations(write(tmp_path / "a.json", content))
    assert [len(record.annotations) for record in file.pictures.values()] == [2, 0]
    assert len(file.issues) == 6
    assert sum("twice" in issue for issue in file.issues) == 4


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16", "utf-32"])
def test_korean_text_in_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "가.json"
    path.write_bytes(
        json.dumps(changed(images__0__Camera="카메라"), ensure_ascii=False).replace("°", "").encode(encoding)
    )
    file = read_annotations(path)
    assert file.categories[0].name == "차량-정상"
    assert file.pictures[NAME].extra == {"Camera": "카메라"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   ",
        b"{",
        b"\xff\xfe\x00",
        b'{"images": [\x81\x20]}',
        b"[" * 100_000,
        b'{"images":' * 100_000,
        b'{"images": [' + b"9" * 5000 + b'], "annotations": []}',
    ],
)
def test_files_that_are_no_json_are_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(ReadError, match=r"^a\.json: [^\n]+$") as caught:
        read_annotations(tmp_path / "a.json")
    assert not isinstance(caught.value, UnknownShapeError)


@pytest.mark.parametrize(
    "content", [[], {}, 5, None, {"images": []}, {"metadata": 5, "annotations": []}, [AIHUB_235]]
)
def test_other_json_is_told_apart(tmp_path: Path, content: Any) -> None:
    with pytest.raises(UnknownShapeError, match=r"^a\.json: not an annotation file"):
        read_annotations(write(tmp_path / "a.json", content))


def test_files_that_cannot_be_read_are_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ReadError, match="not there"):
        read_annotations(tmp_path / "a.json")
    with pytest.raises(ReadError, match="folder"):
        read_annotations(tmp_path)
    monkeypatch.setattr(reading, "MAX_BYTES", 10)
    with pytest.raises(ReadError, match="larger than"):
        read_annotations(write(tmp_path / "a.json", AIHUB_235))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.json")
    with pytest.raises(ReadError, match="pipe"):
        read_annotations(tmp_path / "a.json")


def test_file_names_are_only_keys(tmp_path: Path) -> None:
    for name in ("../../etc/passwd", "/etc/passwd", "C:\\windows\\x.png"):
        file = read_annotations(write(tmp_path / "a.json", changed(images__0__file_name=name)))
        assert list(file.pictures) == [name]


def test_issues_are_bounded() -> None:
    file = read_coco({"images": [5] * (MAX_ISSUES + 10), "annotations": []}, Issues())
    assert len(file.issues) == MAX_ISSUES + 1
    assert file.issues[-1] == "10 more issues are not listed."


_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(
                ["id", "image_id", "category_id", "file_name", "bbox", "segmentation", "width", "humidity"]
            ),
            inner,
            max_size=6,
        ),
    ),
    max_leaves=15,
)


@given(_JSON, _JSON, _JSON)
def test_any_content_of_the_right_build_is_read(images: Any, annotations: Any, categories: Any) -> None:
    file = read_coco({"images": images, "annotations": annotations, "categories": categories}, Issues())
    assert all("\n" not in issue for issue in file.issues)
    assert all(record.file_name == name for name, record in file.pictures.items())
