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


def test_an_empty_frame_is_told_as_lost() -> None:
    assert (
        told("timing", progress=np.zeros(5), lost=[0, 1, 1, 0, 0])
        == "2 frames empty or lost for 2 ms from 0.101 s"
    )


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
