"""The pictures of a simulated diagnosis on disk, and diagnoses of sets that have hardly anything."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np
from diagnosis_values import diagnosis_of, hygiene_of, table_of
from PIL import Image

from thermview.diagnosis.results import Diagnosis
from thermview.diagnosis.table import Status


@cache
def simulated_diagnosis() -> Diagnosis:
    """One diagnosis for all tests that do not change it."""
    return diagnosis_of()


def write_pictures(root: Path, diagnosis: Diagnosis) -> Diagnosis:
    """Write a small picture for each row of the table, in its channels and as broken as it says; give its diagnosis."""
    table = diagnosis.table
    for row, path in enumerate(table.paths):
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        status = Status(int(table.looks["status"][row]))
        channels = int(table.looks["channels"][row]) or 3
        pixels = picture_of_row(row, channels)
        Image.fromarray(pixels).save(file, "PNG", compress_level=1)
        if status is Status.EMPTY:
            file.write_bytes(b"")
        elif status is Status.UNREADABLE:
            file.write_bytes(file.read_bytes()[:60])
    return replace(diagnosis, root=root)


def picture_of_row(row: int, channels: int) -> np.ndarray:
    """The pixels written for a row, (12, 16, channels)."""
    pixels = np.random.default_rng(row).integers(0, 256, (12, 16, channels), dtype=np.uint8)
    if channels == 4:
        pixels[..., 3] = 255
    return pixels


def tree_digest(root: Path) -> str:
    """One digest of all names and bytes below a folder, and of their times of change."""
    total = sha256()
    for file in sorted(path for path in root.rglob("*") if path.is_file()):
        total.update(file.relative_to(root).as_posix().encode())
        total.update(file.read_bytes())
        total.update(str(file.stat().st_mtime_ns).encode())
    return total.hexdigest()


def bare_diagnosis(entries=(), **changed) -> Diagnosis:
    """A diagnosis without lenses and findings of pictures (path, class, tokens)."""
    table = table_of(list(entries))
    nothing = np.zeros(0, np.intp)
    values = {
        "root": Path("bare"), "table": table, "hygiene": hygiene_of(table), "generic": None, "domain": None,
        "shared_lowest": nothing, "contamination": (), "splits": (), "grey_zones": (), "findings": (),
        "score_card": (), "model": None, "seconds": 0.0,
    }  # fmt: skip
    return Diagnosis(**(values | changed))
