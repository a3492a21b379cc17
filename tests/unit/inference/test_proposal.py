"""Models without a card: what their graphs and the files beside them tell, and what stays to be asked."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from thermview.errors import ModelError
from thermview.inference.graph_file import GraphValue, parse_graph, read_model_bytes
from thermview.inference.pictures import check_embedding, embed, picture_tensor
from thermview.inference.proposal import Proposal, choose_output, propose
from thermview.inference.session import open_model, proposal_of

CONFIG = {
    "do_center_crop": False,
    "size": {"height": 16, "width": 24},
    "do_rescale": True,
    "rescale_factor": 1 / 255,
    "do_normalize": True,
    "image_mean": [0.5, 0.4, 0.3],
    "image_std": [0.2, 0.3, 0.4],
}
TIMM = {
    "architecture": "x",
    "pretrained_cfg": {"input_size": [3, 32, 32], "mean": [0.1, 0.2, 0.3], "std": [1, 1, 1]},
}


def propose_card(path: Path) -> Proposal:
    return propose(path, parse_graph(read_model_bytes(path), path.name))


def write(
    folder: Path, sides: tuple[Any, Any, Any] = (3, "h", "w"), kind: int = TensorProto.FLOAT, **metadata: str
) -> Path:
    """A backbone: maps of 5 channels and their means, called pooler_output."""
    colours = next(side for side in sides if side in (1, 3))
    weights = np.random.default_rng(0).normal(size=(5, colours, 3, 3)).astype(np.float32)
    first, nodes = "pixels", []
    if kind != TensorProto.FLOAT:
        nodes.append(helper.make_node("Cast", ["pixels"], ["numbers"], to=TensorProto.FLOAT))
        first = "numbers"
    if sides[2] in (1, 3):
        nodes.append(helper.make_node("Transpose", [first], ["turned"], perm=[0, 3, 1, 2]))
        first = "turned"
    nodes += [
        helper.make_node("Conv", [first, "w"], ["maps"]),
        helper.make_node("ReduceMean", ["maps"], ["pooler_output"], axes=[2, 3], keepdims=0),
    ]
    graph = helper.make_graph(
        nodes, "backbone", [helper.make_tensor_value_info("pixels", kind, ["n", *sides])],
        [helper.make_tensor_value_info("maps", TensorProto.FLOAT, ["n", 5, None, None]),
         helper.make_tensor_value_info("pooler_output", TensorProto.FLOAT, ["n", 5])],
        [numpy_helper.from_array(weights, "w")],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.helper.set_model_props(model, metadata)
    path = folder / "backbone.onnx"
    path.write_bytes(model.SerializeToString())
    return path


def test_what_nobody_states_stays_open(tmp_path: Path) -> None:
    proposal = propose_card(write(tmp_path))
    assert set(proposal.open) == {"size", "scaling"}
    assert (proposal.sources["layout"], proposal.sources["output"]) == ("the graph", "called pooler_output")
    with pytest.raises(ModelError, match="nothing states its size and its scaling") as caught:
        open_model(tmp_path / "backbone.onnx")
    assert "\n" not in str(caught.value)


def test_the_graph_states_its_size_and_its_layout(tmp_path: Path) -> None:
    said = propose_card(write(tmp_path, (40, 30, 3))).card.input
    assert (said.layout, said.rows, said.columns, said.channels) == ("NHWC", 40, 30, 3)
    grey = propose_card(write(tmp_path, (1, 40, 30))).card.input
    assert (grey.layout, grey.rows, grey.columns, grey.channels) == ("NCHW", 40, 30, 1)


def test_a_graph_that_takes_bytes_scales_them_itself(tmp_path: Path) -> None:
    proposal = propose_card(write(tmp_path, (3, 20, 20), TensorProto.UINT8))
    assert proposal.open == ()
    assert (proposal.card.input.dtype, proposal.card.input.scale) == ("uint8", 1.0)


def test_an_image_processors_configuration_beside_it_is_enough(tmp_path: Path) -> None:
    path = write(tmp_path)
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(CONFIG))
    (tmp_path / "config.json").write_text(json.dumps(TIMM))
    model = open_model(path)
    assert (model.card.input.rows, model.card.input.columns) == (16, 24)
    assert model.card.input.mean == (0.5, 0.4, 0.3)
    picture = np.full((16, 24, 3), (51, 102, 255), np.uint8)
    tensor = picture_tensor(picture, model.card)
    np.testing.assert_allclose(tensor[0, :, 0, 0], [(0.2 - 0.5) / 0.2, 0.0, (1 - 0.3) / 0.4], atol=1e-6)
    assert check_embedding(model) == 5
    assert embed(model, tensor).shape == (1, 5)


def test_it_may_lie_above_a_folder_called_onnx(tmp_path: Path) -> None:
    (tmp_path / "onnx").mkdir()
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(CONFIG))
    assert propose_card(write(tmp_path / "onnx")).sources["scaling"] == "preprocessor_config.json"


def test_timm_and_image_metadata(tmp_path: Path) -> None:
    path = write(tmp_path, **{"Image.NominalPixelRange": "Normalized_1_1", "Image.BitmapPixelFormat": "Bgr8"})
    said = propose_card(path).card.input
    assert (said.scale, said.mean, said.std, said.order) == (1 / 255, (0.5,), (0.5,), "bgr")
    (tmp_path / "config.json").write_text(json.dumps(TIMM))
    timm = propose_card(path)
    assert (timm.card.input.rows, timm.card.input.mean) == (32, (0.1, 0.2, 0.3))
    assert timm.sources["scaling"] == "config.json"


def test_a_card_speaks_before_all_else(tmp_path: Path) -> None:
    path = write(tmp_path)
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(CONFIG))
    card = {"name": "own", "kind": "embedding", "input": {"name": "pixels", "layout": "NCHW", "rows": 8, "columns": 8,
            "channels": 3}, "outputs": [{"name": "maps", "meaning": "embedding"}]}  # fmt: skip
    path.with_suffix(".json").write_text(json.dumps(card))
    proposal = proposal_of(path)
    assert (proposal.card.name, proposal.open) == ("own", ())
    assert set(proposal.sources.values()) == {"its card"}


@pytest.mark.parametrize(
    ("outputs", "chosen"),
    [
        ([("logits", (None, 1000)), ("pooler_output", (None, 384))], "pooler_output"),
        ([("last_hidden_state", (None, 197, 384)), ("features", (None, 384))], "features"),
        ([("logits", (None, 1000)), ("image_embeds", (None, 512))], "image_embeds"),
        ([("tokens", (None, 197, 384)), ("maps", (None, 512, 7, 7))], "maps"),
        ([("tokens", (None, 197, 384))], "tokens"),
    ],
)
def test_the_likeliest_output(outputs: list[tuple[str, tuple[int | None, ...]]], chosen: str) -> None:
    values = tuple(GraphValue(name, shape, "float32") for name, shape in outputs)
    assert choose_output(values)[0].name == chosen


def test_a_model_of_something_else_says_so(tmp_path: Path) -> None:
    values = [helper.make_tensor_value_info(name, TensorProto.INT64, ["n", 8]) for name in ("ids", "mask")]
    graph = helper.make_graph([helper.make_node("Add", ["ids", "mask"], ["sum"])], "text", values,
                              [helper.make_tensor_value_info("sum", TensorProto.INT64, ["n", 8])])  # fmt: skip
    path = tmp_path / "text.onnx"
    path.write_bytes(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]).SerializeToString()
    )
    with pytest.raises(
        ModelError, match=r"takes pictures and nothing else, this one takes ids \(2 axes\), mask"
    ):
        propose_card(path)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from([*CONFIG, "height", "shortest_edge"]), inner)
    ),
    max_leaves=8,
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=st.dictionaries(st.sampled_from([*CONFIG, "crop_size", "input_size", "mean", "std"]), ANYTHING))
def test_whatever_stands_beside_it_is_used_or_left(tmp_path: Path, table: dict[str, Any]) -> None:
    path = write(tmp_path)
    for name in ("preprocessor_config.json", "config.json"):
        (tmp_path / name).write_text(json.dumps(table))
    with suppress(ModelError):  # and no other error
        said = propose_card(path).card.input
        assert said.rows is not None
        assert np.isfinite([said.scale, *said.mean, *said.std]).all()
