"""Whatever lies in a folder: each file gives frames or one sentence, the window goes on, nothing is executed."""

from __future__ import annotations

import io
import os
import pickle
import struct
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from window_story import WAIT_MS, keep_picture

from thermview.gui.main_window import MainWindow

LONG = "n" * 180


class Payload:
    """Makes a file when it is unpickled: it must never be."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return (open, (str(self.path), "w"))


def npz(**arrays: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def header_only(shape: str, dtype: str = "<u2") -> bytes:
    """An .npy that promises an array and brings none of it."""
    head = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    head += b" " * (63 - (10 + len(head)) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head


def zipped(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def png(frame: np.ndarray) -> bytes:
    done, data = cv2.imencode(".png", frame)
    assert done
    return bytes(data)


def hostile_files(trap: Path) -> dict[str, bytes]:
    """Contents by name; `trap` is the file that appears if anything is executed."""
    rng = np.random.default_rng(2)
    frames = rng.poisson(40, (900, 12, 16)).astype(np.uint16)
    whole, picture = npz(image=frames), png(rng.integers(0, 255, (40, 50, 3), np.uint8))
    return {
        "good.npz": whole,
        "empty.npz": b"",
        "text.npz": b"these are words\n" * 50,
        "cut in half.npz": whole[: len(whole) // 2],
        "cut at the end.npz": whole[:-30],
        "cut data.npz": zipped("image.npy", header_only("(900, 12, 16)") + frames.tobytes()[: 200 * 384]),
        "flipped.npz": bytes(b ^ 0xFF if n in range(2000, 2040) else b for n, b in enumerate(whole)),
        "huge.npz": zipped("image.npy", header_only("(10000000, 4000, 4000)")),
        "overflow.npz": zipped("image.npy", header_only("(9223372036854775807, 9223372036854775807, 7)")),
        "negative.npz": zipped("image.npy", header_only("(-1, 4, 4)")),
        "objects.npz": npz(image=np.array([Payload(trap)], object)),
        "objects.npy": b"".join((header_only("(1,)", "|O"), pickle.dumps(Payload(trap)))),
        "complex.npz": npz(image=np.ones((3, 4, 4), np.complex64)),
        "five axes.npz": npz(image=np.ones((2, 2, 2, 2, 2), np.uint8)),
        "no frames.npz": npz(image=np.ones((0, 4, 4), np.uint8)),
        "no pixels.npz": npz(image=np.ones((4, 0, 0), np.uint8)),
        "no arrays.npz": npz(),
        "other arrays.npz": npz(labels=np.array(["a", "b"])),
        "nan.npy": npy(np.full((3, 5, 7), np.nan, np.float32)),
        "inf.npy": npy(np.full((3, 5, 7), np.inf)),
        "extreme.npy": npy(np.array([[[1e308, -1e308], [5e-324, 0]]])),
        "one pixel.npy": npy(np.ones((1, 1, 1))),
        "good.png": picture,
        "empty.png": b"",
        "cut.png": picture[: len(picture) // 2],
        "text.png": b"no picture",
        "wide.png": png(np.zeros((1, 20_000), np.uint8)),
        "bomb.png": bomb(),
        "text.tiff": b"II*\x00" + b"\xff" * 100,
        "text.csv": "a;b\n1;2\n한국;어\n".encode(),
        "zeros.h5": bytes(4096),
        "text.avi": b"RIFF....AVI nothing",
        "<b>bold<b>&amp;.npz": whole,
        f"{LONG}.npz": whole,
        "한국어 이름.npz": whole,
        "two\nlines.npz": b"damaged",
        "\u202enpz.txt.npz": whole,
    }


def npy(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def bomb() -> bytes:
    """A picture file that promises 100 000 x 100 000 pixels."""
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(99)))
        + chunk(b"IEND", b"")
    )


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    return tmp_path / "executed"


@pytest.fixture
def folder(tmp_path: Path, trap: Path) -> Path:
    """Everything that may lie in a folder, with odd neighbours."""
    made = tmp_path / "hostile" / "Type3"
    made.mkdir(parents=True)
    for name, content in hostile_files(trap).items():
        (made / name).write_bytes(content)
    (made / "metadata.pkl").write_bytes(pickle.dumps({"good": Payload(trap)}))
    (made / "annotations.json").write_text('{"images": [' + "[" * 5000)
    (made / "pictures.zip").write_bytes(b"PK\x03\x04 no archive")
    (made / "a folder.npz").mkdir()
    if os.name == "posix":
        (made / "loop").symlink_to(made)
        (made / "nowhere.npz").symlink_to(made / "gone.npz")
        os.mkfifo(made / "pipe.npz")
        (made / os.fsdecode(b"\xff\xfe.npz")).write_bytes(b"x")
    return made.parent


def open_folder(qtbot, window: MainWindow, folder: Path) -> list[str]:
    session = window.session
    session.open_capture(folder)
    qtbot.waitUntil(lambda: not session.browsing.scanning, timeout=WAIT_MS)
    assert session.browsing.index is not None
    return [path for path in session.browsing.index.paths()]


def test_step_through_everything(qtbot, window: MainWindow, folder: Path, trap: Path) -> None:  # type: ignore[no-untyped-def]
    session = window.session
    paths = open_folder(qtbot, window, folder)
    assert len(paths) >= len(hostile_files(trap))
    first = session.browsing.sequence(paths[0])[0]
    session.select(folder / first)
    shown, refused = set(), {}
    seen: set[Path] = set()
    while True:
        qtbot.waitUntil(lambda: session.opening is None, timeout=WAIT_MS)
        selected = session.selected
        assert selected is not None
        if selected in seen:
            break
        seen.add(selected)
        if session.recording is None:
            refused[selected.name] = session.problem
        else:
            shown.add(selected.name)
            for key in (Qt.Key.Key_End, Qt.Key.Key_Home, Qt.Key.Key_C, Qt.Key.Key_F):
                QTest.keyClick(window, key)
                QTest.qWait(5)
        window.grab()
        window.action("next_recording").trigger()
        QTest.qWait(1)
    assert {path.relative_to(folder).as_posix() for path in seen} == set(session.browsing.sequence(paths[0]))
    for name, sentence in refused.items():
        assert sentence.strip(), name
        assert "\n" not in sentence, name
        assert "Traceback" not in sentence, name
        assert len(sentence) < 600, name
    assert {
        "good.npz",
        "good.png",
        f"{LONG}.npz",
        "한국어 이름.npz",
        "<b>bold<b>&amp;.npz",
        "nan.npy",
    } <= shown
    assert {"empty.npz", "text.npz", "huge.npz", "objects.npz", "objects.npy", "empty.png"} <= set(refused)
    assert not trap.exists(), "a file was executed"
    keep_picture(window, "hostile-last")


@pytest.mark.parametrize("dress", ["dark", "light"])
@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080)])
def test_long_and_odd_names_fit(qtbot, window: MainWindow, folder: Path, dress: str, size) -> None:  # type: ignore[no-untyped-def]
    session = window.session
    window.set_theme(dress)
    window.resize(*size)
    window.reset_layout()
    open_folder(qtbot, window, folder)
    for name, label in (
        (f"{LONG}.npz", "long"),
        ("two\nlines.npz", "refused"),
        ("<b>bold<b>&amp;.npz", "markup"),
    ):
        session.select(folder / "Type3" / name)
        qtbot.waitUntil(lambda: session.opening is None, timeout=WAIT_MS)
        if session.recording is not None:
            session.flagged.flag(0, 5, "reason " * 30, "<i>note</i> " * 60)
        window.docks["Details"].raise_()
        keep_picture(window, f"hostile-{label}-{dress}-{size[0]}")
        assert (window.width(), window.height()) == size
    window.docks["Flags"].raise_()
    keep_picture(window, f"hostile-flags-{dress}-{size[0]}")


def test_scoring_everything_tells_of_each_failure(
    qtbot, window: MainWindow, folder: Path, trap: Path
) -> None:  # type: ignore[no-untyped-def]
    session = window.session
    open_folder(qtbot, window, folder)
    window.action("score_all").trigger()
    qtbot.waitUntil(lambda: not session.jobs, timeout=WAIT_MS)
    assert "Type3/empty.npz" in session.browsing.errors or not session.scored.badges
    said: list[str] = []
    session.message.connect(said.append)
    session.measure_densities()
    qtbot.waitUntil(lambda: not session.jobs, timeout=WAIT_MS)
    assert not [text for text in said if "stopped" in text]  # that is how an error nobody foresaw is told
    assert not trap.exists()
    keep_picture(window, "hostile-scored")


def test_the_folder_goes_away_while_it_is_open(qtbot, window: MainWindow, folder: Path) -> None:  # type: ignore[no-untyped-def]
    session = window.session
    open_folder(qtbot, window, folder)
    session.select(folder / "Type3" / "good.npz")
    qtbot.waitUntil(lambda: session.recording is not None, timeout=WAIT_MS)
    folder.rename(folder.with_name("moved away"))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_F, Qt.Key.Key_S, Qt.Key.Key_J, Qt.Key.Key_J, Qt.Key.Key_F5):
        QTest.keyClick(window, key)
        QTest.qWait(50)
    qtbot.waitUntil(lambda: not session.jobs and session.opening is None, timeout=WAIT_MS)
    assert "\n" not in session.problem
    keep_picture(window, "hostile-folder-gone")
