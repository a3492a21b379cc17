"""A picture set on disk with a made-up diagnosis of it, for tests of the pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from diagnosis_values import diagnosis_of

from thermview.diagnosis.results import Diagnosis
from thermview.jobs import Progress, Steps

_BROKEN = b"this is no picture"


def write_set(folder: Path, diagnosis: Diagnosis) -> None:
    """Small pictures at the table's paths; those that it calls damaged or empty are."""
    rng = np.random.default_rng(2)
    table = diagnosis.table
    for row, path in enumerate(table.paths):
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        status = int(table.looks["status"][row])
        if status:
            file.write_bytes(_BROKEN if status == 1 else b"")
        else:
            shade = 40 + 20 * int(table.class_codes[row])
            pixels = np.clip(rng.normal(shade, 8, (6, 8, 3)), 0, 255).astype(np.uint8)
            assert cv2.imwrite(str(file), pixels)


def made_steps(diagnosis: Diagnosis) -> Callable[..., Callable[[], Steps]]:
    """What runs in place of a true diagnosis: a few steps, then this one."""

    def of(capture: Path, model: Callable[[], Path]) -> Callable[[], Steps]:
        def steps() -> Steps:
            for done in range(3):
                yield Progress(done, 3, None, "files")
            yield Progress(3, 3, replace(diagnosis, root=capture), "files")

        return steps

    return of


def made_diagnosis() -> Diagnosis:
    """The shared one."""
    return diagnosis_of()
