"""Laser videos and arrays in NumPy files: the same pixels whatever the way they are stored."""

from __future__ import annotations

import errno
import io
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from thermview.errors import CutShortError, ReadError
from thermview.readers import array_recordings, open_recording
from thermview.recording import (
    APPARENT_TEMPERATURE,
    COUNT_DIFFERENCE,
    INTENSITY,
    RAW_COUNTS,
    frame_at,
    time_of,
)

Save = Callable[[str, bytes], Path]


def packed(save: Callable[..., None] = np.savez_compressed, **arrays: NDArray[np.generic]) -> bytes:
    content = io.BytesIO()
    save(content, **arrays)
    return content.getvalue()


@pytest.mark.parametrize("way", [np.savez_compressed, np.savez])
def test_a_laser_video(way: Callable[..., None], save: Save, frames: NDArray[np.uint16]) -> None:
    recording = open_recording(save("0001.npz", packed(way, image=frames, other=np.arange(3))))
    assert (recording.name, recording.kind, len(recording)) == ("0001", "laser video", 9)
    assert (recording.frame_shape, recording.dtype) == ((8, 10), np.uint16)
    assert (recording.quantity, recording.frame_rate) == (COUNT_DIFFERENCE, 1000.0)
    np.testing.assert_array_equal(recording.frame(4), frames[4])
    np.testing.assert_array_equal(recording.frames(2, 7), frames[2:7])
    np.testing.assert_array_equal(recording.frames(-5, 99), frames)
    assert recording.frames(7, 7).shape == (0, 8, 10)
    assert recording.loaded == 9
    assert not recording.issues
    assert time_of(recording, 8) == 0.008
    assert frame_at(recording, 0.0042) == 4
    with pytest.raises(IndexError):
        recording.frame(9)
    with pytest.raises(IndexError):
        recording.frame(-1)
    recording.close()


def test_frames_cannot_be_written_to(save: Save, frames: NDArray[np.uint16]) -> None:
    recording = open_recording(save("0001.npz", packed(image=frames)))
    with pytest.raises(ValueError, match="read-only"):
        recording.frame(0)[0, 0] = 1


@settings(deadline=None, max_examples=60)
@given(
    steps=st.lists(st.tuples(st.integers(-3, 60), st.integers(-3, 60)), min_size=1, max_size=8),
    dtype=st.sampled_from(["<u2", ">u2", "u1", "<i4", "<f4", ">f8", "<f2", "?", "<u8"]),
    fortran=st.booleans(),
    stored=st.booleans(),
)
def test_any_order_of_requests_gives_the_same_frames(
    steps: list[tuple[int, int]],
    dtype: str,
    fortran: bool,
    stored: bool,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    array = (np.arange(50 * 6 * 7) % 120).reshape(50, 6, 7).astype(dtype)
    path = tmp_path_factory.mktemp("any") / "v.npz"
    path.write_bytes(
        packed(
            np.savez if stored else np.savez_compressed,
            image=np.asarray(array, order="F" if fortran else "C"),
        )
    )
    recording = open_recording(path)
    assert recording.dtype.isnative
    for first, stop in steps:
        clipped = array[max(first, 0) : max(min(stop, 50), 0)]
        np.testing.assert_array_equal(recording.frames(first, stop), clipped)
        if 0 <= first < 50:
            assert recording.frame(first).dtype == recording.dtype
            np.testing.assert_array_equal(recording.frame(first), array[first])
    recording.close()


def test_only_what_is_asked_for_is_decoded(save: Save) -> None:
    video = np.random.default_rng(3).integers(0, 900, (4000, 16, 16)).astype(np.uint16)
    recording = open_recording(save("0001.npz", packed(image=video)))
    assert recording.loaded == 0
    recording.frame(0)
    assert recording.loaded == 1
    recording.frames(0, 2000)
    assert 2000 <= recording.loaded < 2600
    np.testing.assert_array_equal(recording.frame(3999), video[3999])
    assert recording.loaded == 4000
    recording.close()


def full_length_video() -> bytes:
    """21,500 frames of 32 x 32, deflated quickly."""
    frames = np.random.default_rng(4).poisson(0.3, (215, 32, 32)).astype(np.uint16)
    array, content = io.BytesIO(), io.BytesIO()
    np.save(array, np.tile(frames, (100, 1, 1)))
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("image.npy", array.getvalue())
    return content.getvalue()


def test_the_first_frame_of_a_full_video_comes_at_once(save: Save) -> None:
    path = save("0001.npz", full_length_video())
    open_recording(path).frame(0)
    started = time.thread_time()
    recording = open_recording(path)
    recording.frame(0)
    seconds = time.thread_time() - started
    assert len(recording) == 21_500
    assert recording.loaded < 200
    assert seconds < 0.02
    recording.close()


def test_many_threads_see_the_same_frames(save: Save) -> None:
    video = np.random.default_rng(5).integers(0, 900, (3000, 16, 16)).astype(np.uint16)
    recording = open_recording(save("0001.npz", packed(image=video)))
    wrong: list[int] = []

    def look(seed: int) -> None:
        for index in np.random.default_rng(seed).integers(0, 3000, 200).tolist():
            if not np.array_equal(recording.frame(index), video[index]):
                wrong.append(index)

    threads = [threading.Thread(target=look, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    recording.close()


def damaged_in_the_middle(video: NDArray[np.uint16]) -> bytes:
    content = bytearray(packed(image=video))
    middle = len(content) // 2
    content[middle : middle + 64] = b"\xff" * 64
    return bytes(content)


def test_frames_before_damage_stay_readable_and_the_rest_says_how_many(save: Save) -> None:
    video = np.random.default_rng(6).integers(0, 900, (2000, 16, 16)).astype(np.uint16)
    recording = open_recording(save("0001.npz", damaged_in_the_middle(video)))
    np.testing.assert_array_equal(recording.frame(300), video[300])
    for _ in range(2):
        with pytest.raises(ReadError, match=r"0001\.npz: .*only its first [\d,]+ of 2,000 frames are whole"):
            recording.frame(1999)
    np.testing.assert_array_equal(recording.frame(300), video[300])
    assert any("whole" in issue for issue in recording.issues)
    assert 300 < recording.loaded < 2000
    recording.close()


def test_a_wrong_checksum_is_an_issue(save: Save, frames: NDArray[np.uint16]) -> None:
    content = bytearray(packed(image=frames))
    directory = content.rindex(b"PK\x01\x02")
    content[directory + 16] ^= 0xFF
    recording = open_recording(save("0001.npz", bytes(content)))
    recording.frames(0, 9)
    assert any("checksum" in issue for issue in recording.issues)


@pytest.mark.parametrize("way", [np.savez_compressed, np.savez])
def test_values_beyond_ten_bits_are_an_issue(
    way: Callable[..., None], save: Save, frames: NDArray[np.uint16]
) -> None:
    bright = frames.copy()
    bright[5, 2, 2] = 1025
    recording = open_recording(save("0001.npz", packed(way, image=bright)))
    recording.frames(0, 9)
    recording.frames(0, 9)
    assert len(recording.issues) == 1
    assert "1025" in recording.issues[0]


@pytest.mark.parametrize("way", [np.savez_compressed, np.savez])
def test_a_cut_archive_is_read_as_far_as_it_reaches(way: Callable[..., None], save: Save) -> None:
    video = np.random.default_rng(6).integers(0, 900, (2000, 16, 16)).astype(np.uint16)
    content = packed(way, image=video)
    recording = open_recording(save("0001.npz", content[: len(content) // 2]))
    assert recording.issues == (
        "The file is cut short, or still being written; its frames are read as far as they reach.",
    )
    with pytest.raises(CutShortError) as caught:
        recording.frames(0, 2000)
    whole = caught.value.whole
    assert 900 < whole < 1100
    said = f"cut short, or still being written: only its first {whole:,} of 2,000 frames are whole"
    assert str(caught.value) == f"0001.npz: {said}; copy it again from where it was recorded"
    np.testing.assert_array_equal(recording.frames(0, whole), video[:whole])
    assert recording.issues == (f"The file is {said}.",)
    recording.close()


@pytest.mark.parametrize("way", [np.savez_compressed, np.savez])
def test_an_archive_cut_behind_its_frames_is_whole(
    way: Callable[..., None], save: Save, frames: NDArray[np.uint16]
) -> None:
    recording = open_recording(save("0001.npz", packed(way, image=frames)[:-30]))
    np.testing.assert_array_equal(recording.frames(0, 9), frames)
    assert recording.issues == ("The file is cut short behind its frames, which are all whole.",)
    recording.close()


@pytest.mark.parametrize("left", [40, 60, 90, 150])
def test_an_archive_cut_before_its_first_frame_says_so(left: int, save: Save) -> None:
    content = packed(image=np.ones((9, 40, 40), np.uint16))
    with pytest.raises(ReadError, match="cut short, or still being written"):
        open_recording(save("0001.npz", content[:left])).frame(0)


def test_an_archive_that_is_being_written_waits_until_it_is(tmp_path: Path) -> None:
    path = tmp_path / "0001.npz"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("image.npy", "w", force_zip64=True) as member,  # as NumPy writes
    ):
        np.lib.format.write_array(member, np.random.default_rng(1).normal(size=(500, 20, 20)))
        archive.fp.flush()  # type: ignore[union-attr]
        with pytest.raises(ReadError, match="cut short, or still being written"):
            open_recording(path)
    open_recording(path).close()


def test_a_stated_size_that_differs_from_the_real_one(save: Save) -> None:
    content = io.BytesIO()
    array = io.BytesIO()
    np.save(array, np.zeros((9, 4, 4), np.uint16))
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("image.npy", array.getvalue()[:-40])
    with pytest.raises(ReadError, match="states 288 bytes of pixels where the archive holds 248"):
        open_recording(save("0001.npz", content.getvalue()))


def test_large_recordings_go_to_a_temporary_file(
    save: Save, frames: NDArray[np.uint16], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(array_recordings, "MAX_MEMORY_BYTES", 200)
    recording = open_recording(save("0001.npz", packed(image=frames)))
    for index in (3, 8, 0):
        np.testing.assert_array_equal(recording.frame(index), frames[index])
    recording.close()
    with pytest.raises(ReadError):
        recording.frame(3)


def test_a_full_temporary_folder_is_said(
    save: Save, frames: NDArray[np.uint16], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(array_recordings, "MAX_MEMORY_BYTES", 200)

    def full(self: array_recordings._OnDisk, part: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    recording = open_recording(save("0001.npz", packed(image=frames)))
    recording.frame(1)
    with monkeypatch.context() as patch:
        patch.setattr(array_recordings._OnDisk, "append", full)
        with pytest.raises(ReadError, match="no space is left"):
            recording.frame(5)
    with pytest.raises(ReadError, match="no space is left"):  # never pixels that have slipped
        recording.frame(8)
    np.testing.assert_array_equal(recording.frame(1), frames[1])
    recording.close()


def test_too_large_recordings_are_refused(
    save: Save, frames: NDArray[np.uint16], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(array_recordings, "MAX_DECODED_BYTES", 200)
    with pytest.raises(ReadError, match="too large"):
        open_recording(save("0001.npz", packed(image=frames)))


def test_after_closing_what_was_not_decoded_is_a_read_error(save: Save) -> None:
    video = np.random.default_rng(7).integers(0, 900, (4000, 16, 16)).astype(np.uint16)
    recording = open_recording(save("0001.npz", packed(image=video)))
    recording.frame(0)
    recording.close()
    recording.close()
    np.testing.assert_array_equal(recording.frame(0), video[0])
    with pytest.raises(ReadError):
        recording.frame(3999)


@pytest.mark.parametrize(
    ("key", "array", "kind", "quantity", "length"),
    [
        ("image", np.zeros((4, 5), np.uint16), "laser video", COUNT_DIFFERENCE, 1),
        ("video", np.zeros((6, 4, 5), np.uint16), "laser video", COUNT_DIFFERENCE, 6),
        ("data", np.zeros((6, 4, 5), np.float32), "array", INTENSITY, 6),
        ("data", np.zeros((4, 5), np.int32), "array", RAW_COUNTS, 1),
        ("celsius", np.zeros((4, 5), np.float32), "array", APPARENT_TEMPERATURE, 1),
        ("celsius", np.zeros((6, 4, 5), np.int16), "array", APPARENT_TEMPERATURE, 6),
        ("rgb", np.zeros((4, 5, 3), np.uint8), "array", INTENSITY, 1),
    ],
)
def test_what_an_array_is_taken_for(
    key: str, array: NDArray[np.generic], kind: str, quantity: object, length: int, save: Save
) -> None:
    recording = open_recording(save("a.npz", packed(**{key: array, "note": np.arange(5)})))
    assert (recording.kind, recording.quantity, len(recording)) == (kind, quantity, length)
    assert recording.frame(0).shape == recording.frame_shape
    recording.close()


def test_several_arrays_are_not_guessed_at(save: Save) -> None:
    content = packed(one=np.zeros((2, 3, 4)), two=np.zeros((2, 3, 4)))
    with pytest.raises(ReadError, match=r"several arrays \(one, two\)"):
        open_recording(save("a.npz", content))


def test_an_archive_without_arrays(save: Save) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(ReadError, match="holds no arrays"):
        open_recording(save("a.npz", content.getvalue()))


def test_single_array_files(save: Save, frames: NDArray[np.uint16]) -> None:
    plain, celsius = io.BytesIO(), io.BytesIO()
    np.save(plain, frames)
    np.save(celsius, frames[0] / 7)
    stack = open_recording(save("stack.npy", plain.getvalue()))
    still = open_recording(save("pump.celsius.npy", celsius.getvalue()))
    assert (stack.kind, stack.quantity, len(stack)) == ("array", RAW_COUNTS, 9)
    np.testing.assert_array_equal(stack.frames(3, 6), frames[3:6])
    assert (still.quantity, len(still)) == (APPARENT_TEMPERATURE, 1)
    stack.close()
    still.close()


@pytest.mark.parametrize("fortran", [False, True])
def test_a_cut_array_is_read_as_far_as_it_reaches(
    fortran: bool, save: Save, frames: NDArray[np.uint16]
) -> None:
    plain = io.BytesIO()
    np.save(plain, np.asarray(frames, order="F" if fortran else "C"))
    path = save("cut.npy", plain.getvalue()[: -2 * frames[0].nbytes - 1])
    if fortran:
        with pytest.raises(
            ReadError, match="cut short, or still being written: not one frame of it is whole"
        ):
            open_recording(path)
        return
    recording = open_recording(path)
    said = "cut short, or still being written: only its first 6 of 9 frames are whole"
    assert recording.issues == (f"The file is {said}.",)
    np.testing.assert_array_equal(recording.frames(0, 6), frames[:6])
    with pytest.raises(CutShortError, match=said) as caught:
        recording.frames(0, 7)
    assert caught.value.whole == 6
    recording.close()


def test_a_file_that_shrinks_while_open_is_a_read_error(save: Save) -> None:
    plain = io.BytesIO()
    np.save(plain, np.zeros((100, 40, 50), np.uint16))
    path = save("stack.npy", plain.getvalue())
    recording = open_recording(path)
    path.write_bytes(plain.getvalue()[:4000])
    with pytest.raises(ReadError, match="ends too early"):
        recording.frame(99)
    recording.close()
