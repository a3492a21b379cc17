"""Folders of pictures of every kind that a scan meets, and comparing what scans gave."""

import io
import os
import struct
import zlib

import cv2
import numpy as np
import tifffile
from PIL import Image
from unit.diagnosis.small_capture import name_of

from thermview.diagnosis.scan import scan_pictures
from thermview.jobs import last_result


def scene(seed=0, rows=40, columns=60):
    """A smooth coloured scene (rows, columns, 3): no two seeds look alike."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (5, 6, 3), dtype=np.uint8)
    return cv2.resize(coarse, (columns, rows), interpolation=cv2.INTER_CUBIC)


def write(path, pixels, **arguments):
    """Write RGB, RGBA or grey pixels as the suffix says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, **arguments)


def with_alpha(pixels, alpha=255):
    return np.dstack([pixels, np.full(pixels.shape[:2], alpha, np.uint8)])


def write_set(root, classes=("Car-Normal", "Car-Overheat", "Pipe-Leak"), sessions=3, frames=4):
    """Class folders of named pictures, a scene a session and noise a frame."""
    rng = np.random.default_rng(1)
    for number, name in enumerate(classes):
        for session in range(sessions):
            base = scene(100 * number + session).astype(int)
            for frame in range(frames):
                pixels = np.clip(base + rng.integers(-2, 3, base.shape), 0, 255).astype(np.uint8)
                path = root / name / f"{name_of('CAR', 10 * number + session, frame)}.png"
                write(path, pixels)
                os.utime(path, (1_600_000_000, 1_600_000_000))  # the same keys, and so blocks, every time


def lying_png(columns=90_000, rows=90_000):
    """A PNG that says it has 8,100 million pixels, with right checksums."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 99))
        + chunk(b"IEND", b"")
    )


def write_hostile(root):
    """Class folders in which little is as it should be; gives which names must be problems."""
    good = root / "Pipe-Normal"
    write(good / "good.png", scene(1))
    packed = (good / "good.png").read_bytes()
    (good / "empty.png").write_bytes(b"")
    (good / "truncated.png").write_bytes(packed[: len(packed) // 2])
    (good / "no end.png").write_bytes(packed[:-12])
    (good / "flipped.png").write_bytes(packed[:90] + bytes([packed[90] ^ 0x40]) + packed[91:])
    (good / "text.png").write_text("no picture at all")
    (good / "lying.png").write_bytes(lying_png())
    (good / "notes.txt").write_text("stays out")
    jpeg = io.BytesIO()
    Image.fromarray(scene(2)).save(jpeg, "JPEG")
    (good / "wrong suffix.png").write_bytes(jpeg.getvalue())
    (good / "cut.jpg").write_bytes(jpeg.getvalue()[:-200])
    (good / "loop").symlink_to(good)
    (good / "gone.png").symlink_to(root / "nowhere.png")
    os.mkfifo(good / "pipe.png")
    (good / "folder.png").mkdir()
    tifffile.imwrite(good / "movie.tiff", np.zeros((3, 8, 8), np.uint8), photometric="minisblack")
    return {"empty", "truncated", "no end", "flipped", "text", "lying", "cut", "gone", "pipe"}


def scanned(root, cache):
    return last_result(scan_pictures(root, cache=cache))


def assert_same_table(a, b):
    """Two tables are equal to the last bit."""
    assert a.paths == b.paths
    assert a.class_names == b.class_names
    assert a.session_names == b.session_names
    assert a.problems == b.problems
    assert a.notices == b.notices
    for name in ("class_codes", "session_codes", "looks", "histograms", "mean_pictures"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name))
    for name in ("object_codes", "state_codes", "site_codes", "days", "hours", "distances_m"):
        np.testing.assert_array_equal(getattr(a.tokens, name), getattr(b.tokens, name))
