"""Films: every frame is reached exactly, in any order."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from thermview.errors import ReadError
from thermview.readers import film_decoders, open_recording
from thermview.readers.film_decoders import OpenCvDecoder

COUNT = 200
BITS = 8


def numbered(number: int, colour: bool) -> NDArray[np.uint8]:
    """A frame that carries its number as black and white bars."""
    frame = np.zeros((64, 128, 3), np.uint8)
    for bit in range(BITS):
        if number >> bit & 1:
            frame[:40, bit * 16 : bit * 16 + 16] = 255
    if colour:
        frame[48:] = (0, 90, 220)  # blue, green, red
    return frame


def number_of(frame: NDArray[np.generic]) -> int:
    grey = frame if frame.ndim == 2 else frame[..., 1]
    return sum(1 << bit for bit in range(BITS) if grey[20, bit * 16 + 8] > 128)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A grey AVI whose frames all stand alone, a coloured AVI and an MP4 whose frames lean on each other."""
    folder = tmp_path_factory.mktemp("films")
    ways = {"grey.avi": ("MJPG", False), "colour.avi": ("XVID", True), "colour.mp4": ("mp4v", True)}
    for name, (code, colour) in ways.items():
        writer = cv2.VideoWriter(str(folder / name), cv2.VideoWriter.fourcc(*code), 25.0, (128, 64))
        assert writer.isOpened()
        for number in range(COUNT):
            writer.write(numbered(number, colour))
        writer.release()
    return {name: folder / name for name in ways}


NAMES = ("grey.avi", "colour.avi", "colour.mp4")


@pytest.mark.parametrize("name", NAMES)
def test_what_a_film_says_of_itself(name: str, films: dict[str, Path]) -> None:
    recording = open_recording(films[name])
    assert (recording.kind, len(recording), recording.frame_rate) == ("film", COUNT, 25.0)
    assert recording.frame_shape == ((64, 128) if name == "grey.avi" else (64, 128, 3))
    assert recording.metadata["temperature"] == "no temperature data in this film"
    if name != "grey.avi":
        red, green, blue = recording.frame(3)[56, 64].tolist()
        assert red > green > blue
    recording.close()


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.lists(st.integers(0, COUNT - 1), min_size=1, max_size=12))
def test_any_order_reaches_every_frame(name: str, order: list[int], films: dict[str, Path]) -> None:
    recording = open_recording(films[name])
    assert [number_of(recording.frame(index)) for index in order] == order
    recording.close()


@pytest.mark.parametrize("name", NAMES)
def test_stepping_backwards_and_ranges(name: str, films: dict[str, Path]) -> None:
    recording = open_recording(films[name])
    assert [number_of(recording.frame(index)) for index in range(COUNT - 1, COUNT - 60, -1)] == list(
        range(COUNT - 1, COUNT - 60, -1)
    )
    assert [number_of(frame) for frame in recording.frames(90, 170)] == list(range(90, 170))
    recording.close()


def test_a_decoder_whose_seek_cannot_be_trusted_reads_from_the_start(
    films: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OpenCvDecoder, "seek", lambda self, index: False)
    recording = open_recording(films["colour.mp4"])
    assert [number_of(recording.frame(index)) for index in (150, 20, 190)] == [150, 20, 190]
    recording.close()


def test_the_second_decoder_takes_what_the_first_cannot(
    films: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("av")

    def refuse(self: OpenCvDecoder) -> None:
        raise OSError

    monkeypatch.setattr(film_decoders.OpenCvDecoder, "_opened", refuse)
    recording = open_recording(films["colour.mp4"])
    assert recording.metadata["codec"] == "mpeg4"
    assert [number_of(recording.frame(index)) for index in (150, 20, 190)] == [150, 20, 190]
    recording.close()


def test_a_film_that_ends_early_says_how_many_frames_it_has(
    films: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = open_recording(films["grey.avi"])
    read = OpenCvDecoder.read
    left = iter(range(50))
    monkeypatch.setattr(OpenCvDecoder, "read", lambda self: None if next(left, None) is None else read(self))
    with pytest.raises(ReadError, match="only its first 50 of 200 frames can be decoded"):
        recording.frames(0, COUNT)
    assert "ends early" in recording.issues[0]
    recording.close()


def test_a_film_that_does_not_state_its_length_is_counted(
    films: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    start = OpenCvDecoder.__init__

    def forget(self: OpenCvDecoder, path: Path) -> None:
        start(self, path)
        self.count = 0

    monkeypatch.setattr(OpenCvDecoder, "__init__", forget)
    recording = open_recording(films["grey.avi"])
    assert len(recording) == COUNT
    recording.close()
    monkeypatch.setattr("thermview.readers.film._MAX_COUNTED", 50)
    with pytest.raises(ReadError, match="does not say how many"):
        open_recording(films["grey.avi"])


def test_damaged_films_write_nothing_to_the_console(
    films: dict[str, Path], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for name, path in films.items():
        content = path.read_bytes()
        half = len(content) // 2
        for damaged in (content[:half], content[:half] + b"\xff" * 2000 + content[half + 2000 :]):
            (tmp_path / name).write_bytes(damaged)
            try:
                recording = open_recording(tmp_path / name)
                recording.frames(0, COUNT)
            except ReadError:
                continue
            recording.close()
    assert capfd.readouterr() == ("", "")


def test_play_lists_that_name_other_files_are_refused(tmp_path: Path, films: dict[str, Path]) -> None:
    text = f"#EXTM3U\n#EXTINF:10,\n{films['grey.avi']}\n"
    for name in ("a.mp4", "a.avi"):
        (tmp_path / name).write_text(text)
        with pytest.raises(ReadError, match="begins like no AVI"):
            open_recording(tmp_path / name)
