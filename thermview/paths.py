"""Where ThermView finds what it ships and keeps what it writes."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).parent


def _shipped(name: str) -> Path:
    installed = _PACKAGE / f"_{name}"  # in a wheel
    return installed if installed.is_dir() else _PACKAGE.parent / name  # in a checkout


def models_folder() -> Path:
    """The folder of the shipped models."""
    return _shipped("models")


def resources_folder() -> Path:
    """The folder of icons, palettes, fonts and templates."""
    return _shipped("resources")


def _own(variable: str, default: Path) -> Path:
    return Path(os.environ[variable]) if os.environ.get(variable) else default


def config_folder() -> Path:
    """Settings; `THERMVIEW_CONFIG_DIR` overrides it. Not created here."""
    return _own("THERMVIEW_CONFIG_DIR", platformdirs.user_config_path("thermview", appauthor=False))


def data_folder() -> Path:
    """Flags and review state; `THERMVIEW_DATA_DIR` overrides it. Not created here."""
    return _own("THERMVIEW_DATA_DIR", platformdirs.user_data_path("thermview", appauthor=False))


def cache_folder() -> Path:
    """What may always be deleted (scores, embeddings); `THERMVIEW_CACHE_DIR` overrides it. Not created here."""
    return _own("THERMVIEW_CACHE_DIR", platformdirs.user_cache_path("thermview", appauthor=False))
