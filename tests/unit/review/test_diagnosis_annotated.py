"""Annotated pictures and the blocks of annotation files are shown as the files say them, whatever they hold."""

from __future__ import annotations

import json
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from diagnosis_sets import bare_diagnosis, write_pictures

from thermview.diagnosis.results import Annotations
from thermview.review.diagnosis_annotated import annotated_pictures, annotation_blocks

HOSTILE = "</svg><script>Car"


@pytest.fixture
def annotated(tmp_path):
    """Three pictures, two of them with boxes, of two categories; the second one states its conditions."""
    names = ["frames/a.png", "frames/b.png", "frames/c.png"]
    diagnosis = write_pictures(tmp_path / "set", bare_diagnosis([(name, "", None) for name in names]))
    images = [{"id": n, "file_name": name[7:], "width": 16, "height": 12} for n, name in enumerate(names)]
    images[1] |= {"Environment_temperature": "2.8°C", "Inspection_distance": "300cm"}
    boxes = [
        {"id": n, "image_id": n, "category_id": n, "bbox": [2, 3, 8, 6], "area": 48, "iscrowd": 0}
        for n in (0, 1)
    ]
    said = {
        "info": {"description": "<b>made up</b>"},
        "categories": [{"id": 0, "name": HOSTILE}, {"id": 1, "name": "Person-Normal"}],
        "images": images,
        "annotations": boxes,
    }
    (tmp_path / "set/frames/labels.json").write_text(json.dumps(said), "utf-8")
    nothing = np.zeros(0, np.intp)
    notes = Annotations(1, np.array([2]), (), nothing, ())
    return replace(diagnosis, hygiene=replace(diagnosis.hygiene, annotations=notes))


def test_boxes_stand_where_the_file_says(annotated):
    first, second = annotated_pictures(annotated)
    assert (first.name, second.name) == ("b.png", "a.png")  # the one that states its conditions comes first
    drawing = ElementTree.fromstring(str(first.drawing))
    box = next(node for node in drawing.iter("rect"))
    assert [float(box.get(side)) for side in ("x", "y", "width", "height")] == [2, 3, 8, 6]
    assert dict(first.conditions)["ambient temperature"] == "2.8 °C"
    assert dict(first.conditions)["distance"] == "3 m"


def test_hostile_categories_stay_texts(annotated):
    drawing = ElementTree.fromstring(str(annotated_pictures(annotated)[1].drawing))
    assert [node.text for node in drawing.iter("text")] == [HOSTILE]


def test_blocks_of_a_file_are_told_with_their_keys(annotated):
    name, blocks = annotation_blocks(annotated)
    assert name == "labels.json"
    assert [(block.name, block.entries) for block in blocks] == [
        ("info", 1), ("categories", 2), ("images", 3), ("annotations", 2),
    ]  # fmt: skip
    assert "Environment_temperature" in blocks[2].keys


def test_pictures_that_have_gone_are_passed_over(annotated):
    (annotated.root / "frames/b.png").unlink()
    assert [each.name for each in annotated_pictures(annotated)] == ["a.png"]


def test_without_annotation_files_there_is_nothing(annotated):
    none = replace(annotated.hygiene, annotations=replace(annotated.hygiene.annotations, files=0))
    assert annotated_pictures(replace(annotated, hygiene=none)) == []
    assert annotation_blocks(replace(annotated, hygiene=none)) == ("", [])
