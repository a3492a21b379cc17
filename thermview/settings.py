"""A table of settings, kept as JSON in the user's config folder."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from thermview.errors import StoreError, reason
from thermview.paths import config_folder


@dataclass(frozen=True)
class Setting:
    """One row of the table: its key, default and what it does in a few words."""

    key: str
    default: Any
    text: str
    choices: tuple[Any, ...] = ()


SETTINGS: tuple[Setting, ...] = (
    Setting("theme", "system", "Colours of the window", ("system", "dark", "light")),
    Setting("palette", "inferno", "Palette of newly opened recordings"),
    Setting(
        "scale_mode", "min-max", "Scale of newly opened recordings", ("min-max", "percentile", "3 sigma")
    ),
    Setting("temperature_unit", "°C", "Temperatures are read in", ("°C", "°F", "K")),
    Setting(
        "peak_hold",
        True,
        "While frames are skipped in play, show each pixel's maximum since the last repaint",
    ),
    Setting("frame_cache_mb", 256, "Memory for frames at hand, in MB"),
    Setting("author", "", "Name written into flags (empty: that of the account)"),
    Setting("picture_model", "", "Model that describes pictures (empty: the one that comes with ThermView)"),
    Setting("recent", [], "Captures opened lately"),
    Setting("compare", {}, "How two recordings stand side by side"),
    Setting("window", {}, "Size and docks of the window"),
)
_BY_KEY = {setting.key: setting for setting in SETTINGS}


class Settings:
    """Values of the table; unknown keys of the file are kept, wrong types fall back to the default."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or config_folder() / "settings.json"
        self._values: dict[str, Any] = {}
        try:
            values = json.loads(self._path.read_text("utf-8"))
        except (OSError, ValueError, RecursionError):
            values = {}  # absent or damaged: the defaults serve, and the next save mends the file
        if isinstance(values, dict):
            self._values = values

    def __getitem__(self, key: str) -> Any:
        setting = _BY_KEY[key]
        value = self._values.get(key, setting.default)
        # not isinstance: a bool is an int to Python, but no number to a person
        if type(value) is not type(setting.default) or (setting.choices and value not in setting.choices):
            value = setting.default
        return copy(value)  # a list or table of the caller's own: only what is set is kept

    def __setitem__(self, key: str, value: Any) -> None:
        """Change and save; raises StoreError where the file cannot be written."""
        _BY_KEY[key]
        if self._values.get(key, _BY_KEY[key].default) == value:
            return
        self._values[key] = value
        self.save()

    def save(self) -> None:
        """Write the file whole or not at all."""
        temporary = self._path.with_suffix(".tmp")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # ASCII: a path whose name is no text in this system's encoding is kept all the same
            temporary.write_text(json.dumps(self._values, indent=1), "ascii")
            os.replace(temporary, self._path)
        except OSError as error:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise StoreError(f"Settings could not be saved ({reason(error)}).") from error
