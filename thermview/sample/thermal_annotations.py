"""Annotation files of simulated frames, in three shapes, with a few realistic defects on record."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from thermview.annotation import BoundingBox
from thermview.sample.thermal_sessions import TakenFrame

Content = dict[str, Any]
Defect = dict[str, Any]
MISSING_PICTURE = "missing picture"


def aihub_235(frames: Sequence[TakenFrame]) -> Content:
    """The four-block shape of the thermal set 235, plus `info`; numbers with units are texts in it.

    The names of the humidity and wind keys are not published: those here are this simulation's own.
    """
    names = sorted({name for frame in frames for name, _ in frame.scene.boxes})
    ids = {name: number for number, name in enumerate(names, start=1)}
    annotations: list[Content] = []
    for picture_id, frame in enumerate(frames, start=1):
        for name, box in frame.scene.boxes:
            annotations.append(_annotation(len(annotations) + 1, picture_id, ids[name], box))
    return {
        "licenses": [{"id": 1, "name": "simulated, free to use", "url": ""}],
        "info": {
            "description": "Simulated thermal scenes; no real plant, person or vehicle",
            "date_created": frames[0].session.day.isoformat(),
            "version": "1.0",
        },
        "categories": [_category(ids[name], name) for name in names],
        "images": [_image(number, frame) for number, frame in enumerate(frames, start=1)],
        "annotations": annotations,
    }


def _category(number: int, name: str) -> Content:
    return {"id": number, "name": name, "supercategory": name.split("-")[0]}


def _image(number: int, frame: TakenFrame) -> Content:
    conditions, (low, high) = frame.session.conditions, frame.ends
    rows, columns = frame.scene.celsius.shape
    return {
        "id": number,
        "file_name": f"{frame.stem}.png",
        "width": columns,
        "height": rows,
        "date_captured": frame.session.day.isoformat(),
        "Environment_temperature": f"{conditions.ambient_c:.1f}°C",
        "Inspection_temperature_range": f"{low:.0f}°C ~ {high:.0f}°C",
        "Inspection_distance": f"{frame.session.distance_m * 100:.0f}cm",
        "Environment_humidity": f"{conditions.humidity_percent:.0f}%",
        "Wind_speed": f"{conditions.wind_speed_m_s:.1f}m/s" if number % 2 else conditions.wind_speed_m_s,
    }


def _annotation(number: int, picture_id: int, category_id: int, box: BoundingBox) -> Content:
    return {
        "id": number,
        "image_id": picture_id,
        "category_id": category_id,
        "bbox": [box.column, box.row, box.width, box.height],
        "area": box.width * box.height,
        "iscrowd": 0,
    }


def _outside(content: Content) -> Defect:
    record, image = content["annotations"][0], content["images"][0]
    record["bbox"] = [image["width"] - 40.0, image["height"] - 30.0, 120.0, 90.0]
    return {"kind": "box outside its picture", "annotation_id": record["id"]}


def _negative(content: Content) -> Defect:
    record = content["annotations"][-1]
    record["bbox"][2] = -record["bbox"][2]
    return {"kind": "negative width", "annotation_id": record["id"]}


def _dangling(content: Content) -> Defect:
    record = content["annotations"][-1]
    record["image_id"] = 9_999
    return {"kind": "dangling image id", "annotation_id": record["id"], "image_id": 9_999}


def _missing_picture(content: Content) -> Defect:
    image = dict(content["images"][-1])
    image["id"] = len(content["images"]) + 1
    image["file_name"] = image["file_name"].replace(".png", "9.png")
    content["images"].append(image)
    return {"kind": MISSING_PICTURE, "image_id": image["id"], "file_name": image["file_name"]}


def _missing_field(content: Content) -> Defect:
    image = content["images"][0]
    del image["Environment_temperature"]
    return {"kind": "missing environment field", "image_id": image["id"], "field": "Environment_temperature"}


def _number_as_text(content: Content) -> Defect:
    image, record = content["images"][0], content["annotations"][0]
    image["width"] = str(image["width"])
    record["bbox"] = [str(value) for value in record["bbox"]]
    return {"kind": "number as text", "image_id": image["id"], "annotation_id": record["id"]}


DEFECTS: tuple[Callable[[Content], Defect], ...] = (
    _outside,
    _negative,
    _dangling,
    _missing_picture,
    _missing_field,
    _number_as_text,
)


def coco(frames: Sequence[TakenFrame]) -> Content:
    """Plain COCO: the same records without what only the thermal set has."""
    content = aihub_235(frames)
    plain = ("id", "file_name", "width", "height")
    content["images"] = [{key: image[key] for key in plain} for image in content["images"]]
    return content


def aihub_514(frame: TakenFrame) -> Content:
    """The shape of the sibling set 514: one JSON a picture, status instead of category."""
    rows, columns = frame.scene.celsius.shape
    return {
        "metadata": {"width": columns, "height": rows, "file_name": f"{frame.stem}.png"},
        "annotations": [
            {
                "data": {"x": box.column, "y": box.row, "width": box.width, "height": box.height},
                "attributes": {"status": name.split("-", 1)[1].lower()},
            }
            for name, box in frame.scene.boxes
        ],
    }


def write_json(path: Path, content: Content | list[Any]) -> None:
    """Write JSON as UTF-8, the same content giving the same bytes."""
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8", newline="\n")
