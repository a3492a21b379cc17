"""How good an embedding is on real thermal pictures, of which it saw none in training.

A handful of camera files is no picture set with classes, but two things can be asked of them: whether views of
one scene that share no pixel lie closer to each other than to other scenes, and whether a picture seen anew
(another level and span, palette, cut, a turn, noise) still lies closest to itself.

    python models/train/real_pictures.py FOLDER [MODEL.onnx ...]      FOLDER holds camera files

With --card the figures are written into the card of the first model.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from embedding_figures import pixel_components, table
from numpy.typing import NDArray

from thermview.errors import ReadError
from thermview.inference import Model, open_model
from thermview.inference.pictures import embed, picture_tensor
from thermview.readers import open_recording
from thermview.recording import APPARENT_TEMPERATURE
from thermview.thermal.palettes import palette

SIDE = 112
VIEWS = 6
"""Views cut from each quarter of a scene."""
LEAST = 100
"""Scenes with fewer rows or columns have quarters too small to say anything."""
_PALETTES = ("inferno", "iron", "grey", "rainbow")
CIRCUMSTANCES = (
    "Scenes of camera files, first frames. same_scene: nearest view of another quarter of any scene is of the "
    "same scene; same_scene_auroc: views of a scene's other quarters over views of other scenes; seen_anew: a "
    "scene with another level, span, palette, cut, turn and noise is nearest to itself."
)
Pictures = NDArray[np.uint8]
Embed = Callable[[Pictures], NDArray[np.float32]]


@dataclass(frozen=True)
class Views:
    """n pictures (n, SIDE, SIDE, 3); `scenes` and `quarters` (n,) say what they show."""

    pictures: Pictures
    scenes: NDArray[np.intp]
    quarters: NDArray[np.intp]


def scenes_in(folder: Path) -> list[NDArray[np.float32]]:
    """The first frame of every camera file that holds temperatures, as shares of its own range."""
    found: list[NDArray[np.float32]] = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        try:
            recording = open_recording(path)
        except ReadError:
            continue
        if recording.quantity == APPARENT_TEMPERATURE:
            frame = np.asarray(recording.frame(0), np.float32)
            low, high = np.nanpercentile(frame, (0.5, 99.5))
            frame = np.nan_to_num((frame - low) / max(float(high - low), 1e-3), nan=0.0)
            if min(frame.shape) >= LEAST and not _seen(frame, found):
                found.append(frame)
        recording.close()
    return found


def _seen(frame: NDArray[np.float32], before: Sequence[NDArray[np.float32]]) -> bool:
    """Whether a file is another's copy or its next frame."""
    small = cv2.resize(frame, (24, 24), interpolation=cv2.INTER_AREA).ravel()
    others = (cv2.resize(other, (24, 24), interpolation=cv2.INTER_AREA).ravel() for other in before)
    return any(np.corrcoef(small, other)[0, 1] > 0.9 for other in others)


def quarter_views(scenes: Sequence[NDArray[np.float32]], seed: int = 0) -> Views:
    """Cuts of each quarter of each scene, in inferno; cuts of different quarters share no pixel."""
    rng = np.random.default_rng(seed)
    rows = []
    for scene, field in enumerate(scenes):
        height, width = (side // 2 for side in field.shape)
        for quarter in range(4):
            down, right = divmod(quarter, 2)
            part = field[down * height : (down + 1) * height, right * width : (right + 1) * width]
            rows += [(_drawn(_cut(part, rng, 0.7), "inferno"), scene, quarter) for _ in range(VIEWS)]
    pictures, codes, quarters = zip(*rows, strict=True)
    return Views(np.stack(pictures), np.array(codes), np.array(quarters))


def seen_anew(scenes: Sequence[NDArray[np.float32]], seed: int = 1) -> tuple[Views, Views]:
    """Each scene as it is, and VIEWS times anew."""
    rng = np.random.default_rng(seed)
    plain = np.stack([_drawn(_resized(field), "inferno") for field in scenes])
    numbers = np.arange(len(scenes))
    anew = []
    for field in scenes:
        for _ in range(VIEWS):
            cut = _turned(_cut(field, rng, 0.75), rng)
            cut = cut * rng.uniform(0.6, 1.3) + rng.uniform(-0.15, 0.15)
            noisy = cut + rng.normal(0, rng.uniform(0, 0.03), cut.shape)
            anew.append(_drawn(noisy.astype(np.float32), str(rng.choice(_PALETTES))))
    nowhere = np.zeros(len(anew), np.intp)
    return Views(plain, numbers, numbers * 0), Views(np.stack(anew), np.repeat(numbers, VIEWS), nowhere)


def _cut(field: NDArray[np.float32], rng: np.random.Generator, least: float) -> NDArray[np.float32]:
    share = rng.uniform(least, 1.0)
    rows, columns = (max(8, int(side * share)) for side in field.shape)
    top, left = (
        int(rng.integers(side - part + 1)) for side, part in zip(field.shape, (rows, columns), strict=True)
    )
    cut = field[top : top + rows, left : left + columns]
    return _resized(cut[:, ::-1] if rng.random() < 0.5 else cut)


def _resized(field: NDArray[np.float32]) -> NDArray[np.float32]:
    how = cv2.INTER_AREA if field.size > SIDE * SIDE else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(np.ascontiguousarray(field), (SIDE, SIDE), interpolation=how), np.float32)


def _turned(field: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    middle = (SIDE - 1) / 2
    turn = cv2.getRotationMatrix2D((middle, middle), float(rng.uniform(-10, 10)), 1.0)
    return np.asarray(cv2.warpAffine(field, turn, (SIDE, SIDE), borderMode=cv2.BORDER_REFLECT), np.float32)


def _drawn(field: NDArray[np.float32], name: str) -> Pictures:
    return np.asarray(palette(name)[np.rint(np.clip(field, 0, 1) * 255).astype(np.uint8)], np.uint8)


def figures(describe: Embed, quarters: Views, plain: Views, anew: Views) -> dict[str, float]:
    """`same_scene`: share of views whose nearest view of any other quarter shows the same scene (chance: 3 of
    4 n - 1). `same_scene_auroc`: chance that a view of the scene's other quarters is nearer than one of another
    scene. `seen_anew`: share of pictures seen anew that lie nearest to their own scene (chance: 1 of n)."""
    near = _cosines(describe(quarters.pictures), describe(quarters.pictures))
    same = quarters.scenes[:, None] == quarters.scenes
    near[same & (quarters.quarters[:, None] == quarters.quarters)] = -np.inf
    nearest = quarters.scenes[near.argmax(axis=1)] == quarters.scenes
    auroc = [_auroc(row[own & np.isfinite(row)], row[~own]) for row, own in zip(near, same, strict=True)]
    again = _cosines(describe(anew.pictures), describe(plain.pictures)).argmax(axis=1) == anew.scenes
    return {
        "same_scene": round(float(nearest.mean()), 3),
        "same_scene_auroc": round(float(np.mean(auroc)), 3),
        "seen_anew": round(float(again.mean()), 3),
    }


def _cosines(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    a, b = (v / np.maximum(np.linalg.norm(v, axis=1, keepdims=True), 1e-9) for v in (one, other))
    return np.asarray(a @ b.T, np.float32)


def _auroc(above: NDArray[np.float32], below: NDArray[np.float32]) -> float:
    ordered = np.sort(below)
    sides = np.searchsorted(ordered, above, "left") + np.searchsorted(ordered, above, "right")
    return float(sides.mean() / (2 * len(below)))


def by_model(model: Model) -> Embed:
    """Embeddings through the same code as diagnosis uses."""

    def describe(pictures: Pictures) -> NDArray[np.float32]:
        tensors = [picture_tensor(picture, model.card) for picture in pictures]
        parts = [embed(model, np.concatenate(tensors[at : at + 64])) for at in range(0, len(tensors), 64)]
        return np.concatenate(parts)

    return describe


def real_figures(folder: Path, ways: dict[str, Embed]) -> dict[str, dict[str, float]]:
    """Figures of each way to describe pictures, on the scenes in a folder."""
    scenes = scenes_in(folder)
    quarters, (plain, anew) = quarter_views(scenes), seen_anew(scenes)
    print(f"{len(scenes)} real scenes, {len(quarters.pictures)} views of quarters")
    return {name: figures(describe, quarters, plain, anew) for name, describe in ways.items()}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("models", type=Path, nargs="*")
    parser.add_argument("--card", action="store_true", help="write the figures into the first model's card")
    options = parser.parse_args()
    models = options.models or [Path(__file__).parents[1] / "picture_embedding.onnx"]
    ways = {path.stem: by_model(open_model(path)) for path in models}
    quarters = quarter_views(scenes_in(options.folder))
    # components learnt on the very pictures that are asked about: more than a fair chance
    ways["pixels, 60 components"] = lambda pictures: pixel_components(pictures, quarters.pictures, 60)
    found = real_figures(options.folder, ways)
    print(table(found))
    if options.card:
        path = models[0].with_suffix(".json")
        card = json.loads(path.read_text("utf-8"))
        card["measured"]["real_pictures"] = {"circumstances": CIRCUMSTANCES, **found}
        path.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
