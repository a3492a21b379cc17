"""Cut and damaged camera files, real and made, give frames or one sentence, soon and in little memory."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
import tifffile
from flir_files import COUNTS, camera_record, fff, fff_of, irb, jpeg_with, png_of, raw_record
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shared_data import SHARED, needs_shared

from thermview.errors import ReadError
from thermview.readers import open_recording

Save = Callable[[str, bytes], Path]
LIMIT_S = 2.0
SUFFIXES = (".jpg", ".fff", ".seq", ".csq", ".irb", ".tiff", ".bmp")
PNG = fff((0x20, camera_record()), (1, raw_record(COUNTS, packed=png_of(COUNTS))))
SMALL = {
    "stored.jpg": jpeg_with(fff_of(), part=700),
    "png.jpg": jpeg_with(PNG),
    "big.fff": fff_of(order=">"),
    "three.seq": fff_of() + fff_of(COUNTS + 1) + PNG,
    "two.irb": irb(COUNTS, COUNTS + 9),
}
REAL = sorted(
    str(path.relative_to(SHARED))
    for path in (SHARED / "thermal").rglob("*")
    if path.suffix in SUFFIXES and path.stat().st_size < 1_300_000
)
thorough = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
quick = settings(thorough, max_examples=6)


def read_everything(path: Path) -> int:
    """The number of frames, or -1 after a ReadError that is one clear sentence; AssertionError when slow."""
    started = time.process_time()
    try:
        recording = open_recording(path)
        try:
            for index in (0, len(recording) - 1):
                assert recording.frame(index).shape == recording.frame_shape
                assert recording.frame(index).dtype == recording.dtype
            assert all(issue.isprintable() for issue in recording.issues)
            return len(recording)
        finally:
            recording.close()
    except ReadError as error:
        text = str(error)
        assert text.startswith(path.name)
        assert ";" in text
        assert text.isprintable()
        assert len(text) < 400
        return -1
    finally:
        assert time.process_time() - started < LIMIT_S


def flipped(data: st.DataObject, content: bytes, most: int) -> bytes:
    """Some bytes changed, about half of them where headers lie."""
    changed = bytearray(content)
    last = len(content) - 1
    places = st.integers(0, last) | st.integers(0, min(last, 4095))
    for place, value in data.draw(
        st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=most)
    ):
        changed[place] = value
    return bytes(changed)


@pytest.mark.parametrize("name", SMALL)
@thorough
@given(data=st.data())
def test_small_files_cut(name: str, data: st.DataObject, save: Save) -> None:
    content = SMALL[name]
    read_everything(save(name, content[: data.draw(st.integers(0, len(content) - 1))]))


@pytest.mark.parametrize("name", SMALL)
@thorough
@given(data=st.data())
def test_small_files_damaged(name: str, data: st.DataObject, save: Save) -> None:
    read_everything(save(name, flipped(data, SMALL[name], 8)))


@pytest.mark.parametrize("name", SMALL)
@thorough
@given(noise=st.binary(max_size=400), kept=st.integers(0, 200))
def test_noise_behind_a_good_beginning(name: str, noise: bytes, kept: int, save: Save) -> None:
    read_everything(save(name, SMALL[name][:kept] + noise))


@needs_shared
@pytest.mark.parametrize("name", REAL)
@quick
@given(data=st.data())
def test_real_files_cut(name: str, data: st.DataObject, save: Save) -> None:
    content = (SHARED / name).read_bytes()
    stop = data.draw(st.integers(0, len(content) - 1) | st.integers(0, 4095))
    read_everything(save(f"a{Path(name).suffix}", content[:stop]))


@needs_shared
@pytest.mark.parametrize("name", REAL)
@quick
@given(data=st.data())
def test_real_files_damaged(name: str, data: st.DataObject, save: Save) -> None:
    content = (SHARED / name).read_bytes()
    read_everything(save(f"a{Path(name).suffix}", flipped(data, content, 40)))


@pytest.fixture(scope="module")
def saved_temperatures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A real camera's temperatures in the formats that other programs hand them on in."""
    with np.load(next((SHARED / "thermal" / "flir_tools").glob("Linear_load*.npz"))) as truth:
        celsius = truth["celsius"].astype(np.float32)
    rows = (";".join(f"{value:.3f}" for value in row) for row in celsius)
    table = "\r\n".join(["Camera;real", "", *rows]).encode("utf-8-sig")
    document, pages, packed = io.BytesIO(), io.BytesIO(), io.BytesIO()
    with h5py.File(document, "w") as file:
        stored = file.create_dataset("frames", data=celsius[None], compression="gzip", chunks=True)
        stored.attrs["units"] = "°C"
    tifffile.imwrite(pages, celsius, compression="zlib", predictor=True)
    np.savez_compressed(packed, celsius=celsius)
    found = {
        "a.csv": table,
        "a.h5": document.getvalue(),
        "a.tiff": pages.getvalue(),
        "a.npz": packed.getvalue(),
    }
    for name, content in found.items():
        path = tmp_path_factory.mktemp("good") / name
        path.write_bytes(content)
        assert read_everything(path) == 1
    return found


@needs_shared
@pytest.mark.parametrize("name", ["a.csv", "a.h5", "a.tiff", "a.npz"])
@settings(thorough, max_examples=15)
@given(data=st.data())
def test_saved_temperatures_cut_and_damaged(
    name: str, data: st.DataObject, saved_temperatures: dict[str, bytes], save: Save
) -> None:
    content = saved_temperatures[name]
    stop = data.draw(st.integers(1, len(content)) | st.integers(1, 4096))
    damaged = content[:stop]
    read_everything(save(name, flipped(data, damaged, 40) if data.draw(st.booleans()) else damaged))


def peak_bytes(path: Path) -> int:
    tracemalloc.start()
    try:
        assert read_everything(path) == -1
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("lie", [b"\xff\xff\xff\xff", b"\x00\xff\x00\xff"])
def test_sizes_that_lie_take_no_memory(lie: bytes, save: Save) -> None:
    record = bytearray(raw_record(COUNTS, packed=png_of(COUNTS)))
    record[2:6] = lie
    path = save("a.fff", fff((0x20, camera_record()), (1, bytes(record))))
    assert peak_bytes(path) < 4 << 20
    picture = bytearray(irb(COUNTS))
    picture[64 + 32 + 4 : 64 + 32 + 8] = b"\xff\x3f\xff\x3f"
    assert peak_bytes(save("a.irb", bytes(picture))) < 4 << 20


def test_a_png_that_says_more_than_its_record_is_not_unpacked(save: Save) -> None:
    packed = bytearray(png_of(COUNTS))
    packed[16:24] = struct.pack(">2I", 50_000, 50_000)
    path = save("a.fff", fff((0x20, camera_record()), (1, raw_record(COUNTS, packed=bytes(packed)))))
    assert peak_bytes(path) < 4 << 20


@pytest.mark.parametrize(
    "junk",
    [b"FFF\0" * 500_000, (b"FFF\0" + b"\0" * 16 + struct.pack("<3I", 100, 64, 1024)) * 60_000],
    ids=["letters", "headers"],
)
def test_a_file_full_of_headers_does_not_hold_the_reader_up(junk: bytes, save: Save) -> None:
    assert read_everything(save("a.seq", junk)) == -1
    assert read_everything(save("b.seq", fff_of() + junk)) == 1


def test_a_jpeg_full_of_segments_does_not_hold_the_reader_up(save: Save) -> None:
    segments = b"\xff\xe1\x00\x02" * 500_000
    assert read_everything(save("a.jpg", b"\xff\xd8" + segments + jpeg_with(b"x")[2:])) in (-1, 1)


def test_a_table_that_points_at_itself(save: Save) -> None:
    content = bytearray(fff_of())
    struct.pack_into("<2I", content, 64 + 12, 0, len(content))
    struct.pack_into("<2I", content, 96 + 12, 0, len(content))
    assert read_everything(save("a.fff", bytes(content))) == -1
