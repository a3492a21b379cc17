"""FLIR files made byte by byte: layouts, byte orders, clocks, and what is said of doubtful ones."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from flir_files import (
    CONDITIONS,
    CONSTANTS,
    COUNTS,
    WHEN,
    camera_record,
    fff,
    fff_of,
    jpeg_with,
    png_of,
    raw_record,
)
from numpy.typing import NDArray

from thermview.errors import ReadError
from thermview.readers import flir, flir_pixels, open_recording, readable
from thermview.recording import APPARENT_TEMPERATURE, time_of
from thermview.thermal.radiometry import camera_counts, object_celsius

Save = Callable[[str, bytes], Path]
CELSIUS = object_celsius(COUNTS, CONSTANTS, CONDITIONS)


def assert_celsius(frame: NDArray[np.float32], expected: NDArray[np.float64] = CELSIUS) -> None:
    assert frame.dtype == np.float32
    np.testing.assert_allclose(frame, expected, atol=2e-3)  # constants are stored with 32 bits


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("name", ["a.jpg", "a.JPEG", "a.fff", "a.seq", "a.csq"])
def test_one_frame_in_either_byte_order(name: str, order: str, save: Save) -> None:
    content = fff_of(order=order)
    recording = open_recording(save(name, jpeg_with(content) if "j" in name.lower() else content))
    assert (recording.kind, recording.quantity) == ("FLIR picture", APPARENT_TEMPERATURE)
    assert (len(recording), recording.frame_shape, recording.dtype) == (1, (6, 8), np.float32)
    assert (recording.frame_rate, recording.timestamps) == (None, None)
    assert not recording.issues
    assert_celsius(recording.frame(0))
    recording.close()


@pytest.mark.parametrize(
    ("camera", "packed"),
    [("FLIR T000", png_of(COUNTS.byteswap())), ("ThermaCAM EX320", png_of(COUNTS))],
)
def test_pictures_of_counts_as_png_swapped_but_for_old_cameras(
    camera: str, packed: bytes, save: Save
) -> None:
    about = (0x20, camera_record(camera=camera))
    recording = open_recording(save("a.jpg", jpeg_with(fff((1, raw_record(COUNTS, packed=packed)), about))))
    assert recording.metadata["packing"] == "PNG"
    assert_celsius(recording.frame(0))


def test_metadata_are_named_by_the_glossary(save: Save) -> None:
    extras = [
        (0x22, b"\0" * 0x50 + b"Iron".ljust(40, b"\0")),
        (0x0E, raw_record(COUNTS, packed=b"\xff\xd8\xff")),
    ]
    parts = [(0x20, camera_record()), (1, raw_record(COUNTS)), *extras]
    metadata = open_recording(save("a.jpg", jpeg_with(fff(*parts)))).metadata
    for name in (
        "emissivity",
        "reflected_c",
        "atmosphere_c",
        "distance_m",
        "humidity",
        "window_transmission",
    ):
        assert metadata[name] == pytest.approx(getattr(CONDITIONS, name), abs=1e-4)
    assert metadata["camera"] == "FLIR T000"
    assert metadata["camera_serial"] == "12345678"
    assert metadata["lens"] == "FOL18"
    assert (metadata["measuring_range_low_c"], metadata["measuring_range_high_c"]) == (-20.0, 120.0)
    assert metadata["raw_range"] == [7000, 60000]
    assert metadata["date"] == "2024-05-06T07:08:09.250+09:00"
    assert metadata["palette"] == "Iron"
    assert metadata["visible_picture"] == "8 x 6 pixels, JPEG"
    assert metadata["camera_constants"]["B"] == CONSTANTS.B


def test_a_still_is_decoded_at_the_first_look_and_holds_no_file(save: Save) -> None:
    path = save("a.jpg", jpeg_with(fff_of()))
    recording = open_recording(path)
    assert recording.loaded == 0
    path.unlink()
    with pytest.raises(ReadError, match="not there"):
        recording.frame(0)
    path.write_bytes(jpeg_with(fff_of()))
    assert_celsius(recording.frame(0))
    assert recording.loaded == 1


def test_parts_in_another_order_and_a_missing_part(save: Save) -> None:
    turned = jpeg_with(fff_of(), part=500, turned=True)
    assert_celsius(open_recording(save("a.jpg", turned)).frame(0))
    lost = turned.replace(b"FLIR\0\1\2", b"XXXX\0\1\2")
    preview = open_recording(save("b.jpg", lost))
    assert preview.kind == "picture"
    assert "radiometric data that this reader does not decode" in preview.issues[0]


@pytest.mark.parametrize(
    "content",
    [
        fff((1, raw_record(COUNTS))),
        fff((0x20, camera_record())),
        fff((0x20, b"\2\0" * 900), (1, raw_record(COUNTS))),
        fff((0x20, camera_record()), (1, raw_record(COUNTS)[:100])),
        fff((0x20, camera_record()), (1, raw_record(COUNTS, packed=png_of(COUNTS[:3])))),
        fff((0x20, camera_record()), (1, raw_record(COUNTS)[:2] + b"\0" * 90)),
        b"JUNK" * 100,
    ],
    ids=["no camera", "no counts", "no calibration", "short counts", "placeholder", "no size", "junk"],
)
def test_without_radiometry_a_jpeg_is_a_picture_and_a_fff_a_sentence(content: bytes, save: Save) -> None:
    preview = open_recording(save("a.jpg", jpeg_with(content)))
    assert (preview.kind, preview.quantity.unit, preview.frame(0).shape) == ("picture", "", (12, 16, 3))
    assert "does not decode" in preview.issues[0]
    with pytest.raises(ReadError, match=r"a\.fff: .*copy it again"):
        open_recording(save("a.fff", content))


def test_pixels_out_of_range_are_counted_and_kept(save: Save) -> None:
    celsius = np.array([[0.0, -60.0, 20.0, 150.0]])
    counts = camera_counts(celsius, CONSTANTS, CONDITIONS).round().astype(np.uint16)
    counts[0, 0] = 0
    counts = np.vstack([counts, [[20_000, 20_000, 20_000, 65_535]]]).astype(np.uint16)
    recording = open_recording(save("a.jpg", jpeg_with(fff_of(counts))))
    frame = recording.frame(0)
    assert np.isnan(frame[0, 0])
    assert frame[0, 1] == pytest.approx(-60, abs=1)
    assert list(recording.issues) == [
        "1 of 8 pixels have no temperature and are left empty.",
        "1 of 8 pixels are below the camera's measuring range, which begins at -20 °C.",
        "2 of 8 pixels are above the camera's measuring range, which ends at 120 °C.",
        "1 of 8 pixels are saturated (at or above 60,000 raw counts).",
    ]
    recording.frame(0)
    assert len(recording.issues) == 4


@pytest.mark.parametrize(
    ("changes", "sentence", "name", "used"),
    [
        ({"emissivity": 0.0}, "states 0 as the emissivity; 1 is used", "emissivity", 1.0),
        ({"distance_m": float("nan")}, "nothing usable as the distance; 0 is used", "distance_m", 0.0),
        ({"humidity": -3.0}, "states -3 as the relative humidity; 0.5", "humidity", 0.5),
        ({"window_transmission": 0.0}, "as the window transmission; 1 is", "window_transmission", 1.0),
        (
            {"reflected_c": 298.0},
            "reflected temperature of 298 °C, which is hardly meant",
            "reflected_c",
            298,
        ),
        ({"reflected_c": -300.0}, "as the reflected temperature; 20 is used", "reflected_c", 20.0),
    ],
)
def test_silly_conditions_are_told(
    changes: dict[str, float], sentence: str, name: str, used: float, save: Save
) -> None:
    stated = replace(CONDITIONS, **changes)
    recording = open_recording(save("a.jpg", jpeg_with(fff_of(conditions=stated))))
    assert len(recording.issues) == 1
    assert sentence in recording.issues[0]
    assert recording.metadata[name] == pytest.approx(used, abs=1e-4)
    assert_celsius(
        recording.frame(0), object_celsius(COUNTS, CONSTANTS, replace(stated, **{name: float(used)}))
    )


def test_humidity_in_per_cent_is_understood(save: Save) -> None:
    recording = open_recording(save("a.fff", fff_of(conditions=replace(CONDITIONS, humidity=62.5))))
    assert recording.metadata["humidity"] == pytest.approx(0.625)
    assert not recording.issues


def sequence(*seconds: float, counts: list[NDArray[np.uint16]] | None = None) -> list[bytes]:
    stack = counts or [COUNTS + number for number in range(len(seconds))]
    return [
        fff_of(frame.astype(np.uint16), when=WHEN + timedelta(seconds=after))
        for frame, after in zip(stack, seconds, strict=True)
    ]


def test_a_sequence_is_walked_and_any_frame_reached(save: Save) -> None:
    frames = sequence(*(number / 25 for number in range(12)))
    recording = open_recording(save("a.seq", b"".join(frames)))
    assert (recording.kind, len(recording), recording.frame_rate) == ("FLIR sequence", 12, 25.0)
    for index in (11, 0, 5, 4):
        assert_celsius(recording.frame(index), object_celsius(COUNTS + index, CONSTANTS, CONDITIONS))
    np.testing.assert_array_equal(recording.frames(3, 99)[2], recording.frame(5))
    assert time_of(recording, 11) == pytest.approx(0.44)
    assert not recording.issues
    recording.close()


def test_times_come_from_the_frames_and_not_from_the_stated_rate(save: Save) -> None:
    recording = open_recording(save("a.seq", b"".join(sequence(0, 4, 6))))
    assert recording.timestamps is not None
    assert list(recording.timestamps) == [0, 4, 6]
    assert recording.frame_rate == pytest.approx(1 / 3)
    assert "states 25 Hz, but its frames are 3 s apart" in recording.issues[0]


@pytest.mark.parametrize("seconds", [(0, 0, 0), (0, 5, 2)])
def test_clocks_that_do_not_run(seconds: tuple[float, ...], save: Save) -> None:
    recording = open_recording(save("a.seq", b"".join(sequence(*seconds))))
    assert recording.timestamps is None
    assert recording.frame_rate == 25
    assert "stand still or run backwards" in recording.issues[0]


def test_the_letters_inside_pixels_begin_no_frame(save: Save) -> None:
    decoy = COUNTS.copy()
    decoy.ravel()[4:6] = np.frombuffer(b"FFF\0", "<u2")
    decoy.ravel()[20:36] = np.frombuffer(fff_of()[:32], "<u2")
    recording = open_recording(save("a.seq", b"".join(sequence(0, 0.04, counts=[decoy, COUNTS]))))
    assert len(recording) == 2
    assert_celsius(recording.frame(1))


def test_a_cut_sequence_gives_its_whole_frames(save: Save) -> None:
    whole = b"".join(sequence(0, 0.04, 0.08))
    one = len(whole) // 3
    for stop in (len(whole) - 1, 2 * one + 200, 2 * one + 30):
        recording = open_recording(save("a.seq", whole[:stop]))
        assert len(recording) == 2
        assert "its last frame is not whole" in recording.issues[0]
        recording.close()


def test_a_damaged_frame_costs_itself_alone(save: Save) -> None:
    big = [np.full((60, 80), 17_000 + number, np.uint16) for number in range(4)]
    frames = sequence(0, 0.04, 0.08, 0.12, counts=big)
    frames[1] = b"\0" * 64 + frames[1][64:]
    recording = open_recording(save("a.seq", b"".join(frames)))
    assert len(recording) == 3
    assert (
        f"{len(frames[1]):,} bytes from byte {len(frames[0]):,} on hold no whole frame" in recording.issues[0]
    )
    assert_celsius(recording.frame(1), object_celsius(big[2], CONSTANTS, CONDITIONS))
    frames[0] = b"FFF" + frames[1][3:]
    recording = open_recording(save("b.seq", b"".join(frames)))
    assert len(recording) == 2
    assert f"{2 * len(frames[1]):,} bytes from byte 0 on" in recording.issues[0]


def test_padding_between_frames_is_no_issue(save: Save) -> None:
    recording = open_recording(save("a.seq", (b"\0" * 500).join(sequence(0, 0.04, 0.08)) + b"\0" * 500))
    assert len(recording) == 3
    assert not recording.issues


def test_frames_of_another_size_and_with_other_conditions(save: Save) -> None:
    other = fff_of(conditions=replace(CONDITIONS, emissivity=0.5), when=WHEN + timedelta(seconds=0.04))
    small = fff_of(COUNTS[:2], when=WHEN + timedelta(seconds=0.08))
    recording = open_recording(save("a.seq", fff_of() + other + small))
    assert len(recording) == 2
    assert any("index 2 has another size" in issue for issue in recording.issues)
    assert any("change from frame to frame" in issue for issue in recording.issues)
    assert_celsius(recording.frame(1), object_celsius(COUNTS, CONSTANTS, replace(CONDITIONS, emissivity=0.5)))


def jpeg_ls(counts: NDArray[np.uint16]) -> bytes:
    imagecodecs = pytest.importorskip("imagecodecs", reason="the extra thermview[flir] is not installed")
    return bytes(imagecodecs.jpegls_encode(counts))


def test_jpeg_ls_frames(save: Save) -> None:
    content = fff((0x20, camera_record()), (1, raw_record(COUNTS, packed=jpeg_ls(COUNTS))))
    recording = open_recording(save("a.csq", content * 3))
    assert len(recording) == 3
    assert recording.metadata["packing"] == "JPEG-LS"
    assert_celsius(recording.frame(2))
    lying = fff((0x20, camera_record()), (1, raw_record(COUNTS, packed=jpeg_ls(COUNTS[:3]))))
    with pytest.raises(ReadError, match="another size"):
        open_recording(save("b.csq", lying)).frame(0)


def test_a_missing_extra_is_named(save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        flir_pixels.importlib.util,
        "find_spec",
        lambda name: None if name == "imagecodecs" else find_spec(name),
    )
    packed = raw_record(COUNTS, packed=b"\xff\xd8\xff\xf7" + b"\0" * 60)
    with pytest.raises(ReadError, match=r'pip install "thermview\[flir\]"'):
        open_recording(save("a.csq", fff((0x20, camera_record()), (1, packed))))


def test_all_suffixes_are_listed() -> None:
    assert all(readable(name) for name in ("a.fff", "a.SEQ", "a.csq", "a.irb", "a.jpg"))


def test_another_kind_of_sequence_is_refused(save: Save) -> None:
    with pytest.raises(ReadError, match="begins like no FLIR file"):
        open_recording(save("a.seq", b"\xed\xfe\0\0Norpix seq" * 20))


def test_the_camera_of_a_sequence_is_understood_once(save: Save) -> None:
    recording = open_recording(save("a.seq", b"".join(sequence(0, 0.04, 0.08))))
    assert isinstance(recording, flir.FlirRecording)
    assert len({id(frame.camera) for frame in recording._counts.frames}) == 1


def test_camera_files_inside_a_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "day.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jpg", jpeg_with(fff_of()))
        archive.writestr("b.seq", b"".join(sequence(0, 0.04)))
    assert_celsius(open_recording(tmp_path / "day.zip" / "a.jpg").frame(0))
    recording = open_recording(tmp_path / "day.zip" / "b.seq")
    assert len(recording) == 2
    assert_celsius(recording.frame(1), object_celsius(COUNTS + 1, CONSTANTS, CONDITIONS))
