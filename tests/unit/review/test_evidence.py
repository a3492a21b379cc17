"""Nothing is written into a capture or onto a recording."""

from __future__ import annotations

from pathlib import Path

import pytest

from thermview.errors import ExportError
from thermview.review.evidence import check_outside


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
