"""Where things are: shipped ones in wheel and checkout, own ones where the user or the system says."""

from __future__ import annotations

from pathlib import Path

import pytest

from thermview import paths


@pytest.mark.parametrize(
    ("variable", "folder"),
    [
        ("THERMVIEW_CONFIG_DIR", paths.config_folder),
        ("THERMVIEW_DATA_DIR", paths.data_folder),
        ("THERMVIEW_CACHE_DIR", paths.cache_folder),
    ],
)
def test_own_folders_can_be_moved(
    variable: str, folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "mine"))
    assert folder() == tmp_path / "mine"
    assert not (tmp_path / "mine").exists()
    for nothing in (None, ""):
        if nothing is None:
            monkeypatch.delenv(variable)
        else:
            monkeypatch.setenv(variable, nothing)
        assert folder().is_absolute()
        assert "thermview" in str(folder()).lower()


def test_the_three_own_folders_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONFIG", "DATA", "CACHE"):
        monkeypatch.delenv(f"THERMVIEW_{name}_DIR")
    assert len({paths.config_folder(), paths.data_folder(), paths.cache_folder()}) == 3


def test_what_is_shipped_is_there() -> None:
    assert (paths.resources_folder() / "icons" / "folder.svg").is_file()
    assert paths.models_folder().is_dir()


def test_an_installed_package_brings_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site" / "thermview"
    (package / "_models").mkdir(parents=True)
    monkeypatch.setattr(paths, "_PACKAGE", package)
    assert paths.models_folder() == package / "_models"
    assert paths.resources_folder() == tmp_path / "site" / "resources"
