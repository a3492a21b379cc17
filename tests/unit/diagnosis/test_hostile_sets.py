"""Hostile names, cut files and broken annotation files: each is one plain sentence, and lists and copy hold."""

import csv
import json
import os
import re
import sys

import cv2
import numpy as np
import pytest

from thermview.diagnosis import diagnose
from thermview.jobs import last_result
from thermview.review.fixes import fixes_of
from thermview.review.fixes_copy import apply_fixes
from thermview.review.fixes_files import write_fixes
from thermview.review.fixes_reading import edited_fixes

NAMES = (
    "new\nline", "a\rb", 'quote"s', "com,ma", "semi;colon", "=SUM(A1)", "<b>bold<b>", "누출",
    "\u202egnp", "\x1b[31mred", "x" * 200, "{0}%s", "fire\N{FIRE}", " blank ",
)  # fmt: skip
INSIDES = re.compile(r"unpack|buffer|driver|out of range|object|sys\.|Traceback|errno", re.IGNORECASE)
"""Words of programs, of which no plant engineer can make anything."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such names")


def encoded(rng, suffix=".png"):
    return cv2.imencode(suffix, rng.integers(0, 255, (24, 32, 3), np.uint8))[1].tobytes()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    base = tmp_path_factory.mktemp("hostile")
    folder = base / "set" / "Pipe-Leak"
    folder.mkdir(parents=True)
    rng = np.random.default_rng(2)
    for name in NAMES:
        (folder / f"{name}.png").write_bytes(encoded(rng))
    (folder / os.fsdecode(b"latin\xe9.png")).write_bytes(encoded(rng))
    for suffix in (".png", ".jpg", ".bmp", ".tif"):
        whole = encoded(rng, suffix)
        for length in (0, 1, 2, 4, 8, 20, 30, len(whole) // 2):
            (folder / f"cut{length}{suffix}").write_bytes(whole[:length])
    (folder / "text.png").write_bytes(b"<html>not found</html>")
    header = bytearray(encoded(rng))
    header[16:20] = bytes(4)
    (folder / "nothing wide.png").write_bytes(bytes(header))
    os.mkfifo(folder / "pipe.png")
    (folder / "nowhere.png").symlink_to("gone.png")
    (folder / "loop").symlink_to(folder)
    notes = base / "set" / "notes"
    notes.mkdir()
    record = {"images": [{"id": 1, "file_name": "gone\n.png"}], "categories": [{"id": 1, "name": "leak"}]}
    record["annotations"] = [{"id": 1, "image_id": 7, "category_id": 1, "bbox": [0, 0, 1, 1]}]
    (notes / "a\nb.json").write_text(json.dumps(record))
    (notes / "again.json").write_text(json.dumps(record))
    (notes / "cut.json").write_text(json.dumps(record)[:40])
    (notes / "digits.json").write_text('{"images": [{"id": 1' + "0" * 5000 + "}]}")
    (notes / "deep.json").write_text("[" * 100_000)
    (notes / "loop.json").symlink_to("loop.json")
    os.mkfifo(notes / "pipe.json")
    return last_result(diagnose(base / "set", None, cache=base / "cache"))


def test_every_fault_is_one_plain_line(hostile):
    notes = hostile.hygiene.annotations
    said = [*hostile.table.problems.values(), *notes.issues, *notes.orphans, *hostile.notices]
    said += [finding.sentence for finding in hostile.findings]
    assert [text for text in said if not text.isprintable()] == []
    assert [text for text in said if INSIDES.search(text)] == []
    assert len(hostile.table.problems) == int((~hostile.table.readable).sum()) == 4 * 8 + 4


def test_a_picture_that_is_spoken_of_twice_is_missed_once(hostile):
    notes = hostile.hygiene.annotations
    assert len(notes.dangling) == 1
    assert len(notes.orphans) == 2
    sentence = next(one.sentence for one in hostile.findings if one.kind == "annotations dangling")
    assert "1 picture that annotation files list is not there" in sentence
    assert "2 annotations point at a picture that their own file does not list" in sentence
    assert not any("image_id" in issue for issue in notes.issues)


def test_lists_are_valid_and_are_read_back(hostile, tmp_path):
    fixes = fixes_of(hostile)
    last_result(write_fixes(tmp_path, hostile.table, fixes))
    with (tmp_path / "split.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [set(row) for row in rows] == [{"path", "class", "session", "part"}] * len(hostile.table)
    assert len((tmp_path / "split.csv").read_text("utf-8-sig").split("\n")) == len(rows) + 2
    cells = json.loads((tmp_path / "fixes.json").read_text("utf-8"))["paths"]
    named = {path for row in rows for path in cells.get(row["path"], [row["path"]])}
    kept = {path for path in hostile.table.paths if path.isprintable() or "\n" in path or "\r" in path}
    assert kept <= named
    read = edited_fixes(tmp_path, hostile, fixes)
    assert [each.row for each in read.exclude] == [each.row for each in fixes.exclude]
    assert (read.split.parts == fixes.split.parts).all()


def test_the_copy_holds_what_can_be_copied_and_waits_for_no_pipe(hostile, tmp_path):
    result = last_result(apply_fixes(hostile.root, hostile.table, fixes_of(hostile), tmp_path / "copy"))
    assert result.pictures == len(NAMES) + 1
    assert [problem for problem in result.problems if not problem.isprintable()] == []
    assert any("pipe.json" in problem for problem in result.problems)
    assert (tmp_path / "copy" / "Pipe-Leak" / "new\nline.png").is_file()
