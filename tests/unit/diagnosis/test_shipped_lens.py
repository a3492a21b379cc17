"""The picture embedding that comes with ThermView does what its card says."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from shared_data import SHARED, needs_shared

from thermview.inference import default_model, open_model
from thermview.inference.pictures import check_embedding, embed, picture_of, picture_tensor
from thermview.sample.thermal_scenes import OBJECTS, random_conditions, render_scene

SCRIPT = Path(__file__).parents[3] / "models" / "train" / "picture_embedding.py"


@pytest.fixture(scope="module")
def model():
    return open_model(default_model("embedding"))


def embeddings(model, frames):
    return embed(model, np.concatenate([picture_tensor(picture_of(frame), model.card) for frame in frames]))


def session_frames(rng, code, frames=4):
    conditions = random_conditions(rng)
    return [
        render_scene(rng, code, "Normal", 5.0, conditions, (120, 160), time_s=float(t)).celsius
        for t in range(frames)
    ]


def test_it_is_small_sound_and_gives_1280_numbers(model):
    assert check_embedding(model) == 1280
    assert model.path.stat().st_size <= 12 * 2**20
    assert model.card.kind == "embedding"


def test_the_card_is_honest_about_where_it_comes_from(model):
    assert "simulated" in model.card.description.lower()
    assert "weaker" in model.card.description
    held_out = model.card.measured["held_out"]
    assert model.card.measured["quick"] is False
    for figure in ("class_accuracy", "object_accuracy", "auroc_density", "auroc_novelty"):
        assert held_out["trained"][figure] > held_out["untrained"][figure]
        assert held_out["trained"][figure] > held_out["pixels, 120 components"][figure]


def test_pictures_of_one_object_are_nearer_than_those_of_another(model):
    rng = np.random.default_rng(77)
    frames = {code: [session_frames(rng, code, 1)[0] for _ in range(6)] for code in OBJECTS}
    vectors = np.concatenate([embeddings(model, some) for some in frames.values()])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = vectors @ vectors.T
    codes = np.repeat(np.arange(len(frames)), 6)
    same = codes[:, None] == codes[None]
    others = ~np.eye(len(codes), dtype=bool)
    assert cosines[same & others].mean() > cosines[~same].mean() + 0.1


def test_the_card_says_how_it_does_on_real_pictures(model):
    real = model.card.measured["real_pictures"]
    for figure in ("same_scene", "same_scene_auroc", "seen_anew"):
        assert real["picture_embedding"][figure] > real["untrained_network"][figure]
        assert real["picture_embedding"][figure] > real["pixels, 60 components"][figure]


@needs_shared
def test_real_pictures_are_told_apart_as_the_card_says(model):
    script = SCRIPT.with_name("real_pictures.py")
    told = subprocess.run(
        [sys.executable, script, SHARED / "thermal"],
        check=True,
        capture_output=True,
        text=True,
        cwd=SCRIPT.parent,
    ).stdout
    line = next(line for line in told.splitlines() if line.startswith("picture_embedding"))
    stated = model.card.measured["real_pictures"]["picture_embedding"]
    assert [float(figure) for figure in line.split()[1:]] == pytest.approx(list(stated.values()), abs=0.03)


@pytest.mark.skipif(find_spec("torch") is None, reason="training needs the extra thermview[train]")
def test_the_training_script_runs(tmp_path):
    subprocess.run([sys.executable, SCRIPT, "--quick", "-o", tmp_path], check=True, capture_output=True)
    assert check_embedding(open_model(tmp_path / "picture_embedding.onnx")) == 1280
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "picture_embedding.json",
        "picture_embedding.onnx",
    ]
