"""The table of readers: names, claims, third parties."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import numpy as np
import pytest

import thermview
from thermview.errors import ReadError
from thermview.readers import open_recording, readable, reader, reader_for, reader_issues, registry
from thermview.recording import ArrayRecording, Recording


@pytest.fixture(autouse=True)
def restored_table() -> Iterator[None]:
    """Readers that a test registers are gone after it."""
    readers, suffixes = list(registry._readers), set(registry._suffixes)
    issues, loaded = list(registry._third_party_issues), registry._third_party_loaded
    yield
    registry._readers[:], registry._third_party_issues[:] = readers, issues
    registry._suffixes.clear()
    registry._suffixes.update(suffixes)
    registry._third_party_loaded = loaded


def one_frame(path: Path) -> Recording:
    return ArrayRecording(path.stem, path, "test", np.zeros((1, 2, 3), np.uint8))


@pytest.mark.parametrize(
    "name", ["0001.npz", "A.PNG", "x.jpeg", "배.jpg", "a.b.tiff", "t.csv", "f.h5", "f.mp4", "s.npy"]
)
def test_readable_names(name: str) -> None:
    assert readable(name)


@pytest.mark.parametrize(
    "name", ["npz", ".npz", "0001.npz.part", "metadata.pkl", "Type16.zip", "", "a.", "readme.md"]
)
def test_unreadable_names(name: str) -> None:
    assert not readable(name)


def test_two_hundred_thousand_names_pass_quickly() -> None:
    names = [f"PIP_NOM_21.03.15_CIC_A1016-A1110_D1_{number:06d}_bbox0.png" for number in range(200_000)]
    readable(names[0])
    started = time.thread_time()
    count = sum(map(readable, names))
    seconds = time.thread_time() - started
    assert count == 200_000
    assert seconds < 0.4, f"{seconds:.3f} s; stated goal 0.1 s, gate wide for busy machines"


def test_the_decorator_returns_its_function_and_registers_it(tmp_path: Path) -> None:
    assert reader("test", ".TVX")(one_frame) is one_frame
    assert readable("a.tvx")
    (tmp_path / "a.TVX").write_bytes(b"x")
    assert open_recording(tmp_path / "a.TVX").kind == "test"


def test_a_reader_that_claims_is_asked_first(tmp_path: Path) -> None:
    reader("claiming", ".png", claims=lambda path: path.stem == "mine")(one_frame)
    mine, other = reader_for(tmp_path / "mine.png"), reader_for(tmp_path / "other.png")
    assert mine is not None
    assert mine.name == "claiming"
    assert other is not None
    assert other.name == "picture"


def test_a_claim_that_fails_is_a_read_error(tmp_path: Path) -> None:
    def claims(path: Path) -> bool:
        raise IndexError("nothing there")

    reader("claiming", ".png", claims=claims)(one_frame)
    (tmp_path / "a.png").write_bytes(b"x")
    with pytest.raises(ReadError, match="no claiming"):
        open_recording(tmp_path / "a.png")


def test_whatever_a_reader_raises_becomes_one_sentence(tmp_path: Path) -> None:
    @reader("broken", ".tvx")
    def open_broken(path: Path) -> Recording:
        raise KeyError("line one\nline two")

    (tmp_path / "a.tvx").write_bytes(b"x")
    with pytest.raises(ReadError) as caught:
        open_recording(tmp_path / "a.tvx")
    assert str(caught.value).startswith("a.tvx: damaged, or no broken (")
    assert "\n" not in str(caught.value)


def test_third_party_readers_load_and_a_broken_one_is_an_issue(monkeypatch: pytest.MonkeyPatch) -> None:
    good = EntryPoint("json", "json:loads", registry.ENTRY_POINT_GROUP)
    broken = EntryPoint("acme", "no_such_module:open", registry.ENTRY_POINT_GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda group: [good, broken])
    registry._third_party_loaded = False
    assert [issue for issue in reader_issues() if "acme" in issue]
    assert not [issue for issue in reader_issues() if "json" in issue]
    assert readable("0001.npz")


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("a.xyz", "export it"),
        ("a", "export it"),
        ("Type1.zip", "as a capture"),
        ("a.seq", "FLIR"),
        ("m.pkl", "folder"),
    ],
)
def test_what_no_reader_takes_says_what_to_do(name: str, advice: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"something")
    with pytest.raises(ReadError, match=advice):
        open_recording(tmp_path / name)


def test_importing_the_readers_loads_no_heavy_library() -> None:
    program = (
        "import sys, thermview.readers; print(sorted({'cv2', 'h5py', 'tifffile', 'av'} & set(sys.modules)))"
    )
    root = Path(thermview.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
