from __future__ import annotations

import numpy as np
import pytest

from thermview.errors import ModelError
from thermview.inference import ModelInput, prepare


def spec(**more: object) -> ModelInput:
    return ModelInput.model_validate({"name": "x", "layout": "NCHW", **more})


def test_scaling_and_layout_of_colour() -> None:
    picture = np.zeros((4, 5, 4), np.uint8)
    picture[..., :] = (255, 51, 0, 7)
    batch = prepare([picture], spec(channels=3, scale=1 / 255, mean=(0.5,), std=(1, 2, 4)))
    assert batch.shape == (1, 3, 4, 5)
    np.testing.assert_allclose(batch[0, :, 0, 0], [0.5, (0.2 - 0.5) / 2, -0.125], atol=1e-6)
    bgr = prepare([picture], spec(channels=3, order="bgr", layout="NHWC"))
    np.testing.assert_array_equal(bgr[0, 0, 0], [0, 51, 255])


def test_grey_and_colour_become_what_the_model_wants() -> None:
    grey = np.full((3, 3), 7, np.uint16)
    assert prepare([grey], spec(channels=3)).shape == (1, 3, 3, 3)
    colour = np.full((3, 3, 3), 100, np.uint8)
    np.testing.assert_allclose(prepare([colour], spec()), 100, atol=1e-3)
    assert prepare([grey, grey], spec(layout="NTHW")).shape == (1, 2, 3, 3)


def test_mixed_sizes_are_brought_to_one() -> None:
    pictures = [np.ones((8, 16)), np.ones((3, 2))]
    for fit, filled in (("stretch", 1.0), ("crop", 1.0)):
        batch = prepare(pictures, spec(rows=6, columns=6, fit=fit))
        np.testing.assert_allclose(batch, filled)
    boxed = prepare(pictures, spec(rows=6, columns=6, fit="letterbox", pad=9))
    assert boxed[0, 0, 0, 0] == 9
    np.testing.assert_allclose(boxed[0, 0, 2], 1)


def test_a_shape_that_is_no_picture_is_refused() -> None:
    for shape in ((4,), (4, 4, 2), (0, 4)):
        with pytest.raises(ModelError, match="neither grey nor colour"):
            prepare([np.zeros(shape)], spec())


def test_integer_models_get_clipped_integers() -> None:
    batch = prepare([np.array([[300.0, -4.0]])], spec(dtype="uint8"))
    assert batch.dtype == np.uint8
    np.testing.assert_array_equal(batch[0, 0, 0], [255, 0])
