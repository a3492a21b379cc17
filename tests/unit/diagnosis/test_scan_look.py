"""What a file has, not what a decoder makes of it, and nothing raised whatever it holds."""

from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import cv2
import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from unit.diagnosis.picture_sets import lying_png, scene, with_alpha, write

from thermview.diagnosis.scan_blocks import look_at_block
from thermview.diagnosis.scan_look import SEVERAL_FRAMES, look_at
from thermview.diagnosis.sessions import picture_hash
from thermview.diagnosis.table import Alpha, Status
from thermview.readers.picture import MAX_PIXELS


def looked(root, name):
    block = look_at_block(root, [name])
    return block.looks[0], look_at(root, name)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("looked at")


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


@given(
    rows=st.integers(1, 70),
    columns=st.integers(1, 70),
    seed=st.integers(0, 99),
    rough=st.booleans(),
    alpha=st.booleans(),
)
@settings(max_examples=60)
def test_every_figure_is_what_its_definition_says(folder, rows, columns, seed, rough, alpha):
    noise = np.random.default_rng(seed).integers(0, 256, (rows, columns, 3), np.uint8)
    pixels = noise if rough else scene(seed, rows, columns)
    write(folder / "a.png", with_alpha(pixels) if alpha else pixels)
    record, look = looked(folder, "a.png")
    values = pixels.astype(int).ravel().tolist()
    mean = Fraction(sum(values), len(values))
    variance = Fraction(sum(value * value for value in values), len(values)) - mean**2
    assert record["mean"] == np.float32(float(mean))
    assert record["sd"] == np.float32(float(variance) ** 0.5)
    edges = cv2.Laplacian(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), cv2.CV_64F)
    assert record["blur"] == pytest.approx(edges.var(), rel=1e-6, abs=1e-6)
    assert int(record["hash"]) == picture_hash(pixels) == picture_hash(pixels[..., ::-1].copy())
    for channel in range(3):
        counts = np.bincount(pixels[..., channel].ravel(), minlength=256)
        np.testing.assert_array_equal(look.histogram[channel], counts)
    side = look.small.shape[:2]
    np.testing.assert_array_equal(look.small, cv2.resize(pixels, side, interpolation=cv2.INTER_AREA))


def test_a_block_says_of_each_file_what_is_said_of_it_alone(tmp_path):
    sizes = [
        (480, 640),
        (31, 77),
        (300, 500),
        (480, 640),
        (1, 1),
    ]  # some large enough for memory that is used again
    for number, (rows, columns) in enumerate(sizes):
        write(tmp_path / f"{number}.png", with_alpha(scene(number, rows, columns)))
    write(tmp_path / "5.jpg", scene(5, 480, 640))
    (tmp_path / "6.png").write_bytes(b"")
    names = sorted(path.name for path in tmp_path.iterdir())
    alone = [look_at_block(tmp_path, [name]) for name in names]
    with ThreadPoolExecutor(2) as pool:  # two at a time, as a scan does
        blocks = list(pool.map(lambda _: look_at_block(tmp_path, names), range(6)))
    for block in blocks:
        np.testing.assert_array_equal(block.looks, np.concatenate([one.looks for one in alone]))
        for part in ("pictures", "histogram", "small"):
            np.testing.assert_array_equal(block.sums[part][0], sum(one.sums[part][0] for one in alone))


def test_the_largest_pictures_are_counted_whole(tmp_path):
    rows, columns = 4200, 4000  # more pixels than a float32 counts one by one
    cv2.imwrite(str(tmp_path / "a.png"), np.full((rows, columns), 7, np.uint8))
    record, look = looked(tmp_path, "a.png")
    assert (record["mean"], record["sd"], record["blur"]) == (7, 0, 0)
    assert look.histogram[:, 7].tolist() == [rows * columns] * 3


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
