"""Which models there are: those shipped with ThermView and the user's own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from thermview.errors import ModelError, reason
from thermview.inference.card import Kind, ModelCard, card_path
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


def add_model(path: Path, card: ModelCard) -> Path:
    """Copy a model and write its card beside it into the user's models; gives the copy's path.

    A name that is taken gets a number. ModelError where the folder cannot be written; nothing is left then.
    """
    folder = user_models_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target = _free(folder, path.stem)
        partial = target.with_name(target.name + ".part")
        try:
            shutil.copyfile(path, partial)
            card_path(target).write_text(card.model_dump_json(indent=1, exclude_none=True) + "\n", "utf-8")
            partial.replace(target)
        except OSError:
            partial.unlink(missing_ok=True)
            card_path(target).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ModelError(
            f"{path.name}: cannot be copied to {folder} ({error.strerror or reason(error)})"
        ) from None
    return target


def _free(folder: Path, stem: str) -> Path:
    names = (f"{stem}.onnx", *(f"{stem}-{number}.onnx" for number in range(2, 1000)))
    free = (folder / name for name in names)
    return next(path for path in free if not path.exists() and not card_path(path).exists())


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
