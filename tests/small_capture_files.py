"""Small real files for tests: laser batches and palette pictures."""

from __future__ import annotations

import pickle
from pathlib import Path

import cv2
import numpy as np

FRAMES, ROWS, COLUMNS = 400, 12, 16


def laser_frames(rng: np.random.Generator, frames: int = FRAMES) -> np.ndarray:
    """A spot that circles every 9.87 frames over read noise, (frames, 12, 16) uint16."""
    at = np.arange(frames) / 9.87 * 2 * np.pi
    columns, rows = 8 + 4 * np.cos(at), 6 + 3 * np.sin(at)
    x = np.exp(-((np.arange(COLUMNS) - columns[:, None]) ** 2) / 4)
    y = np.exp(-((np.arange(ROWS) - rows[:, None]) ** 2) / 4)
    noise = rng.poisson(0.05, (frames, ROWS, COLUMNS))
    return (150 * y[:, :, None] * x[:, None, :] + noise).astype(np.uint16)


def metadata_of(index: int, frames: int = FRAMES, obstacle: tuple[int, int] = (100, 150)) -> dict[str, int]:
    """The ten keys of one recording, with one obstacle."""
    return {
        "Index": index, "KeyfIniObstacle1": obstacle[0], "KeyfEndObstacle1": obstacle[1],
        "KeyfIniObstacle2": -1, "KeyfEndObstacle2": -1, "LeftBordPx": 5, "RightBordPx": 5 + COLUMNS - 1,
        "SupBordPx": 3, "InfBordPx": 3 + ROWS - 1, "SizeInFrames": frames,
    }  # fmt: skip


def write_batch(folder: Path, first: int, recordings: int, rng: np.random.Generator) -> None:
    """`recordings` videos numbered from `first`, and their metadata."""
    folder.mkdir(parents=True)
    metadata = {}
    for number in range(first, first + recordings):
        np.savez_compressed(folder / f"{number:04d}.npz", image=laser_frames(rng))
        metadata[f"{number:04d}"] = metadata_of(int(folder.name.removeprefix("Type")))
    (folder / "metadata.pkl").write_bytes(pickle.dumps(metadata))


def write_picture(path: Path, rng: np.random.Generator, rows: int = 48, columns: int = 64) -> None:
    """A picture of palette colours with one warm blob."""
    path.parent.mkdir(parents=True, exist_ok=True)
    y, x = np.mgrid[:rows, :columns]
    at = rng.uniform(0.3, 0.7, 2)
    blob = np.exp(-(((y / rows - at[0]) ** 2 + (x / columns - at[1]) ** 2) / 0.02))
    grey = (40 + 180 * blob + rng.normal(0, 3, blob.shape)).clip(0, 255).astype(np.uint8)
    assert cv2.imwrite(str(path), cv2.applyColorMap(grey, cv2.COLORMAP_INFERNO))
