"""One small fit of two batches, shared by the tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from laser_fits import PLAIN, WITH_OBSTACLE, fitted, simulated, write_batch

from thermview.inference import Model, open_model
from thermview.laser.normality.fit import Fit
from thermview.laser.normality.model import write_model


@pytest.fixture(scope="session")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Type3 with an obstacle, 6 recordings of 1600 frames; Type4 without, 5 of 600. Never to be changed."""
    folder = tmp_path_factory.mktemp("normality")
    write_batch(folder / "Type3", simulated(WITH_OBSTACLE, 6, 1600))
    write_batch(folder / "Type4", simulated(PLAIN, 5, 600))
    return folder


@pytest.fixture(scope="session")
def fit_of_two(capture: Path) -> Fit:
    """What was learnt from the capture."""
    return fitted(capture)


@pytest.fixture(scope="session")
def model(fit_of_two: Fit, tmp_path_factory: pytest.TempPathFactory) -> Model:
    """The fit as an opened model."""
    path = tmp_path_factory.mktemp("model") / "own.onnx"
    write_model(fit_of_two, path)
    return open_model(path)
