"""Frames become pictures, pictures embeddings; models that cannot be trusted are refused."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from unit.diagnosis.small_capture import averaging_card, averaging_graph, saved_model

from thermview.errors import ModelError
from thermview.inference.pictures import check_embedding, embed, picture_of, picture_tensor
from thermview.thermal.palettes import palette


def graph_of(nodes, output_shape, initializers=()):
    pictures = helper.make_tensor_value_info("pictures", TensorProto.FLOAT, ["n", 3, 16, 16])
    answer = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, output_shape)
    graph = helper.make_graph(nodes, "g", [pictures], [answer], list(initializers))
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)


class TestPictureOf:
    def test_colours_stay_and_alpha_is_dropped_not_multiplied(self):
        colours = np.random.default_rng(0).integers(0, 256, size=(5, 6, 4), dtype=np.uint8)
        colours[..., 3] = 0
        np.testing.assert_array_equal(picture_of(colours), colours[..., :3])
        np.testing.assert_array_equal(picture_of(colours[..., :3]), colours[..., :3])

    def test_grey_becomes_three_equal_channels(self):
        grey = np.arange(30, dtype=np.uint8).reshape(5, 6)
        assert (picture_of(grey) == grey[..., None]).all()

    @pytest.mark.parametrize("dtype", [np.uint16, np.float32, np.int16])
    def test_a_quantity_is_drawn_in_inferno_from_cold_to_hot(self, dtype):
        picture = picture_of(np.arange(1000, dtype=dtype).reshape(25, 40))
        np.testing.assert_array_equal(picture[0, 0], palette("inferno")[0])
        np.testing.assert_array_equal(picture[-1, -1], palette("inferno")[255])
        assert np.all(np.diff(picture.reshape(-1, 3).astype(int).sum(axis=1)) >= -3)

    def test_pixels_without_a_value_are_coldest_and_one_hot_pixel_does_not_darken_the_rest(self):
        frame = np.linspace(0, 1, 900, dtype=np.float32).reshape(30, 30)
        frame[0, 5], frame[4, 4] = np.nan, 1e6
        picture = picture_of(frame)
        np.testing.assert_array_equal(picture[0, 5], palette("inferno")[0])
        assert picture[20].astype(int).sum() > 30 * 100

    @pytest.mark.parametrize("value", [np.nan, np.inf, 21.5])
    def test_a_frame_of_one_value_is_black(self, value):
        assert picture_of(np.full((8, 8), value, np.float32)).max() <= palette("inferno")[0].max()

    @pytest.mark.parametrize("shape", [(4,), (0, 5), (4, 5, 7), (2, 4, 5, 3)])
    def test_other_shapes_are_refused(self, shape):
        with pytest.raises(ModelError, match="not a picture"):
            picture_of(np.zeros(shape, np.float32))


class TestEmbed:
    def test_any_size_in_and_one_row_each_out(self, tmp_path):
        model = saved_model(tmp_path)
        frames = [np.full((40, 20, 3), 255, np.uint8), np.zeros((8, 9), np.uint8)]
        batch = np.concatenate([picture_tensor(frame, model.card) for frame in frames])
        np.testing.assert_allclose(embed(model, batch), [[0.5] * 48, [-0.5] * 48], atol=1e-6)

    def test_a_graph_for_a_fixed_batch_is_fed_piece_by_piece(self, tmp_path):
        rng = np.random.default_rng(0)
        batch = rng.normal(size=(7, 3, 16, 16)).astype(np.float32)
        free, fixed = saved_model(tmp_path / "a"), saved_model(tmp_path / "b", averaging_graph(3))
        np.testing.assert_allclose(embed(fixed, batch), embed(free, batch), atol=1e-6)
        assert check_embedding(fixed) == 48

    def test_feature_maps_are_averaged_over_the_picture(self, tmp_path):
        nodes = [helper.make_node("Identity", ["pictures"], ["embedding"])]
        model = saved_model(tmp_path, graph_of(nodes, ["n", 3, 16, 16]))
        batch = np.random.default_rng(0).normal(size=(2, 3, 16, 16)).astype(np.float32)
        np.testing.assert_allclose(embed(model, batch), batch.mean(axis=(2, 3)), atol=1e-5)

    def test_tokens_stand_by_the_first(self, tmp_path):
        shape = onnx.numpy_helper.from_array(np.array([0, 3, 256], np.int64), "shape")
        nodes = [helper.make_node("Reshape", ["pictures", "shape"], ["embedding"])]
        model = saved_model(tmp_path, graph_of(nodes, ["n", 3, 256], [shape]))
        batch = np.random.default_rng(0).normal(size=(2, 3, 16, 16)).astype(np.float32)
        np.testing.assert_allclose(embed(model, batch), batch[:, 0].reshape(2, 256), atol=1e-6)


class TestCheck:
    def test_a_sound_model_tells_its_dimensions(self, tmp_path):
        assert check_embedding(saved_model(tmp_path)) == 48

    def test_an_embedding_that_depends_on_its_company_is_refused(self, tmp_path):
        nodes = [
            helper.make_node("AveragePool", ["pictures"], ["cells"], kernel_shape=[4, 4], strides=[4, 4]),
            helper.make_node("Flatten", ["cells"], ["flat"]),
            helper.make_node("ReduceMean", ["flat", "batch"], ["mean"]),
            helper.make_node("Sub", ["flat", "mean"], ["embedding"]),
        ]
        axis = onnx.numpy_helper.from_array(np.array([0], np.int64), "batch")
        with pytest.raises(ModelError, match="alone"):
            check_embedding(saved_model(tmp_path, graph_of(nodes, ["n", 48], [axis])))

    def test_numbers_that_are_not_finite_are_refused(self, tmp_path):
        nodes = [
            helper.make_node("GlobalAveragePool", ["pictures"], ["cells"]),
            helper.make_node("Flatten", ["cells"], ["flat"]),
            helper.make_node("Log", ["flat"], ["embedding"]),
        ]
        with pytest.raises(ModelError, match="not finite"):
            check_embedding(saved_model(tmp_path, graph_of(nodes, ["n", 3]), averaging_card(mean=2.0)))

    def test_one_answer_to_every_picture_is_refused(self, tmp_path):
        zero = onnx.numpy_helper.from_array(np.array(0, np.float32), "zero")
        nodes = [
            helper.make_node("GlobalAveragePool", ["pictures"], ["cells"]),
            helper.make_node("Flatten", ["cells"], ["flat"]),
            helper.make_node("Mul", ["flat", "zero"], ["embedding"]),
        ]
        with pytest.raises(ModelError, match="same embedding"):
            check_embedding(saved_model(tmp_path, graph_of(nodes, ["n", 3], [zero])))

    def test_a_card_without_input_size_is_refused(self, tmp_path):
        card = averaging_card()
        free = card.input.model_copy(update={"rows": None, "columns": None})
        with pytest.raises(ModelError, match="no input size"):
            check_embedding(saved_model(tmp_path, card=card.model_copy(update={"input": free})))

    def test_another_kind_of_model_is_refused(self, tmp_path):
        with pytest.raises(ModelError, match="kind 'anomaly'"):
            check_embedding(saved_model(tmp_path, card=averaging_card(kind="anomaly")))
