"""One small, good file of every format."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import cv2
import h5py
import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

FRAMES = np.random.default_rng(1).integers(0, 200, (9, 8, 10)).astype(np.uint16)


def _npz(**arrays: NDArray[np.generic]) -> bytes:
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays)
    return packed.getvalue()


def _stored_npz() -> bytes:
    packed = io.BytesIO()
    np.savez(packed, image=FRAMES)
    return packed.getvalue()


def _npy() -> bytes:
    packed = io.BytesIO()
    np.save(packed, FRAMES)
    return packed.getvalue()


def _picture(format_: str) -> bytes:
    colours = np.random.default_rng(2).integers(0, 255, (12, 16, 3)).astype(np.uint8)
    packed = io.BytesIO()
    Image.fromarray(colours).save(packed, format_)
    return packed.getvalue()


def _tiff(compression: str | None) -> bytes:
    packed = io.BytesIO()
    tifffile.imwrite(packed, FRAMES, compression=compression, photometric="minisblack")
    return packed.getvalue()


def _csv() -> bytes:
    rows = ["Camera;A65", ""] + [";".join(f"{value:.2f}" for value in row) + ";" for row in FRAMES[0] / 7]
    return "\r\n".join(rows).encode("utf-8-sig")


def _hdf5() -> bytes:
    packed = io.BytesIO()
    with h5py.File(packed, "w") as document:
        data = document.create_group("entry/data")
        data.attrs.update({"NX_class": "NXdata", "signal": "counts", "axes": ["time", "y", "x"]})
        data.create_dataset("counts", data=FRAMES, chunks=(3, 8, 10), compression="gzip")
        times = data.create_dataset("time", data=np.arange(9) * 20.0)
        times.attrs["units"] = "ms"
    return packed.getvalue()


def _lzw_tiff() -> bytes:
    packed = io.BytesIO()
    first, *others = [Image.fromarray(frame) for frame in FRAMES]
    first.save(packed, "TIFF", save_all=True, append_images=others, compression="tiff_lzw")
    return packed.getvalue()


def _film(path: Path, code: str) -> bytes:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*code), 25.0, (64, 48))
    for number in range(9):
        writer.write(np.full((48, 64, 3), (20 * number, 10, 200), np.uint8))
    writer.release()
    return path.read_bytes()


@pytest.fixture(scope="session")
def good_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """File name -> content of a good file of every format."""
    return {
        "video.npz": _npz(image=FRAMES),
        "stored.npz": _stored_npz(),
        "stack.npy": _npy(),
        "picture.png": _picture("PNG"),
        "picture.jpg": _picture("JPEG"),
        "picture.bmp": _picture("BMP"),
        "pages.tiff": _tiff(None),
        "deflated.tif": _tiff("zlib"),
        "table.csv": _csv(),
        "frames.nxs": _hdf5(),
        "packed.tiff": _lzw_tiff(),
        "film.avi": _film(tmp_path_factory.mktemp("film") / "a.avi", "MJPG"),
        "film.mp4": _film(tmp_path_factory.mktemp("film") / "a.mp4", "mp4v"),
    }


@pytest.fixture
def save(tmp_path: Path) -> Callable[[str, bytes], Path]:
    """Write one file into the test's own folder."""

    def write(name: str, content: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


@pytest.fixture
def frames() -> NDArray[np.uint16]:
    """The (9, 8, 10) frames that the good files hold."""
    return FRAMES
