"""What a file has, not what a decoder makes of it, and nothing raised whatever it holds."""

import cv2
import numpy as np
import pytest
import tifffile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from unit.diagnosis.picture_sets import lying_png, scene, with_alpha, write

from thermview.diagnosis.scan_look import SEVERAL_FRAMES, look_at
from thermview.diagnosis.sessions import picture_hash
from thermview.diagnosis.table import LOOK, Alpha, Status
from thermview.readers.picture import MAX_PIXELS


def looked(root, name):
    look = look_at(root, name)
    record = np.zeros(1, LOOK)
    record[0] = look.values
    return record[0], look


def test_all_columns_of_a_plain_picture(tmp_path):
    pixels = scene(rows=37, columns=53)
    write(tmp_path / "a.png", pixels)
    record, look = looked(tmp_path, "a.png")
    assert (record["status"], record["channels"], record["bits"], record["alpha"]) == (
        Status.READ,
        3,
        8,
        Alpha.NONE,
    )
    assert (record["columns"], record["rows"]) == (53, 37)
    assert record["mean"] == pytest.approx(pixels.mean(), abs=1e-4)
    assert record["sd"] == pytest.approx(pixels.std(), abs=1e-4)
    assert record["blur"] == pytest.approx(
        cv2.Laplacian(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), cv2.CV_64F).var()
    )
    assert int(record["hash"]) == picture_hash(pixels)
    for channel in range(3):
        np.testing.assert_array_equal(
            look.histogram[channel], np.bincount(pixels[..., channel].ravel(), minlength=256)
        )
    small = cv2.resize(pixels, look.small.shape[:2], interpolation=cv2.INTER_AREA)
    np.testing.assert_array_equal(look.small, small)


def test_channels_and_bits_are_those_of_the_file(tmp_path):
    colours, grey = scene(), scene()[..., 0]
    write(tmp_path / "grey.png", grey)
    write(tmp_path / "opaque.png", with_alpha(colours))
    write(tmp_path / "clear.png", with_alpha(colours, 254))
    write(tmp_path / "deep.png", grey.astype(np.uint16) * 257)
    Image.fromarray(np.dstack([grey, grey])).save(tmp_path / "grey alpha.png")
    Image.fromarray(colours).quantize(8).save(tmp_path / "table.png")
    Image.fromarray(colours).quantize(8).save(tmp_path / "clear table.png", transparency=0)
    Image.fromarray(grey > 99).save(tmp_path / "black and white.png")
    write(tmp_path / "a.jpg", colours)
    write(tmp_path / "grey.jpg", grey)
    Image.fromarray(with_alpha(colours), "CMYK").save(tmp_path / "ink.jpg")
    write(tmp_path / "a.bmp", colours)
    tifffile.imwrite(tmp_path / "counts.tiff", grey.astype(np.uint16) * 100)
    tifffile.imwrite(tmp_path / "celsius.tiff", grey.astype(np.float32) / 7)
    tifffile.imwrite(tmp_path / "colours.tiff", colours, photometric="rgb")
    found = {}
    for path in sorted(tmp_path.iterdir()):
        record, look = looked(tmp_path, path.name)
        assert look.problem == ""
        found[path.name] = (int(record["channels"]), int(record["bits"]), Alpha(record["alpha"]).name)
    assert found == {
        "grey.png": (1, 8, "NONE"),
        "opaque.png": (4, 8, "OPAQUE"),
        "clear.png": (4, 8, "TRANSPARENT"),
        "deep.png": (1, 16, "NONE"),
        "grey alpha.png": (2, 8, "TRANSPARENT"),
        "table.png": (3, 8, "NONE"),
        "clear table.png": (4, 8, "TRANSPARENT"),
        "black and white.png": (1, 1, "NONE"),
        "a.jpg": (3, 8, "NONE"),
        "grey.jpg": (1, 8, "NONE"),
        "ink.jpg": (4, 8, "NONE"),
        "a.bmp": (3, 8, "NONE"),
        "counts.tiff": (1, 16, "NONE"),
        "celsius.tiff": (1, 32, "NONE"),
        "colours.tiff": (3, 8, "NONE"),
    }


def test_sixteen_bits_are_brought_to_the_range_of_eight(tmp_path):
    grey = scene()[..., 0]
    write(tmp_path / "deep.png", grey.astype(np.uint16) * 256 + 17)
    record, look = looked(tmp_path, "deep.png")
    assert record["mean"] == pytest.approx(grey.mean(), abs=1e-4)
    np.testing.assert_array_equal(look.histogram[0], np.bincount(grey.ravel(), minlength=256))


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (50, 1), (2, 3)])
def test_the_smallest_pictures_are_pictures(tmp_path, size):
    write(tmp_path / "a.png", scene(rows=size[0], columns=size[1]))
    record, look = looked(tmp_path, "a.png")
    assert record["status"] == Status.READ
    assert look.histogram.sum() == 3 * size[0] * size[1]


def test_a_header_that_lies_is_refused_before_memory_is_asked_for(tmp_path):
    (tmp_path / "a.png").write_bytes(lying_png())
    record, look = looked(tmp_path, "a.png")
    assert record["status"] == Status.UNREADABLE
    assert "a.png" in look.problem
    assert "too large" in look.problem
    assert MAX_PIXELS < 90_000 * 90_000


def test_a_film_in_a_tiff_is_no_picture(tmp_path):
    tifffile.imwrite(tmp_path / "a.tiff", np.zeros((3, 9, 9), np.uint8), photometric="minisblack")
    assert looked(tmp_path, "a.tiff")[0]["status"] == SEVERAL_FRAMES


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    write(folder / "a.png", with_alpha(scene()))
    return folder, (folder / "a.png").read_bytes(), looked(folder, "a.png")[0]


@given(at=st.integers(0, 10**6), bit=st.integers(0, 7), cut=st.booleans())
def test_a_damaged_picture_is_never_read_as_another_one(whole, at, bit, cut):
    folder, content, good = whole
    at %= len(content)
    damaged = content[:at] if cut else content[:at] + bytes([content[at] ^ 1 << bit]) + content[at + 1 :]
    (folder / "b.png").write_bytes(damaged)
    record, look = looked(folder, "b.png")
    if record["status"] == Status.READ:  # the damage is in a part that says nothing about pixels
        assert record["hash"] == good["hash"]
        assert record["mean"] == good["mean"]
    elif at:
        assert look.problem.count("\n") == 0
        assert "b.png" in look.problem
