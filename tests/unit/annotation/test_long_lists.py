"""A large COCO file is read entry by entry: the same is said of it, in a fraction of the memory."""

import json
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thermview.annotation import read_annotations, reading
from thermview.annotation.long_lists import LongList, loads_long
from thermview.diagnosis.annotations import annotation_facts
from thermview.errors import ReadError
from thermview.jobs import last_result

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


def plain(value):
    """What was read, with its long lists as lists."""
    return {key: list(one) if isinstance(one, LongList) else one for key, one in value.items()}


@given(st.dictionaries(st.text(max_size=6), VALUES, max_size=5), st.sampled_from([None, 1, "\t"]))
def test_the_same_is_read(content, indent):
    text = json.dumps(content, indent=indent)
    read = loads_long(f" {text}\n")
    assert plain(read) == content
    assert plain(read) == content  # a list may be gone through again


@given(VALUES.filter(lambda value: not isinstance(value, dict)))
def test_what_is_no_table_is_read_as_it_is(value):
    assert loads_long(json.dumps(value)) == value


@given(st.dictionaries(st.text(max_size=3), VALUES, min_size=1, max_size=3), st.data())
def test_a_text_that_is_no_json_is_none_here_either(content, data):
    text = json.dumps(content)
    at = data.draw(st.integers(0, len(text) - 1))
    broken = text[:at] + data.draw(st.sampled_from(["", "]", "}", ",", '"', "x"])) + text[at + 1 :]
    try:
        json.loads(broken)
    except json.JSONDecodeError:
        with pytest.raises(json.JSONDecodeError):
            loads_long(broken)
    else:
        assert plain(loads_long(broken)) == json.loads(broken)


def coco(pictures, each, points=8):
    rng = np.random.default_rng(1)
    places = rng.integers(0, 60, (pictures * each, 2)).tolist()
    rings = rng.uniform(0, 60, (pictures * each, 2 * points)).round(2).tolist()
    return {
        "annotations": [
            {
                "id": n,
                "image_id": n % pictures,
                "category_id": n % 3,
                "bbox": [*place, 30, 20],
                "segmentation": [ring],
            }
            for n, (place, ring) in enumerate(zip(places, rings, strict=True))
        ],
        "images": [{"id": n, "file_name": f"{n}.png", "width": 64, "height": 64} for n in range(pictures)],
        "categories": [{"id": n, "name": name} for n, name in enumerate(("leak", "crack"))],
        "info": {"collection_period": "2021-02-01 ~ 2021-03-01"},
    }


def facts_of(folder: Path, pictures: int):
    found = last_result(annotation_facts(folder, ["all.json"], [f"{n}.png" for n in range(pictures)], None))
    columns = (found.own, found.outside, found.categories, found.folders)
    return (
        [column.tolist() for column in columns],
        found.category_names,
        found.issues,
        found.several,
        found.window,
    )


def test_a_set_learns_the_same_of_a_file_read_entry_by_entry(tmp_path, monkeypatch):
    (tmp_path / "all.json").write_text(json.dumps(coco(9, 7)))
    at_once = facts_of(tmp_path, 9)
    monkeypatch.setattr(reading, "_LONG_BYTES", 0)
    assert facts_of(tmp_path, 9) == at_once
    assert any(at_once[0][1])
    assert at_once[4] is not None


def test_a_long_file_of_another_build_or_cut_short_is_said_as_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "_LONG_BYTES", 0)
    (tmp_path / "cut.json").write_text(json.dumps(coco(3, 3))[:300])
    with pytest.raises(ReadError, match="ends too early"):
        read_annotations(tmp_path / "cut.json", brief=True)
    (tmp_path / "other.json").write_text('{"metadata": {"width": 4, "height": 4}, "annotations": []}')
    assert read_annotations(tmp_path / "other.json", brief=True).shape == "AI Hub 514"


def test_what_is_held_of_a_long_file_is_little(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "_LONG_BYTES", 0)
    path = tmp_path / "all.json"
    path.write_text(json.dumps(coco(150, 10, points=40)))
    peaks = []
    for brief in (False, True):
        tracemalloc.start()
        read_annotations(path, brief=brief)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 0.4 * peaks[0], peaks
