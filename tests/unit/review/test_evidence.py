"""Nothing is written into a capture or onto a recording."""

from __future__ import annotations

from pathlib import Path

import pytest

from thermview.errors import ExportError
from thermview.review.evidence import check_file_place, check_outside


@pytest.mark.parametrize(
    "target", ["capture", "capture/out", "capture/a/b/out.csv", "capture/../capture/x", "link/x"]
)
def test_places_in_a_capture_are_refused(tmp_path: Path, target: str) -> None:
    (tmp_path / "capture" / "a").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "capture")
    with pytest.raises(ExportError, match="never written to"):
        check_outside(tmp_path / target, [tmp_path / "other", tmp_path / "capture"])


def test_places_beside_a_capture_are_fine(tmp_path: Path) -> None:
    (tmp_path / "capture").mkdir()
    (tmp_path / "capture" / "a.npy").touch()
    check_outside(tmp_path / "capture-2" / "out", [tmp_path / "capture"])
    check_outside(
        tmp_path / "capture" / "b.csv", [tmp_path / "capture" / "a.npy"]
    )  # a file alone is no folder


def test_a_place_for_a_file_is_tried_and_left_as_it_was(tmp_path: Path) -> None:
    check_file_place(tmp_path / "model.onnx", [])
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_is_none_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ExportError, match="there is no folder"):
        check_file_place(tmp_path / "missing" / "model.onnx", [])
    with pytest.raises(ExportError, match="is a folder"):
        check_file_place(tmp_path, [])
    with pytest.raises(ExportError, match="never written to"):
        check_file_place(tmp_path / "new", [tmp_path])

    def read_only(**_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("thermview.review.evidence.TemporaryFile", read_only)
    with pytest.raises(ExportError, match=r"nothing can be written there .Read-only file system"):
        check_file_place(tmp_path / "model.onnx", [])
