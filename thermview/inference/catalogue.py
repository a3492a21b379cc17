"""Which models there are: those shipped with ThermView and the user's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from thermview.errors import ModelError, reason
from thermview.inference.card import Kind, ModelCard
from thermview.inference.session import card_of
from thermview.paths import data_folder, models_folder

DEFAULTS: dict[Kind, str] = {"laser score": "laser_generic.onnx", "embedding": "picture_embedding.onnx"}
"""The shipped model of a kind that is used unless the user's own folder or choice says otherwise."""


@dataclass(frozen=True)
class CatalogueEntry:
    """One model file: its card, or the sentence that says why it cannot be used."""

    path: Path
    shipped: bool
    card: ModelCard | None
    problem: str = ""


def user_models_folder() -> Path:
    """Where the user's own models lie; not created here."""
    return data_folder() / "models"


def catalogue() -> tuple[CatalogueEntry, ...]:
    """All models, shipped ones first, each folder by name; a bad one is listed with its problem."""
    return tuple([*_entries(models_folder(), True), *_entries(user_models_folder(), False)])


def _entries(folder: Path, shipped: bool) -> Iterator[CatalogueEntry]:
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".onnx")
    except FileNotFoundError:
        return
    except OSError as error:
        yield CatalogueEntry(
            folder, shipped, None, f"{folder.name}: the folder cannot be read ({reason(error)})"
        )
        return
    for path in paths:
        try:
            yield CatalogueEntry(path, shipped, card_of(path))
        except ModelError as error:
            yield CatalogueEntry(path, shipped, None, str(error))


def default_model(kind: Kind) -> Path:
    """The shipped model of a kind; else the first usable one of that kind; ModelError where there is none."""
    named = models_folder() / DEFAULTS.get(kind, "")
    if named.is_file():
        return named
    for entry in catalogue():
        if entry.card is not None and entry.card.kind == kind:
            return entry.path
    raise ModelError(f"No {kind} model is installed; put one with its card into {user_models_folder()}.")
