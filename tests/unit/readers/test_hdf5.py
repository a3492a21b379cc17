"""HDF5: which dataset holds the frames, what they mean, and that the file is never left."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from numpy.typing import NDArray

from thermview.errors import CutShortError, ReadError
from thermview.readers import open_recording
from thermview.readers.hdf5 import Hdf5Recording
from thermview.recording import APPARENT_TEMPERATURE, INTENSITY, RAW_COUNTS, Recording

Frames = NDArray[np.uint16]
Build = Callable[[h5py.File], None]


@pytest.fixture
def built(tmp_path: Path) -> Callable[[Build], Recording]:
    """Open a file that a function has filled."""

    def build(fill: Build) -> Recording:
        with h5py.File(tmp_path / "a.h5", "w") as document:
            fill(document)
        return open_recording(tmp_path / "a.h5")

    return build


Built = Callable[[Build], Recording]


def nexus(document: h5py.File, pixels: NDArray[Any], axes: list[str], unit: str = "") -> h5py.Group:
    document.attrs["default"] = "entry"
    entry = document.create_group("entry")
    entry.attrs.update({"NX_class": "NXentry", "default": "data"})
    data = entry.create_group("data")
    data.attrs.update({"NX_class": "NXdata", "signal": "frames", "axes": axes})
    data["frames"] = pixels
    data["frames"].attrs["units"] = unit
    document["other"] = np.zeros((3, 3, 3))
    return data


def test_nexus_data_with_times_and_unit(built: Built, frames: Frames) -> None:
    def fill(document: h5py.File) -> None:
        data = nexus(document, frames / 7, ["time", "y", "x"], "degC")
        data["time"] = np.arange(9) * 40.0 + 1000
        data["time"].attrs["units"] = "ms"

    recording = built(fill)
    assert (recording.kind, recording.quantity) == ("HDF5 recording", APPARENT_TEMPERATURE)
    assert recording.frame_rate == pytest.approx(25.0)
    np.testing.assert_allclose(recording.timestamps, np.arange(9) * 0.04)  # type: ignore[arg-type]
    np.testing.assert_array_equal(recording.frame(8), frames[8] / 7)
    recording.close()
    with pytest.raises(ReadError):
        recording.frame(0)


def test_kelvin_becomes_celsius(built: Built, frames: Frames) -> None:
    recording = built(
        lambda document: nexus(document, frames + 273.15, ["time", "y", "x"], "kelvin") and None
    )
    assert recording.quantity == APPARENT_TEMPERATURE
    np.testing.assert_allclose(recording.frames(0, 9), frames, atol=1e-4)
    recording.close()


def test_the_time_axis_may_be_the_last(built: Built, frames: Frames) -> None:
    recording = built(
        lambda document: nexus(document, np.moveaxis(frames, 0, 2), ["y", "x", "time"]) and None
    )
    assert (len(recording), recording.frame_shape) == (9, (8, 10))
    assert recording.quantity == RAW_COUNTS
    np.testing.assert_array_equal(recording.frames(3, 8), frames[3:8])
    recording.close()


def test_pythermondt_counts_through_its_table(built: Built, frames: Frames) -> None:
    kelvin = 280 + np.arange(150) * 0.1

    def fill(document: h5py.File) -> None:
        document["Data/Tdata"] = np.moveaxis(frames, 0, 2)
        document["MetaData/DomainValues"] = np.arange(9) * 0.02
        document["MetaData/LookUpTable"] = kelvin

    recording = built(fill)
    assert (len(recording), recording.frame_rate) == (9, pytest.approx(50.0))
    assert recording.quantity == APPARENT_TEMPERATURE
    np.testing.assert_allclose(recording.frame(4), kelvin[np.clip(frames[4], 0, 149)] - 273.15, atol=1e-3)
    assert any("temperature table" in issue for issue in recording.issues)
    recording.close()


@pytest.mark.parametrize("chunks", [None, (1, 8, 10), (4, 4, 5), (9, 8, 10)])
def test_the_only_dataset(chunks: tuple[int, int, int] | None, built: Built, frames: Frames) -> None:
    recording = built(lambda document: document.create_dataset("a/b/c", data=frames, chunks=chunks) and None)
    for first, stop in ((8, 9), (0, 3), (2, 7), (0, 9)):
        np.testing.assert_array_equal(recording.frames(first, stop), frames[first:stop])
    recording.close()


def test_one_frame(built: Built, frames: Frames) -> None:
    recording = built(lambda document: document.create_dataset("still", data=frames[0] / 2) and None)
    assert (len(recording), recording.quantity) == (1, INTENSITY)
    np.testing.assert_array_equal(recording.frame(0), frames[0] / 2)
    recording.close()


def test_what_is_ambiguous_is_asked_for(built: Built, frames: Frames) -> None:
    def two(document: h5py.File) -> None:
        document["a"] = frames
        document["b"] = frames

    with pytest.raises(ReadError, match=r"several datasets \(/a, /b\)"):
        built(two)


def test_an_axis_that_nobody_states_is_taken_and_said(built: Built, frames: Frames) -> None:
    likely = built(lambda document: document.create_dataset("a", (480, 640, 100), "u2") and None)
    assert (len(likely), likely.frame_shape) == (100, (480, 640))
    assert likely.issues[0].startswith("The third axis of 480 x 640 x 100 is taken to count the frames")
    likely.close()
    first = built(lambda document: document.create_dataset("a", data=frames) and None)
    assert isinstance(first, Hdf5Recording)
    assert (len(first), first.open_axis) == (len(frames), 0)
    last = first.along(2)
    assert (len(last), last.frame_shape) == (frames.shape[2], frames.shape[:2])
    assert "counts, as was stated, the frames" in last.issues[0]
    del first
    gc.collect()  # the document is still open
    np.testing.assert_array_equal(last.frame(3), frames[:, :, 3])
    last.close()


def test_a_stated_frame_axis_decides(built: Built) -> None:
    def fill(document: h5py.File) -> None:
        document.create_dataset("a", (480, 640, 100), "u2").attrs["frame_axis"] = 2

    recording = built(fill)
    assert (len(recording), recording.frame_shape) == (100, (480, 640))
    assert isinstance(recording, Hdf5Recording)
    assert recording.open_axis is None
    assert not recording.issues
    assert recording.frame(99).shape == (480, 640)
    recording.close()


def secret_file(folder: Path) -> Path:
    path = folder / "secret.h5"
    with h5py.File(path, "w") as document:
        document["pixels"] = np.ones((3, 4, 5))
    return path


def test_links_to_other_files_are_not_followed(built: Built, tmp_path: Path) -> None:
    secret = str(secret_file(tmp_path))

    def external(document: h5py.File) -> None:
        document["Data/Tdata"] = h5py.ExternalLink(secret, "/pixels")

    def through_a_soft_link(document: h5py.File) -> None:
        document["out"] = h5py.ExternalLink(secret, "/pixels")
        document["Data/Tdata"] = h5py.SoftLink("/out")

    def virtual(document: h5py.File) -> None:
        layout = h5py.VirtualLayout((3, 4, 5), "f8")
        layout[:] = h5py.VirtualSource(secret, "pixels", (3, 4, 5))
        document.create_virtual_dataset("a", layout)

    def outside(document: h5py.File) -> None:
        document.create_dataset("a", (3, 4, 5), "u1", external=[(secret, 0, 60)])

    for fill, text in (
        (external, "another file"),
        (through_a_soft_link, "another file"),
        (virtual, "other files"),
        (outside, "other files"),
    ):
        with pytest.raises(ReadError, match=text):
            built(fill)


def test_soft_links_in_circles_end(built: Built) -> None:
    def fill(document: h5py.File) -> None:
        document["Data/Tdata"] = h5py.SoftLink("/Data/Tdata")

    with pytest.raises(ReadError, match="no numbers"):
        built(fill)


def test_references_and_text_are_no_frames(built: Built) -> None:
    def fill(document: h5py.File) -> None:
        document.create_dataset("a", (3, 4, 5), h5py.ref_dtype)
        document.create_dataset("b", (3, 4, 5), h5py.string_dtype())

    with pytest.raises(ReadError, match="no numbers of two or three dimensions"):
        built(fill)


def test_a_chunk_bomb_is_refused(built: Built) -> None:
    def fill(document: h5py.File) -> None:
        document.create_dataset(
            "a", (100, 20_000, 20_000), "u1", chunks=(10, 20_000, 20_000), compression="gzip"
        )

    with pytest.raises(ReadError, match="chunks of"):
        built(fill)


def test_threads_take_turns(built: Built, frames: Frames) -> None:
    many = np.tile(frames, (40, 1, 1))
    recording = built(lambda document: document.create_dataset("a", data=many, chunks=(7, 8, 10)) and None)
    wrong: list[int] = []

    def look(seed: int) -> None:
        for index in np.random.default_rng(seed).integers(0, 360, 100).tolist():
            if not np.array_equal(recording.frame(index), many[index]):
                wrong.append(index)

    threads = [threading.Thread(target=look, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    recording.close()


def test_damage_seen_by_another_thread_writes_nothing_to_the_console(
    good_files: dict[str, bytes], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    content = good_files["frames.nxs"]
    path = tmp_path / "a.nxs"
    errors: list[Exception] = []

    def look() -> None:
        for place in range(100, len(content) - 100, 97):
            path.write_bytes(content[:place] + b"\xff" * 40 + content[place + 40 :])
            try:
                recording = open_recording(path)
                recording.frames(0, 9)
                recording.close()
            except ReadError as error:
                errors.append(error)

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert errors
    assert capfd.readouterr() == ("", "")


# --- cut short ----------------------------------------------------------------------------------------


def cut_file(folder: Path, pixels: NDArray[Any], share: float, **stored: Any) -> Path:
    """A file with this dataset of which only so large a part is there."""
    path = folder / "a.h5"
    with h5py.File(path, "w", libver=stored.pop("libver", None)) as document:
        document.create_dataset("image", data=pixels, **stored)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    return path


PACKED = {"chunks": (64, 17, 27), "compression": "gzip"}


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("stored", [{}, PACKED, {**PACKED, "libver": "latest"}])
def test_of_a_cut_file_the_frames_before_the_cut_are_read(
    tmp_path: Path, share: float, stored: dict[str, Any]
) -> None:
    pixels = np.random.default_rng(1).integers(0, 900, (600, 17, 27)).astype(np.uint16)
    recording = open_recording(cut_file(tmp_path, pixels, share, **stored))
    assert len(recording) == 600
    with pytest.raises(CutShortError) as caught:
        recording.frames(0, 600)
    whole = caught.value.whole
    assert (share - 0.15) * 600 < whole < (share + 0.02) * 600
    said = f"cut short, or still being written: only its first {whole} of 600 frames are whole"
    assert str(caught.value) == f"a.h5: {said}; copy it again from where it was recorded"
    assert f"The file is {said}." in recording.issues
    np.testing.assert_array_equal(recording.frames(0, whole), pixels[:whole])
    np.testing.assert_array_equal(recording.frame(whole - 1), pixels[whole - 1])
    with pytest.raises(CutShortError):
        recording.frame(whole)
    recording.close()


def test_a_cut_file_whose_index_or_first_frame_is_lost_says_so(tmp_path: Path) -> None:
    pixels = np.random.default_rng(2).integers(0, 900, (600, 17, 27)).astype(np.uint16)
    for share, said in ((0.002, "where its frames lie is lost"), (0.012, "not one frame of it is whole")):
        with pytest.raises(ReadError, match=f"cut short, or still being written: .*{said}"):
            open_recording(cut_file(tmp_path, pixels, share, **PACKED))


def test_times_behind_the_cut_are_not_made_up(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as document:
        data = nexus(document, np.ones((900, 8, 10), np.uint16), ["time", "y", "x"])
        data["time"] = np.arange(900) * 0.04
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(ReadError, match="cut short, or still being written"):
        open_recording(path)


def test_interleaved_frames_are_all_lost_with_the_last_byte(tmp_path: Path) -> None:
    path = cut_file(tmp_path, np.ones((40, 50, 900), np.uint16), 0.9)
    recording = open_recording(path)
    assert isinstance(recording, Hdf5Recording)
    assert recording.open_axis == 0
    with pytest.raises(ReadError, match="not one frame of it is whole"):
        recording.along(2)
    recording.close()
