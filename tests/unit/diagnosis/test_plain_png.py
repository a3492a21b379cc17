"""Plain PNG come out as Pillow decodes them, whatever their filters, and the damaged ones not at all."""

import io
import struct
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from unit.diagnosis.picture_sets import scene

from thermview.diagnosis import plain_png as module
from thermview.diagnosis.plain_png import plain_png
from thermview.errors import ReadError

FILE = Path("a.png")
COLOURS = {1: 0, 3: 2, 4: 6}


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(packed, rows, columns, channels, *, parts=1, interlaced=0):
    """A PNG around packed pixels, shared out to several chunks, with right checksums."""
    size = max(-(-len(packed) // parts), 1)
    header = struct.pack(">IIBBBBB", columns, rows, 8, COLOURS[channels], 0, 0, interlaced)
    chunks = [chunk(b"IDAT", packed[first : first + size]) for first in range(0, max(len(packed), 1), size)]
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(chunks) + chunk(b"IEND", b"")


def filtered(pixels, filters):
    """Rows behind filters 0 (none), 1 (the byte to the left) or 2 (the byte above), as PNG stores them."""
    rows, _, channels = pixels.shape
    lines, above = [], np.zeros(pixels[0].size, np.uint8)
    for row, kind in zip(pixels.reshape(rows, -1), filters, strict=True):
        left = np.concatenate([np.zeros(channels, np.uint8), row[:-channels]])
        lines.append(bytes([kind]) + (row - (0, left, above)[kind]).astype(np.uint8).tobytes())
        above = row
    return b"".join(lines)


def in_red_first(plain):
    pixels = plain.pixels
    if plain.red_first or pixels.shape[2] == 1:
        return pixels
    return pixels[..., [2, 1, 0, 3][: pixels.shape[2]]]


@pytest.fixture(params=["isal.isal_zlib", "zlib"])
def inflater(request, monkeypatch):
    """Both that may be there: what is read must not depend on it."""
    monkeypatch.setattr(module, "_inflate", pytest.importorskip(request.param))


pictures = st.tuples(
    st.integers(1, 40), st.integers(1, 300), st.sampled_from([1, 3, 4]), st.integers(0, 99), st.booleans()
)


@given(size=pictures, parts=st.integers(1, 5), data=st.data())
@settings(max_examples=60)
def test_pixels_are_those_that_pillow_gives(size, parts, data):
    rows, columns, channels, seed, plain_rows = size
    pixels = np.random.default_rng(seed).integers(0, 256, (rows, columns, channels), np.uint8)
    kinds = [0] * rows if plain_rows else data.draw(st.lists(st.integers(0, 2), min_size=rows, max_size=rows))
    content = png(zlib.compress(filtered(pixels, kinds)), rows, columns, channels, parts=parts)
    found = in_red_first(plain_png(FILE, content))
    np.testing.assert_array_equal(found, pixels)
    np.testing.assert_array_equal(found, np.asarray(Image.open(io.BytesIO(content))).reshape(pixels.shape))


@pytest.mark.usefixtures("inflater")
def test_a_large_picture_without_filters_needs_no_other_decoder(monkeypatch):
    pixels = scene(3, 480, 640)
    content = png(zlib.compress(filtered(pixels, [0] * 480)), 480, 640, 3)
    monkeypatch.setattr(module.cv2, "imdecode", lambda *_: pytest.fail("decoded by another"))
    for _ in range(2):  # the second time in the memory of the first
        plain = plain_png(FILE, content)
        assert plain.red_first
        np.testing.assert_array_equal(plain.pixels, pixels)


@pytest.mark.usefixtures("inflater")
@pytest.mark.parametrize(
    "harm",
    [
        lambda packed: packed[:-1] + bytes([packed[-1] ^ 1]),  # the checksum of the pixels
        lambda packed: packed[:-4],
        lambda packed: packed[: len(packed) // 2],
        lambda packed: packed[:1] + bytes([packed[1] ^ 1]) + packed[2:],
        lambda packed: packed[:40] + bytes(8) + packed[48:],
        lambda packed: b"",
        lambda packed: zlib.compress(zlib.decompress(packed)[:-50]),  # too few pixels
        lambda packed: zlib.compress(b"\x09" + zlib.decompress(packed)[1:]),  # no such filter
    ],
)
def test_pixels_that_are_not_whole_are_no_picture(harm):
    packed = zlib.compress(filtered(scene(), [0] * 40))
    assert plain_png(FILE, png(harm(packed), 40, 60, 3)) is None


@pytest.mark.usefixtures("inflater")
def test_no_more_is_unpacked_than_the_picture_holds():
    pixels = scene()
    packed = zlib.compress(filtered(pixels, [0] * 40) + bytes(1 << 26))
    content = png(packed, 40, 60, 3)
    tracemalloc.start()
    plain = plain_png(FILE, content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 21
    np.testing.assert_array_equal(in_red_first(plain), pixels)


def test_what_is_not_plain_is_left_to_others():
    packed = zlib.compress(filtered(scene(), [0] * 40))
    assert plain_png(FILE, b"BM something else") is None
    clear = png(packed, 40, 60, 3).replace(
        chunk(b"IEND", b""), chunk(b"tRNS", bytes(6)) + chunk(b"IEND", b"")
    )
    assert plain_png(FILE, clear) is None
    with pytest.raises(ReadError, match="cut short"):
        plain_png(FILE, png(packed, 40, 60, 3)[:-12])
    with pytest.raises(ReadError, match="checksum"):
        plain_png(FILE, png(packed, 40, 60, 3).replace(b"IDATx", b"IDATy"))  # packed begins with x
