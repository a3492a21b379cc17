from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from thermview.scoring.sentences import sentence


def told(cause: str, rate: float | None = 1000.0, **measures: NDArray[np.floating]) -> str:
    named = {name.replace("_", " "): np.asarray(values, np.float32) for name, values in measures.items()}
    return sentence(cause, named, 100, 2.5, rate)


HALF = np.r_[np.zeros(20), np.ones(30), np.zeros(20)]


@pytest.mark.parametrize(
    ("cause", "measures", "text"),
    [
        (
            "power",
            {"power": np.log(1.2) * HALF},
            "power 20 % above its running median for 30 ms from 0.120 s",
        ),
        ("power", {"power": -4.0 * HALF}, "laser off for 30 ms from 0.120 s"),
        ("spot size", {"size": 2 * np.log(1.1) * HALF}, "spot 10 % wider than usual for 30 ms from 0.120 s"),
        (
            "spot size",
            {"size": 2 * np.log(0.8) * HALF},
            "spot 20 % narrower than usual for 30 ms from 0.120 s",
        ),
        (
            # some frames wider, some narrower: no percentage is the event's
            "spot size",
            {"size": np.concatenate([np.zeros(4), np.tile([0.4, np.nan, np.nan], 9), np.zeros(5)])},
            "size of the spot changes more than usual",
        ),
        (
            # what is left of a wider spot above the camera's threshold is narrower
            "spot size",
            {"size": -0.2 * HALF, "power": -0.25 * HALF, "sharpness": -0.1 * HALF},
            "spot wider than usual, its middle 10 % less bright for its light for 30 ms from 0.120 s",
        ),
        (
            "position",
            {"row": 0 * HALF, "column": 0.5 * HALF},
            "spot 0.5 px off its path, right for 30 ms",
        ),
        (
            "position",
            {"row": -0.5 * HALF, "column": 0 * HALF},
            "spot 0.5 px off its path, up for 30 ms",
        ),
        ("timing", {"progress": np.full(10, -0.03)}, "scan 3.0 % slower than usual for 10 ms from 0.100 s"),
        (
            "order",
            {"step_row": [3, 0], "step_column": [4, 0]},
            "spot up to 5.0 px from where its path goes on",
        ),
        (
            "spatter",
            {"spatter": np.r_[0, 0, 1, 0.8, 0]},
            "light beside the spot's path for 2 ms from 0.102 s",
        ),
        ("obstacle", {"detour": HALF}, "path and stated obstacle do not agree for 70 ms from 0.100 s"),
        ("shape", {"row": HALF, "column": HALF}, "picture or path of the spot differs from its usual shape"),
    ],
)
def test_what_is_said(cause: str, measures: dict[str, NDArray[np.floating]], text: str) -> None:
    assert told(cause, **measures).startswith(text)


def clock(leap: float, frames: int, around: int = 5) -> dict[str, NDArray[np.floating]]:
    """A scan of 10 frames a cycle, `leap` cycles ahead in so many frames, and usual before and after."""
    course = np.r_[np.zeros(around), np.full(frames, leap), np.zeros(around)]
    return {
        "leap": course, "still": 0 * course, "progress": course / 5, "row": course, "column": 0 * course,
        "period": np.full(len(course), 10.0),
    }  # fmt: skip


@pytest.mark.parametrize("cause", ["order", "timing"])
@pytest.mark.parametrize(
    ("leap", "text"),
    [
        (0.36, "scan 3.6 frames ahead of its clock (36 % of a cycle) from 0.105 s"),
        (-0.24, "scan 2.4 frames behind its clock (24 % of a cycle) from 0.105 s"),
        (
            0.095,
            "scan 0.9 frames ahead of its clock, as if a frame were missing (9 % of a cycle) from 0.105 s",
        ),
        (-0.095, "scan 0.9 frames behind its clock (9 % of a cycle) from 0.105 s"),
        (-0.49, "scan half a cycle off its clock from 0.105 s"),
    ],
)
def test_a_scan_that_leaps_is_told_by_how_much(cause: str, leap: float, text: str) -> None:
    assert told(cause, **clock(leap, 9)) == text


def test_a_scan_at_another_speed_does_not_leap() -> None:
    assert told("timing", **clock(-0.06, 60)).startswith("scan 1.2 % slower than usual for 60 ms")
    assert told("timing", **clock(-0.02, 9)).startswith("scan 0.4 % slower than usual")
    assert told("order", **clock(0.02, 9)).startswith(
        "spot up to 0.0 px from where it should be in its cycle"
    )


def test_an_empty_frame_is_told_as_lost() -> None:
    assert (
        told("timing", progress=np.zeros(5), lost=[0, 1, 1, 0, 0])
        == "2 frames empty or lost for 2 ms from 0.101 s"
    )


def test_a_lost_frame_within_a_slow_stretch_is_not_what_is_told() -> None:
    lost = np.zeros(300)
    lost[100] = 1
    assert told("timing", progress=np.full(300, -0.015), lost=lost).startswith("scan 1.5 % slower than usual")


@pytest.mark.parametrize(
    "cause",
    ["power", "position", "order", "timing", "shape", "obstacle", "spot size", "spatter", "haunted", ""],
)
def test_without_measures_the_score_is_told(cause: str) -> None:
    assert told(cause) == f"{cause or 'score'} 2.5 times the limit of normal recordings from 0.100 s"
    assert told(cause, None).endswith("from frame 100")


def test_numbers_that_are_none_do_not_stop_it() -> None:
    assert told("power", power=np.full(30, np.nan)).startswith("power 0 %")
    assert "px off its path" in told("position", row=np.zeros(12), column=np.zeros(12))


def test_an_offset_is_what_all_frames_are_off_alike_and_else_the_larger_deviations_are_told() -> None:
    wave = 2.0 * np.sin(np.arange(60))  # along the path an offset looks like another phase
    assert told("position", row=0.8 + 0 * wave, column=wave / 4).startswith("spot 0.8 px off its path, down")
    assert told("position", row=wave, column=0.1 + 0 * wave).startswith("spot up to 2.0 px off its path")
