"""Visible pictures inside FLIR files and beside thermal ones: JPEG, PNG of Y, Cb, Cr, raw; huge, damaged, misnamed."""

from __future__ import annotations

import io
import struct
import tracemalloc
from pathlib import Path

import cv2
import numpy as np
import pytest
from flir_files import COUNTS, alignment_record, camera_record, fff, fff_of, jpeg_with, raw_record
from flir_files import picture_record as record_of
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from shared_data import SHARED, needs_shared

from thermview.errors import ReadError
from thermview.readers import open_recording
from thermview.readers.visible_picture import VisiblePicture, embedded_visible, visible_file
from thermview.thermal.alignment import NEUTRAL, Inset, inverse, to_frame
from thermview.thermal.fusion import edge_layer, laid_over, prepare

THERMAL = SHARED / "thermal"
ROWS, COLUMNS = 24, 32
SCENE = np.zeros((ROWS, COLUMNS, 3), np.uint8)
SCENE[:, :16], SCENE[:, 16:] = (200, 40, 30), (20, 60, 220)


def to_picture(alignment, picture, frame):
    return inverse(to_frame(alignment, picture, frame))


def packed(format_: str, rgb: np.ndarray = SCENE, **options: object) -> bytes:
    content = io.BytesIO()
    Image.fromarray(rgb).save(content, format_, **options)
    return content.getvalue()


def luma_chroma(rgb: np.ndarray) -> np.ndarray:
    """Y, Cb, Cr of RGB, as cameras store them."""
    return cv2.cvtColor(rgb, cv2.COLOR_RGB2YCrCb)[..., [0, 2, 1]]


def picture_record(content: bytes, rows: int = ROWS, columns: int = COLUMNS) -> bytes:
    return record_of(content, rows, columns)


def camera_file(*records: tuple[int, bytes]) -> bytes:
    return fff((0x20, camera_record()), (1, raw_record(COUNTS)), *records)


def written(folder: Path, content: bytes, name: str = "a.jpg") -> Path:
    path = folder / name
    path.write_bytes(jpeg_with(content) if path.suffix == ".jpg" else content)
    return path


def near(picture: VisiblePicture | None, rgb: np.ndarray, tolerance: int) -> None:
    assert picture is not None
    assert picture.pixels.shape == rgb.shape
    middle = np.abs(picture.pixels.astype(int) - rgb)[:, [4, 27]]
    assert middle.max() <= tolerance


@pytest.mark.parametrize("name", ["a.jpg", "a.fff", "a.seq"])
def test_a_jpeg_inside(tmp_path: Path, name: str) -> None:
    content = picture_record(packed("JPEG", quality=95))
    picture = embedded_visible(
        written(tmp_path, camera_file((0x0E, content), (0x2A, alignment_record())), name)
    )
    near(picture, SCENE, 6)
    assert picture.inside
    assert picture.size == (ROWS, COLUMNS)
    assert picture.inset == Inset(2, 1, 6, 4)
    middle = to_picture(picture.alignment, (ROWS, COLUMNS), COUNTS.shape) @ [4, 3, 1]
    np.testing.assert_allclose(middle, [COLUMNS / 2 + 4, ROWS / 2 - 2], atol=1e-5)


def test_a_png_inside_holds_luma_and_chroma(tmp_path: Path) -> None:
    content = picture_record(packed("PNG", luma_chroma(SCENE)))
    near(embedded_visible(written(tmp_path, camera_file((0x0E, content)))), SCENE, 4)


def test_raw_luma_and_chroma_inside(tmp_path: Path) -> None:
    content = picture_record(luma_chroma(SCENE).tobytes())
    near(embedded_visible(written(tmp_path, camera_file((0x0E, content)))), SCENE, 4)


def test_a_file_without_one_has_none(tmp_path: Path) -> None:
    assert embedded_visible(written(tmp_path, fff_of())) is None
    assert embedded_visible(written(tmp_path, b"no camera's file at all")) is None
    (tmp_path / "b.npy").write_bytes(b"x")
    assert embedded_visible(tmp_path / "b.npy") is None


@pytest.mark.parametrize(
    ("record", "says"),
    [
        (picture_record(packed("JPEG")[:200]), "visible picture"),
        (picture_record(packed("PNG", luma_chroma(SCENE))[:60]), "visible picture"),
        (picture_record(b"\1" * (ROWS * COLUMNS * 2)), "not known"),
        (picture_record(b"", 60_000, 60_000), "60,000 x 60,000 pixels"),
        (picture_record(b"", 0, 0), "0 x 0 pixels"),
        (b"\3\0\x20", "too early"),
    ],
)
def test_damage_is_one_sentence(tmp_path: Path, record: bytes, says: str) -> None:
    path = written(tmp_path, camera_file((0x0E, record)))
    with pytest.raises(ReadError, match=says) as caught:
        embedded_visible(path)
    assert "\n" not in str(caught.value)
    open_recording(path).frame(0)  # the temperatures are there all the same


def header_of_png(columns: int, rows: int) -> bytes:
    """A PNG that claims a size; its checksum is right, its pixels are missing."""
    png = bytearray(packed("PNG"))
    struct.pack_into(">2I", png, 16, columns, rows)
    import zlib

    struct.pack_into(">I", png, 29, zlib.crc32(bytes(png[12:29])))
    return bytes(png)


def test_a_size_is_looked_at_before_memory_is_taken(tmp_path: Path) -> None:
    inside = written(tmp_path, camera_file((0x0E, picture_record(header_of_png(40_000, 40_000)))))
    beside = tmp_path / "b.png"
    beside.write_bytes(header_of_png(40_000, 40_000))
    tracemalloc.start()
    for look in (embedded_visible, visible_file):
        with pytest.raises(ReadError, match="too large"):
            look(inside if look is embedded_visible else beside)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 << 20


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_is_cut_or_flipped_reads_or_says_so(tmp_path_factory, data: st.DataObject) -> None:
    whole = bytearray(camera_file((0x0E, picture_record(packed("JPEG"))), (0x2A, alignment_record())))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place] ^= 1 << data.draw(st.integers(0, 7))
    cut = data.draw(st.integers(64, len(whole)))
    path = tmp_path_factory.mktemp("cut") / "a.fff"
    path.write_bytes(bytes(whole[:cut]))
    picture, problem = None, ""
    try:
        picture = embedded_visible(path)
    except ReadError as error:
        problem = str(error)
    assert "\n" not in problem
    assert picture is None or picture.pixels.ndim == 3


@pytest.mark.parametrize(
    "stated", [alignment_record(float("nan")), alignment_record(-1.0), alignment_record(0.0)]
)
def test_an_alignment_that_cannot_be_is_left_out(tmp_path: Path, stated: bytes) -> None:
    content = picture_record(packed("JPEG"))
    picture = embedded_visible(written(tmp_path, camera_file((0x0E, content), (0x2A, stated))))
    assert picture is not None
    assert picture.alignment == NEUTRAL
    assert picture.inset is None


@pytest.mark.parametrize("inset", [(5, 2, 1, 3), (-1, 5, 1, 3), (0, 7, 0, 5), (0, 8, 0, 6), (0, 900, 0, 5)])
def test_an_inset_that_cannot_be_or_leaves_nothing_is_none(tmp_path: Path, inset: tuple[int, ...]) -> None:
    content = picture_record(packed("JPEG"))
    stated = alignment_record(inset=inset)
    picture = embedded_visible(written(tmp_path, camera_file((0x0E, content), (0x2A, stated))))
    assert picture is not None
    assert picture.inset is None


def test_files_beside(tmp_path: Path) -> None:
    Image.fromarray(SCENE).save(tmp_path / "rgb.png")
    Image.fromarray(np.dstack([SCENE, np.full((ROWS, COLUMNS), 9, np.uint8)])).save(tmp_path / "alpha.png")
    Image.fromarray(SCENE[..., 0]).save(tmp_path / "grey.bmp")
    Image.fromarray(SCENE).save(tmp_path / "colours.tiff")
    for name in ("rgb.png", "alpha.png", "colours.tiff"):
        picture = visible_file(tmp_path / name)
        np.testing.assert_array_equal(picture.pixels, SCENE)
        assert not picture.inside
        assert picture.alignment == NEUTRAL
    np.testing.assert_array_equal(visible_file(tmp_path / "grey.bmp").pixels[..., 1], SCENE[..., 0])


def test_sixteen_bit_greys_are_shown_by_their_upper_bits(tmp_path: Path) -> None:
    Image.fromarray((SCENE[..., 0].astype(np.uint16) << 8) + 77).save(tmp_path / "deep.png")
    np.testing.assert_array_equal(visible_file(tmp_path / "deep.png").pixels[..., 2], SCENE[..., 0])


def test_a_picture_is_upright_as_its_camera_was_held(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by a quarter clockwise
    Image.fromarray(SCENE).save(tmp_path / "held.jpg", exif=exif, quality=95)
    picture = visible_file(tmp_path / "held.jpg")
    assert picture.size == picture.pixels.shape[:2] == (COLUMNS, ROWS)
    assert picture.pixels[2, 12, 0] > 150  # red was left: now it is above
    assert picture.pixels[29, 12, 2] > 150


def test_a_large_picture_is_kept_reduced(tmp_path: Path) -> None:
    large = np.kron(SCENE, np.ones((130, 130, 1), np.uint8))
    for name in ("large.jpg", "large.png"):
        Image.fromarray(large).save(tmp_path / name)
        picture = visible_file(tmp_path / name)
        assert picture.size == (3120, 4160)
        assert max(picture.pixels.shape) <= 2048
        assert picture.pixels.shape[1] / picture.pixels.shape[0] == pytest.approx(4 / 3, rel=2e-3)


@pytest.mark.parametrize("name", ["a.npy", "numbers.tiff", "a.txt", "missing.png", "broken.png"])
def test_what_is_no_visible_picture_is_said(tmp_path: Path, name: str) -> None:
    np.save(tmp_path / "a.npy", np.zeros((4, 4), np.float32))
    Image.fromarray(np.zeros((4, 4), np.float32)).save(tmp_path / "numbers.tiff")
    (tmp_path / "a.txt").write_text("words")
    (tmp_path / "broken.png").write_bytes(packed("PNG")[:60])
    with pytest.raises(ReadError) as caught:
        visible_file(tmp_path / name)
    assert name in str(caught.value)


REAL = {
    "drone_and_handheld/images_FLIR.jpg": ((640, 480), None),
    "drone_and_handheld/images_FLIR_AX8.jpg": ((480, 640), None),
    "flir_tools/Aqua_Tower_thermal_image.jpg": ((480, 480), Inset(36, 36, 143, 143)),
}


@needs_shared
@pytest.mark.parametrize("name", REAL)
def test_pictures_inside_real_files(name: str) -> None:
    picture = embedded_visible(THERMAL / name)
    assert picture is not None
    assert (picture.size, picture.inset) == REAL[name]


@needs_shared
@pytest.mark.parametrize(
    "name", ["drone_and_handheld/images_FLIR.jpg", "drone_and_handheld/images_FLIR_AX8.jpg"]
)
def test_the_picture_lies_where_the_camera_drew_its_contours(name: str) -> None:
    """These cameras drew contours of the visible picture into their JPEG: no other place fits them better."""
    picture = embedded_visible(THERMAL / name)
    assert picture is not None
    drawn = np.asarray(Image.open(THERMAL / name).convert("RGB"))
    rows, columns = drawn.shape[:2]
    frame = open_recording(THERMAL / name).frame_shape[:2]
    contours = edge_layer(drawn)[..., 3].astype(float)
    layers = prepare(picture.pixels).edges

    def agreement(right: float, down: float) -> float:
        """Of contours in the JPEG and in the picture laid over it, moved by so many pixels of the JPEG."""
        per_pixel = columns / frame[1]
        moved = picture.alignment.moved(right / per_pixel, down / per_pixel)
        there = np.linalg.inv(np.vstack([to_picture(moved, layers[0].shape[:2], frame), [0, 0, 1]]))[:2]
        laid = laid_over(layers, there * per_pixel, (columns, rows))[..., 3].astype(float)
        return float(np.corrcoef(laid.ravel(), contours.ravel())[0, 1])

    fits = {(x, y): agreement(x, y) for x in range(-12, 13, 2) for y in range(-12, 13, 2)}
    best = max(fits, key=lambda place: fits[place])
    assert max(abs(best[0]), abs(best[1])) <= 2, (best, fits[best], fits[0, 0])
