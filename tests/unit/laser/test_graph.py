"""The shipped graph against the same calculation in plain numpy, frame by frame."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from laser_models import laser_model, video
from numpy.typing import NDArray

from thermview.inference.card import card_path
from thermview.inference.session import card_of
from thermview.paths import models_folder

FLOORS = np.array([0.01, 0.03, 0.03, 0.05, 0.05, 0.01, 0.02, 0.02, 0.01, 0.1, 1.0])
Array = NDArray[np.float64]


def encode(frame: Array) -> tuple[Array, Array]:
    """Code and (sum, row, column, log size) of one frame."""
    rows, columns = frame.shape
    pooled = np.array(
        [[frame[r : r + 2, c : c + 2].mean() for c in range(0, columns, 2)] for r in range(0, rows, 2)]
    )
    code = pooled.ravel() / (np.linalg.norm(pooled) + 1e-6)
    bright = np.maximum(frame - 0.03 * frame.max(), 0)
    mass = bright.sum() + 1e-6
    r, c = np.mgrid[:rows, :columns]
    row, column = (bright * r).sum() / mass, (bright * c).sum() / mass
    size = (bright * ((r - row) ** 2 + (c - column) ** 2)).sum() / mass
    return code, np.array([frame.sum(), row, column, np.log(size + 0.05)])


def weights(likeness: Array) -> Array:
    """Kernel weights of one frame's reference."""
    best = likeness.max()
    w = np.exp((likeness - best) / (0.3 * max(1 - best, 0) + 0.0015))
    return np.asarray(w / w.sum())


def compare(feed: dict[str, Array]) -> tuple[Array, Array]:
    """Measures and distance of every frame, one frame after another."""
    code, facts = feed["reference_code"], feed["reference_facts"]
    usable = facts[:, 6] * facts[:, 7] > 0
    mean = facts[:, 0].mean()
    least = 0.02 * mean + 1e-3
    seen: list[dict[str, Any]] = []
    rows, distances = [], []
    for frame, index in zip(feed["frames"], feed["frame_index"], strict=True):
        own, fact = encode(frame)
        likeness = code @ own
        likeness[np.abs(index - feed["reference_index"]) < feed["exclude"]] = -4
        kernel = weights(likeness)
        expected = kernel @ facts
        distance = np.clip(1 - likeness.max(), 0, 1)
        plain = np.clip(1 - np.where(facts[:, 8] > 0, likeness - 4, likeness).max(), 0, 1)
        total = fact[0]
        power = 0.0 if total <= 0 else np.log((total + least) / (expected[0] + least))
        lost = float(total <= 0 and expected[0] > 0.1 * mean)
        lit = np.clip((total / (expected[0] + least) - 0.1) * 5, 0, 1)
        picture = kernel @ code
        cosine = own @ picture / (np.linalg.norm(picture) + 1e-6)
        shape = lit * np.sqrt(np.clip(1 - cosine, 0, 1))
        spatter = lit * max((own - 1.5 * picture).max(), 0)
        spread = kernel @ feed["reference_spread"] + FLOORS
        clear = lit / (1 + 0.5 * max(spatter / spread[8] - 6, 0))
        place = clear * (fact[1:] - expected[1:4])
        step, progress = np.zeros(2), 0.0
        if len(seen) >= 2:
            before, earlier = seen[-1], seen[-2]
            both = 0.5 * (before["likeness"] + np.concatenate([[0], earlier["likeness"][:-1]]))
            both = both + np.where(usable, 0, -4)
            ahead = weights(both) @ facts
            told = before["lit"] * (both.max() > 0)
            step = (fact[1:3] - ahead[4:6]) * told * lit * lit
            move = ahead[4:6] - ahead[1:3]
            progress = float(np.clip(step @ move / (move @ move + 2), -0.5, 0.5))
            step = step / 1.0
        away = lit * (np.sqrt(plain) - np.sqrt(distance))
        rows.append([power, place[0], place[1], *step, progress, place[2], shape, spatter, lost, away])
        distances.append(distance)
        seen.append({"likeness": likeness, "lit": lit})
    return np.array(rows), np.array(distances)


def make_feed(frames: NDArray[Any], spread: bool = True) -> dict[str, Array]:
    """Frames 0-59 against frames 60 and later as reference."""
    encoded = [encode(frame) for frame in frames[60:].astype(float)]
    code = np.array([item[0] for item in encoded])
    facts = np.array([item[1] for item in encoded])
    count = len(code)
    ahead = np.minimum(np.arange(count) + 1, count - 1)
    follows = (np.arange(count) % 40 < 39) & (np.arange(count) < count - 1)
    before = np.arange(count) % 40 > 0
    detour = np.arange(count) >= count - 30
    rng = np.random.default_rng(0)
    return {
        "frames": frames[:60].astype(float),
        "frame_index": np.arange(60.0),
        "reference_code": code,
        "reference_facts": np.column_stack([facts, facts[ahead, 1:3], follows, before, detour]),
        "reference_index": np.arange(60.0, 60.0 + count),
        "reference_spread": rng.uniform(0.01, 0.1, (count, 11)) * spread,
        "exclude": np.where(np.arange(count) % 3 == 0, 20.0, 5.0),
    }


@pytest.mark.parametrize("fault", [None, "dropped_frame", "spatter"])
def test_graph_and_numpy_agree(fault: str | None) -> None:
    frames = video(fault)[880:1200].copy() if fault is None else video(fault)[:320].copy()
    frames[20] = 0
    frames[30, 2:4, 2:4] += 90
    feed = make_feed(frames)
    given = laser_model().run(feed.pop("frames"), **feed)
    feed = make_feed(frames)
    measures, distance = compare(feed)
    np.testing.assert_allclose(given["distance"], distance, atol=1e-4)
    np.testing.assert_allclose(
        given["measures"][:, [0, 1, 2, 6, 8, 9]], measures[:, [0, 1, 2, 6, 8, 9]], atol=1e-4
    )
    np.testing.assert_allclose(given["measures"][:, 3:6], measures[:, 3:6], atol=2e-4)
    # roots of small differences of cosines carry float32's rounding: 1e-7 becomes 3e-4
    np.testing.assert_allclose(given["measures"][:, [7, 10]], measures[:, [7, 10]], atol=1e-3)
    assert measures[20, 9] == 1
    assert np.abs(measures[:, 3:6]).max() > 0.01


def test_features_are_measures_by_their_local_spread() -> None:
    feed = make_feed(video()[:300], spread=False)
    given = laser_model().run(feed.pop("frames"), **feed)
    np.testing.assert_allclose(given["features"], given["measures"] / FLOORS, rtol=1e-4, atol=1e-5)


def test_codes_and_facts_are_those_of_each_frame() -> None:
    feed = make_feed(video()[:200])
    given = laser_model().run(
        feed["frames"], **{name: array for name, array in feed.items() if name != "frames"}
    )
    for row, frame in enumerate(feed["frames"]):
        code, facts = encode(frame)
        np.testing.assert_allclose(given["code"][row], code, atol=1e-5)
        np.testing.assert_allclose(given["facts"][row], facts, rtol=1e-4, atol=1e-4)


def test_the_card_inside_is_the_card_beside() -> None:
    path = models_folder() / "laser_generic.onnx"
    beside = json.loads(card_path(path).read_text("utf-8"))
    import onnx

    inside = {entry.key: entry.value for entry in onnx.load(str(path)).metadata_props}
    assert json.loads(inside["thermview.card"]) == beside
    card = card_of(path)
    assert card.columns("features") == card.columns("measures")
    assert "SIMULATED" in card.trained_on


def test_the_threshold_comes_from_the_normals_at_the_stated_rate() -> None:
    card = laser_model().card
    assert card.calibration is not None
    normals = np.array(card.calibration.normals)
    for threshold in card.thresholds:
        assert (1 + (normals > threshold.value).sum()) / (
            len(normals) + 1
        ) <= threshold.false_alarm_rate + 1e-9
        assert threshold.interval is not None
        assert threshold.interval[0] <= threshold.alarms / threshold.normals <= threshold.interval[1]
    assert card.thresholds[0].false_alarm_rate == 0.02


def test_weak_causes_are_called_weak() -> None:
    lanes = {lane.cause: lane for lane in laser_model().card.lanes}
    assert lanes["obstacle"].weak
    assert lanes["timing"].weak
    assert lanes["shape"].weak
