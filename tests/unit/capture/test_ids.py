"""How recordings are named below their capture."""

from __future__ import annotations

from pathlib import Path

import pytest

from thermview.capture.ids import id_of, recording_id


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("Type16/1673.npz", "Type16/1673"),
        ("1673.npz", "1673"),
        ("Type16.zip/1673.npz", "Type16/1673"),
        ("Type16.zip/Type16/1673.npz", "Type16/1673"),
        ("a/Type16.ZIP/b/1673.npz", "a/Type16/b/1673"),
        ("Type16/Type16/1673.npz", "Type16/Type16/1673"),
        (
            "c/PIP_NOM_21.03.15_CIC_A1016-A1110_D1_003078_bbox0.png",
            "c/PIP_NOM_21.03.15_CIC_A1016-A1110_D1_003078_bbox0",
        ),
        ("배-이상/가.png", "배-이상/가"),
        ("noSuffix", "noSuffix"),
    ],
)
def test_the_id_is_the_path_without_suffix(path: str, name: str) -> None:
    root = Path("some") / "capture"
    assert recording_id(root, root / path) == name
    assert id_of(path) == name


def test_outside_of_the_capture_the_bare_name_counts() -> None:
    assert recording_id(Path("a"), Path("b/1.npz")) == "1"
    assert recording_id(Path("a/1.npz"), Path("a/1.npz")) == "1"
    assert recording_id(Path("a/Type1.zip"), Path("a/Type1.zip/0001.npz")) == "0001"
