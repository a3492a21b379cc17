"""Conditions that a reviewer set are remembered, for a recording or a camera, and exports say which were used."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest
import tifffile
from flir_files import CONDITIONS, CONSTANTS, COUNTS, fff_of, jpeg_with
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from thermview.errors import ReadError
from thermview.readers import open_recording
from thermview.readers.colour_estimate import EstimatedRecording, RefusedRecording
from thermview.readers.count_scale import (
    IN_CELSIUS,
    IN_KELVIN,
    CountScale,
    ScaledRecording,
    lacks_scale,
    stated_scale,
)
from thermview.recording import APPARENT_TEMPERATURE, RAW_COUNTS
from thermview.review.export import ExportItem, export_frames
from thermview.review.measured import (
    colours_key,
    conditions_of,
    conditions_text,
    flat_text,
    measured,
    opened_under,
    scale_key,
)
from thermview.review.store import EVERY_RECORDING, ReviewStore
from thermview.thermal.colour_scale import ColourScale, kept_values
from thermview.thermal.conditions import Radiometric
from thermview.thermal.display import Display, paint
from thermview.thermal.radiometry import object_celsius


@pytest.fixture
def store(tmp_path: Path):
    with ReviewStore(tmp_path / "review.sqlite") as made:
        yield made


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    folder = tmp_path / "capture"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(jpeg_with(fff_of()))
    tifffile.imwrite(folder / "counts.tiff", COUNTS)
    return folder


def remembered(store: ReviewStore, capture: Path, name: str = "a.jpg"):
    return measured(open_recording(capture / name), store, capture, name.partition(".")[0])


def test_without_anything_remembered_a_recording_is_itself(store: ReviewStore, capture: Path) -> None:
    recording = open_recording(capture / "a.jpg")
    assert measured(recording, store, capture, "a") is recording


def test_its_own_conditions_go_before_those_of_its_camera(store: ReviewStore, capture: Path) -> None:
    camera = remembered(store, capture).camera_id
    store.replace_measuring(capture, camera, {EVERY_RECORDING: {"emissivity": 0.5}})
    assert remembered(store, capture).changes == {"emissivity": 0.5}
    store.replace_measuring(capture, camera, {EVERY_RECORDING: {"emissivity": 0.5}, "a": {"distance_m": 3}})
    assert remembered(store, capture).changes == {"distance_m": 3.0}
    store.replace_measuring(capture, camera, {EVERY_RECORDING: {"emissivity": 0.5}, "a": {}})
    assert remembered(store, capture).changes == {}
    store.replace_measuring(capture, "another camera", {EVERY_RECORDING: {"emissivity": 0.1}})
    assert remembered(store, capture).changes == {}


def test_what_is_remembered_wrongly_is_left_out(store: ReviewStore, capture: Path) -> None:
    camera = remembered(store, capture).camera_id
    store.replace_measuring(capture, camera, {"a": {"emissivity": 0, "distance_m": 4, "wind": 1}})
    assert remembered(store, capture).changes == {"distance_m": 4.0}


def test_counts_stay_counts_until_someone_states_their_scale(store: ReviewStore, capture: Path) -> None:
    recording = remembered(store, capture, "counts.tiff")
    assert recording.quantity == RAW_COUNTS
    place, camera = scale_key(recording, capture)
    assert place == capture  # the file names no camera: another folder's counts may be of another one
    store.replace_measuring(
        place, camera, {EVERY_RECORDING: {"kelvin_per_count": 0.04, "celsius_at_zero": -273.15}}
    )
    scaled = remembered(store, capture, "counts.tiff")
    assert scaled.quantity == APPARENT_TEMPERATURE
    np.testing.assert_allclose(scaled.frame(0), COUNTS * 0.04 - 273.15, atol=1e-3)
    np.testing.assert_array_equal(scaled.frames(0, 5)[0], scaled.frame(0))
    assert "0.04 K per count from −273.15 °C at count 0" in scaled.issues[0]
    assert conditions_of(scaled)["stated_by"] == "the user"


def test_a_camera_that_names_itself_is_asked_once_for_all_folders(store: ReviewStore, tmp_path: Path) -> None:
    tags = [(271, "s", 0, "FLIR", True), (272, "s", 0, "Tau 2", True)]
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        tifffile.imwrite(tmp_path / folder / "counts.tiff", COUNTS, extratags=tags)
    assert scale_key(open_recording(tmp_path / "one" / "counts.tiff"), tmp_path / "one") == (
        None,
        "counts of FLIR Tau 2",
    )
    kept = {EVERY_RECORDING: {"kelvin_per_count": 0.01, "celsius_at_zero": -273.15}}
    store.replace_measuring(None, "counts of FLIR Tau 2", kept)
    assert isinstance(remembered(store, tmp_path / "two", "counts.tiff"), ScaledRecording)


@given(st.dictionaries(st.sampled_from(["kelvin_per_count", "celsius_at_zero", "other"]), st.one_of(
    st.floats(), st.text(max_size=2), st.none(), st.booleans())))  # fmt: skip
def test_a_scale_is_whole_and_usable_or_none(values: dict[str, object]) -> None:
    scale = stated_scale(values)
    assert scale is None or 1e-6 <= scale.kelvin_per_count <= 1e3


@given(st.floats(1e-3, 10), st.floats(-273.15, 500), st.integers(0, 65535))
def test_counts_and_temperatures_there_and_back(gain: float, zero: float, count: int) -> None:
    celsius = float(CountScale(gain, zero).celsius(np.array([count], np.uint16))[0])
    assert abs((celsius - zero) / gain - count) <= 0.1 + abs(celsius) * 1e-6 / gain + 1e-4 / gain


def test_nothing_is_colder_than_absolute_zero() -> None:
    assert np.isnan(CountScale(0.04, -300.0).celsius(np.array([0], np.uint16))).all()
    assert not np.isnan(CountScale(0.04).celsius(np.array([0], np.uint16))).any()


def test_numbers_whose_meaning_is_stated_lack_no_scale(capture: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "some_celsius.npy", COUNTS.astype(np.float32))
    np.save(tmp_path / "bytes.npy", COUNTS.astype(np.uint8))
    np.savez(tmp_path / "laser.npz", image=np.repeat(COUNTS[None], 3, axis=0))
    for stated in (
        capture / "a.jpg",
        *(tmp_path / name for name in ("some_celsius.npy", "bytes.npy", "laser.npz")),
    ):
        assert not lacks_scale(open_recording(stated))


@pytest.mark.parametrize(("scale", "offset"), [(IN_CELSIUS, 0.0), (IN_KELVIN, 273.15)])
def test_floats_are_temperatures_once_someone_says_so(
    tmp_path: Path, store: ReviewStore, scale: CountScale, offset: float
) -> None:
    celsius = np.linspace(-20, 400, 48).reshape(6, 8).astype(np.float32)
    tifffile.imwrite(tmp_path / "float.tiff", celsius + np.float32(offset))
    plain = open_recording(tmp_path / "float.tiff")
    assert lacks_scale(plain)
    assert plain.quantity.unit == ""
    place, numbers = scale_key(plain, tmp_path)
    kept = {"kelvin_per_count": scale.kelvin_per_count, "celsius_at_zero": scale.celsius_at_zero}
    store.replace_measuring(place, numbers, {EVERY_RECORDING: kept})
    shown = measured(plain, store, tmp_path, "float")
    assert shown.quantity == APPARENT_TEMPERATURE
    np.testing.assert_allclose(shown.frame(0), celsius, atol=1e-4)
    assert f"values taken as {'K' if offset else '°C'}" in shown.issues[0]


def test_a_recording_without_counts_is_refused(capture: Path) -> None:
    with pytest.raises(ReadError, match="holds no raw counts of a camera"):
        opened_under(open_recording(capture / "counts.tiff"), {"emissivity": 0.9})


def test_every_export_says_which_conditions_were_used(capture: Path, tmp_path: Path) -> None:
    recording = open_recording(capture / "a.jpg")
    assert isinstance(recording, Radiometric)
    item = ExportItem(recording.with_changes({"emissivity": 0.5}), "a", [0])
    *_, last = export_frames([item], formats=["png", "tiff", "csv", "npy", "h5"], folder=tmp_path / "out")
    folder = last.result.folder
    (row,) = json.loads((folder / "manifest.json").read_text("utf-8"))["frames"]
    used = row["conditions"]
    assert (used["emissivity"], used["changed_from_file"]) == (0.5, {"emissivity": 0.875})
    assert used["distance_m"] == pytest.approx(CONDITIONS.distance_m)
    with (folder / "manifest.csv").open(encoding="utf-8-sig", newline="") as stream:
        (cells,) = csv.DictReader(stream)
    assert cells["conditions"].startswith("emissivity=0.5 (file 0.875); reflected_c=")
    (tiff,) = folder.glob("*.tiff")
    with tifffile.TiffFile(tiff) as file:
        assert json.loads(file.pages[0].description)["conditions"] == used
    (table,) = [path for path in folder.glob("*.csv") if path.name != "manifest.csv"]
    assert f"# conditions: {flat_text(used)}" in table.read_text("utf-8")
    (frames,) = folder.glob("*.h5")
    with h5py.File(frames) as file:
        assert json.loads(file["entry/data/frames"].attrs["conditions"]) == used
        expected = object_celsius(COUNTS, CONSTANTS, replace(CONDITIONS, emissivity=0.5))
        np.testing.assert_allclose(file["entry/data/frames"][0], expected, atol=2e-3)


def test_conditions_survive_a_reopened_store(store: ReviewStore, capture: Path) -> None:
    kept = {EVERY_RECORDING: {"emissivity": 0.5}, "a": {}}
    store.replace_measuring(capture, "camera", kept)
    store.close()
    with ReviewStore(store.path) as again:
        assert again.kept_measuring(capture, "camera") == kept
        again.replace_measuring(capture, "camera", {})
        assert again.measuring(capture, "camera", "a") == {}


def test_stated_colours_are_remembered_for_one_picture_or_a_folder_of_them(
    store: ReviewStore, tmp_path: Path
) -> None:
    capture = tmp_path / "pictures"
    (capture / "Pipe-Leak").mkdir(parents=True)
    scene = np.add.outer(np.linspace(3, 20, 40), np.linspace(0, 15, 60)).astype(np.float32)
    for name, drawn_in in (("a", "iron"), ("b", "iron"), ("c", "jet")):
        rgb = paint(scene, Display(palette=drawn_in), (0.0, 40.0))
        Image.fromarray(rgb).save(capture / "Pipe-Leak" / f"{name}.png")

    def seen(name: str):
        path = capture / "Pipe-Leak" / f"{name}.png"
        return measured(open_recording(path), store, capture, f"Pipe-Leak/{name}")

    place, pictures = colours_key(seen("a"), capture, "Pipe-Leak/a")
    stated = kept_values(ColourScale("iron", 0, 40))
    store.replace_measuring(place, pictures, {"Pipe-Leak/a": stated})
    assert isinstance(seen("a"), EstimatedRecording)
    assert seen("b").frame(0).ndim == 3
    store.replace_measuring(place, pictures, {EVERY_RECORDING: stated, "Pipe-Leak/b": {}})
    assert isinstance(seen("a"), EstimatedRecording)
    assert seen("b").frame(0).ndim == 3  # it was said of this one that it stays as it is
    refused = seen("c")
    assert isinstance(refused, RefusedRecording)
    assert "those of the palette jet" in refused.issues[0]
    assert "±" in conditions_text(seen("a"))
    assert flat_text(conditions_of(seen("a"))).startswith(
        "estimated_from=colours; palette=iron; low_c=0; high_c=40"
    )
    assert conditions_of(refused) == {}
