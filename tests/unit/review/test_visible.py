"""What is kept of a recording's visible picture, where it is looked for, and what exports show of it."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from flir_files import fff_of, flir_with_visible, jpeg_with
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from thermview.errors import ReadError
from thermview.jobs import last_result
from thermview.readers import open_recording
from thermview.recording import Recording
from thermview.review.export import ExportItem, ExportOptions, export_frames
from thermview.review.store import EVERY_RECORDING, ReviewStore
from thermview.review.visible import (
    KeptVisible,
    NoVisiblePicture,
    camera_key,
    chosen_file,
    correction_values,
    find_visible,
    fusion_of,
    kept_file,
    kept_visible,
    recording_key,
)
from thermview.thermal.alignment import Alignment, Inset
from thermview.thermal.fusion import Look

GREEN = np.full((48, 64, 3), (30, 180, 60), np.uint8)


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    folder = tmp_path / "capture"
    folder.mkdir()
    (folder / "inside.jpg").write_bytes(flir_with_visible(GREEN))
    (folder / "alone.jpg").write_bytes(jpeg_with(fff_of()))
    np.save(folder / "pump_ir.npy", np.arange(48, dtype=np.float32).reshape(6, 8))
    Image.fromarray(GREEN).save(folder / "pump_rgb.png")
    return folder


@pytest.fixture
def store(tmp_path: Path):
    with ReviewStore(tmp_path / "review.sqlite") as made:
        yield made


def test_inside_beside_chosen_and_none(capture: Path) -> None:
    assert find_visible(open_recording(capture / "inside.jpg")).inside
    beside = find_visible(open_recording(capture / "pump_ir.npy"))
    assert beside.path == capture / "pump_rgb.png"
    chosen = find_visible(open_recording(capture / "inside.jpg"), capture / "pump_rgb.png")
    assert not chosen.inside
    with pytest.raises(NoVisiblePicture, match="no visible picture"):
        find_visible(open_recording(capture / "alone.jpg"))


@given(
    st.none() | st.text(min_size=1),
    st.none() | st.builds(Alignment, st.floats(0.1, 10), st.floats(-99, 99), st.floats(-99, 99)),
    st.none() | st.just(Inset(1, 2, 30, 40.5)),
)
def test_what_is_kept_comes_back(file, correction, inset):
    kept = KeptVisible(file, correction, inset)
    back = kept_visible(json.loads(json.dumps(kept.values())))
    assert (back.file, back.inset) == (kept.file, kept.inset)
    assert (back.correction is None) == (correction is None)
    if correction is not None and back.correction is not None:
        assert back.correction.same(correction)


@pytest.mark.parametrize(
    "values",
    [
        {"file": 3, "correction": "no", "inset": [1, 2]},
        {"file": "", "correction": [1, 2, "x"], "inset": [5, 5, 1, 9]},
        {"correction": [float("nan"), 0, 0], "inset": [True, 0, 9, 9]},
    ],
)
def test_what_cannot_be_understood_is_forgotten(values):
    assert kept_visible(values) == KeptVisible()


def test_a_chosen_file_moves_with_its_capture(capture: Path, tmp_path: Path) -> None:
    within = capture / "sub" / "v.png"
    assert kept_file(within, capture) == "sub/v.png"
    assert chosen_file(KeptVisible("sub/v.png"), tmp_path / "moved") == tmp_path / "moved" / "sub" / "v.png"
    outside = tmp_path / "v.png"
    assert chosen_file(KeptVisible(kept_file(outside, capture)), capture) == outside


def test_own_correction_before_that_of_the_camera_before_the_file(capture: Path, store: ReviewStore) -> None:
    recording = open_recording(capture / "inside.jpg")
    look = partial(fusion_of, recording, Look(), store, capture)
    stated = look("inside").alignment
    store.replace_measuring(
        *camera_key(recording, capture, True), {EVERY_RECORDING: correction_values(Alignment(1, 5, 0))}
    )
    assert look("inside").alignment == stated.moved(5, 0)
    own = KeptVisible(correction=Alignment(2, 0, -3), inset=Inset(1, 1, 3, 3))
    store.replace_measuring(*recording_key(recording, capture), {"inside": own.values()})
    assert look("inside").alignment == Alignment(stated.scale * 2, stated.offset_x, stated.offset_y - 3)
    assert look("inside").inset == Inset(1, 1, 3, 3)
    assert look("another").alignment == stated.moved(5, 0)
    assert fusion_of(recording, Look(), None, capture, "inside").alignment == stated


def test_a_camera_that_tells_its_serial_number_is_known_in_every_capture(capture: Path) -> None:
    recording, numbers = open_recording(capture / "inside.jpg"), open_recording(capture / "pump_ir.npy")
    assert camera_key(recording, capture, True)[0] is None
    assert camera_key(recording, capture, True) != camera_key(recording, capture, False)
    assert camera_key(numbers, capture, False)[0] == capture


def export(items: list[ExportItem], folder: Path, **options: object):
    steps = export_frames(items, formats=["png", "npy"], folder=folder, options=ExportOptions(**options))
    return last_result(steps)


def item(path: Path, mode: str, share: float = 1.0) -> ExportItem:
    def find(recording: Recording):
        return fusion_of(recording, Look(mode).with_share(share), None, path.parent, "")

    return ExportItem(partial(open_recording, path), path.stem, [0], fusion=find)


def test_pictures_show_it_and_numbers_do_not(capture: Path, tmp_path: Path) -> None:
    alone = ExportItem(partial(open_recording, capture / "inside.jpg"), "inside", [0])
    export([alone], tmp_path / "alone")
    export([item(capture / "inside.jpg", "blend")], tmp_path / "blend")
    for folder in ("alone", "blend"):
        numbers = np.load(tmp_path / folder / "inside_frame_000000.npy")
        np.testing.assert_array_equal(numbers, open_recording(capture / "inside.jpg").frame(0))
    picture = np.asarray(Image.open(tmp_path / "blend" / "inside_frame_000000.png"))
    assert np.abs(picture[picture.shape[0] // 3, 200].astype(int) - GREEN[0, 0]).max() < 8
    manifest = json.loads((tmp_path / "blend" / "manifest.json").read_text("utf-8"))
    assert manifest["frames"][0]["fusion"].startswith("100% visible picture blended in (inside the file")
    assert json.loads((tmp_path / "alone" / "manifest.json").read_text("utf-8"))["frames"][0]["fusion"] == ""


def test_side_by_side_is_wider_and_clean_is_the_frame_alone(capture: Path, tmp_path: Path) -> None:
    export([item(capture / "pump_ir.npy", "side by side")], tmp_path / "both")
    export([item(capture / "pump_ir.npy", "side by side")], tmp_path / "clean", clean=True)
    with Image.open(tmp_path / "both" / "pump_ir_frame_000000.png") as both:
        assert both.width > 2 * 8 * 80
    with Image.open(tmp_path / "clean" / "pump_ir_frame_000000.png") as clean:
        assert clean.size == (8, 6)


def test_a_recording_without_one_is_shown_alone_and_that_is_noted(capture: Path, tmp_path: Path) -> None:
    result = export([item(capture / "alone.jpg", "edges")], tmp_path / "out")
    assert not result.problems
    notes = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["notes"]
    assert notes == ["alone has no visible picture; its frames are shown alone."]


def test_a_damaged_one_is_a_problem(capture: Path, tmp_path: Path) -> None:
    (capture / "pump_rgb.png").write_bytes(b"\x89PNG and no more")
    with pytest.raises(ReadError):
        find_visible(open_recording(capture / "pump_ir.npy"))
    result = export([item(capture / "pump_ir.npy", "blend")], tmp_path / "out")
    assert "shown alone" in result.problems[0]
    assert (tmp_path / "out" / "pump_ir_frame_000000.png").is_file()
