from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from onnx_models import CARD, write_model

from thermview.errors import ModelError
from thermview.inference import catalogue, default_model


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    shipped, own = tmp_path / "shipped", tmp_path / "data" / "models"
    shipped.mkdir()
    own.mkdir(parents=True)
    module = importlib.import_module("thermview.inference.catalogue")  # the function has the same name
    monkeypatch.setattr(module, "models_folder", lambda: shipped)
    monkeypatch.setenv("THERMVIEW_DATA_DIR", str(tmp_path / "data"))
    return shipped, own


def test_lists_both_folders_and_problems(folders: tuple[Path, Path]) -> None:
    shipped, own = folders
    write_model(shipped, "good")
    write_model(own, "mine", {**CARD, "name": "mine"})
    (own / "bad.onnx").write_bytes(b"\x00garbage")
    entries = {entry.path.name: entry for entry in catalogue()}
    assert list(entries) == ["good.onnx", "bad.onnx", "mine.onnx"]
    assert entries["good.onnx"].shipped
    assert entries["bad.onnx"].card is None
    assert entries["bad.onnx"].problem.startswith("bad.onnx")
    mine = entries["mine.onnx"]
    assert mine.card is not None
    assert (mine.card.name, mine.shipped) == ("mine", False)


def test_default_falls_back_to_any_of_the_kind(folders: tuple[Path, Path]) -> None:
    with pytest.raises(ModelError, match="No embedding model"):
        default_model("embedding")
    path = write_model(folders[1], "mine")
    assert default_model("embedding") == path


def test_no_folders_is_an_empty_catalogue(folders: tuple[Path, Path]) -> None:
    for folder in folders:
        folder.rmdir()
    assert catalogue() == ()
