"""Whatever a file holds, opening and reading it gives frames or one ReadError, soon."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from thermview.errors import ReadError
from thermview.readers import open_recording
from thermview.readers.zipped import list_zip

Save = Callable[[str, bytes], Path]

FORMATS = (
    "video.npz",
    "stored.npz",
    "stack.npy",
    "picture.png",
    "picture.jpg",
    "picture.bmp",
    "pages.tiff",
    "deflated.tif",
    "table.csv",
    "frames.nxs",
    "packed.tiff",
    "film.avi",
    "film.mp4",
)
fuzzed = settings(
    max_examples=60, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)


def read_everything(path: Path) -> int:
    """The number of frames read, or -1 after a ReadError, whose text must be one clear sentence."""
    try:
        recording = open_recording(path)
        try:
            for index in (0, len(recording) - 1):
                assert recording.frame(index).shape == recording.frame_shape
                assert recording.frame(index).dtype == recording.dtype
            return len(recording.frames(0, min(len(recording), 64)))
        finally:
            recording.close()
    except ReadError as error:
        assert_sentence(str(error), path)
        return -1


def assert_sentence(text: str, path: Path) -> None:
    assert text.startswith(path.name), text
    assert ";" in text, f"says what is wrong, but not what to do: {text}"
    assert text.isprintable()
    assert len(text) < 400


@pytest.mark.parametrize("name", FORMATS)
def test_a_good_file_reads(name: str, good_files: dict[str, bytes], save: Save) -> None:
    assert read_everything(save(name, good_files[name])) >= 1


@pytest.mark.parametrize("name", FORMATS)
@fuzzed
@given(data=st.data())
def test_a_cut_file_reads_or_says_why(
    name: str, data: st.DataObject, good_files: dict[str, bytes], save: Save
) -> None:
    content = good_files[name]
    read_everything(save(name, content[: data.draw(st.integers(0, len(content) - 1))]))


@pytest.mark.parametrize("name", FORMATS)
@fuzzed
@given(data=st.data())
def test_flipped_bytes_read_or_say_why(
    name: str, data: st.DataObject, good_files: dict[str, bytes], save: Save
) -> None:
    content = bytearray(good_files[name])
    places = st.integers(0, len(content) - 1) | st.integers(0, min(len(content) - 1, 511))
    for place, value in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=6)):
        content[place] = value
    read_everything(save(name, bytes(content)))


@pytest.mark.parametrize("name", FORMATS)
@fuzzed
@given(noise=st.binary(min_size=0, max_size=600), kept=st.integers(0, 64))
def test_noise_behind_a_good_beginning(
    name: str, noise: bytes, kept: int, good_files: dict[str, bytes], save: Save
) -> None:
    read_everything(save(name, good_files[name][:kept] + noise))


@fuzzed
@given(data=st.data())
def test_flipped_bytes_of_a_batch(data: st.DataObject, good_files: dict[str, bytes], save: Save) -> None:
    content = bytearray(zipped("Type1/video.npz", good_files["video.npz"]))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = save("Type1.zip", bytes(content))
    read_everything(path / "Type1" / "video.npz")
    try:
        members = list_zip(path)
    except ReadError as error:
        assert_sentence(str(error), path)
    else:
        assert len(members) <= 1


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_file_and_one_of_another_format(name: str, good_files: dict[str, bytes], save: Save) -> None:
    assert read_everything(save(name, b"")) == -1
    assert read_everything(save(name, b"%PDF-1.7 this is something else\n" * 20)) == -1


@pytest.mark.parametrize("name", FORMATS)
def test_a_folder_and_a_missing_file(name: str, tmp_path: Path) -> None:
    assert read_everything(tmp_path / name) == -1
    (tmp_path / name).mkdir()
    with pytest.raises(ReadError, match="open it as a capture"):
        open_recording(tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "video.npz")
    with pytest.raises(ReadError, match="pipe"):
        open_recording(tmp_path / "video.npz")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(good_files: dict[str, bytes], save: Save) -> None:
    path = save("video.npz", good_files["video.npz"])
    path.chmod(0)
    with pytest.raises(ReadError, match="permission"):
        open_recording(path)


def test_a_name_with_line_breaks_and_markup_stays_one_line(save: Save) -> None:
    path = save("a\n<b>[red]x.npz", b"damaged")
    with pytest.raises(ReadError) as caught:
        open_recording(path)
    assert "\n" not in str(caught.value)


def array_file(header: str) -> bytes:
    """An .npy file with any header and no pixels."""
    text = header.encode()
    text += b" " * (63 - (len(text) + 10) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


def zipped(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '<u2', 'fortran_order': False, 'shape': (1000000000000, 32, 32), }",
        "{'descr': '<u2', 'fortran_order': False, 'shape': (4, 1000000, 1000000), }",
        "{'descr': '<u2', 'fortran_order': False, 'shape': (-4, 32, 32), }",
        "{'descr': '<u2', 'fortran_order': False, 'shape': (0, 32, 32), }",
        "{'descr': '<u2', 'fortran_order': False, 'shape': (4, 0, 32), }",
        "{'descr': '|O', 'fortran_order': False, 'shape': (4, 2, 2), }",
        "{'descr': '<c8', 'fortran_order': False, 'shape': (4, 2, 2), }",
        "{'descr': '<U8', 'fortran_order': False, 'shape': (4, 2, 2), }",
        "{'descr': [('a', '<u2')], 'fortran_order': False, 'shape': (4, 2, 2), }",
        "{'descr': '<u2', 'fortran_order': False, 'shape': (4,), }",
        "{'descr': '<u2', 'fortran_order': False, 'shape': (), }",
        "{'descr': '<u2', 'fortran_order': False, 'shape': " + "(" * 3000,
        "__import__('os').system('true')",
    ],
)
def test_a_header_that_lies(header: str, save: Save) -> None:
    assert read_everything(save("stack.npy", array_file(header))) == -1
    assert read_everything(save("video.npz", zipped("image.npy", array_file(header)))) == -1


def test_a_zip_bomb_is_refused_before_it_is_unpacked(save: Save) -> None:
    content = bytearray(
        zipped("image.npy", array_file("{'descr': '|u1', 'fortran_order': False, 'shape': (9,9,9)}"))
    )
    directory = content.rindex(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = (3 << 30).to_bytes(4, "little")
    with pytest.raises(ReadError, match="cannot fit"):
        open_recording(save("video.npz", bytes(content)))


def test_frames_that_are_not_finite_come_through(save: Save) -> None:
    pixels = np.full((3, 4, 5), np.nan, np.float32)
    pixels[1], pixels[2] = np.inf, -np.inf
    packed = io.BytesIO()
    np.savez_compressed(packed, image=pixels)
    recording = open_recording(save("video.npz", packed.getvalue()))
    np.testing.assert_array_equal(recording.frames(0, 3), pixels)
