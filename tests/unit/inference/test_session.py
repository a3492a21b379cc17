from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper
from onnx_models import CARD, mean_graph, write_model

from thermview.errors import ModelError
from thermview.inference import ModelCard, open_model, save_model


def refused(path: Path) -> str:
    with pytest.raises(ModelError) as caught:
        open_model(path)
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_runs_and_knows_its_card_and_hash(tmp_path: Path) -> None:
    model = open_model(write_model(tmp_path))
    result = model.run(np.full((3, 1, 4, 6), 5, np.uint16))
    np.testing.assert_array_equal(result["mean"], np.full((3, 1), 10, np.float32))
    assert model.id.name == "means"
    assert len(model.id.sha256) == 64


def test_the_same_bytes_give_the_same_numbers(tmp_path: Path) -> None:
    path = write_model(tmp_path)
    batch = np.random.default_rng(0).normal(size=(5, 1, 4, 6))
    first, second = open_model(path), open_model(path)
    assert first.sha256 == second.sha256
    np.testing.assert_array_equal(first.run(batch)["mean"], second.run(batch)["mean"])


def test_one_file_carries_its_card_and_the_file_beside_it_wins(tmp_path: Path) -> None:
    path = tmp_path / "one.onnx"
    save_model(mean_graph(), ModelCard.model_validate(CARD), path, more={"batches": "table"})
    assert [file.name for file in tmp_path.iterdir()] == ["one.onnx"]
    assert open_model(path).card.name == "means"
    path.with_suffix(".json").write_text(json.dumps({**CARD, "name": "beside"}), encoding="utf-8")
    assert open_model(path).card.name == "beside"


def test_a_save_that_is_stopped_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "one.onnx"
    save_model(mean_graph(), ModelCard.model_validate(CARD), path)
    before = path.read_bytes()

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", stopped)
    with pytest.raises(KeyboardInterrupt):
        save_model(mean_graph(), ModelCard.model_validate({**CARD, "name": "another"}), path)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert path.read_bytes() == before


def test_saving_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    card = ModelCard.model_validate(CARD)
    save_model(mean_graph(), card, tmp_path / "a.onnx", more={"b": "1", "a": "2"})
    save_model(mean_graph(), card, tmp_path / "b.onnx", more={"a": "2", "b": "1"})
    assert (tmp_path / "a.onnx").read_bytes() == (tmp_path / "b.onnx").read_bytes()


@pytest.mark.parametrize("place", [0.3, 0.6, 0.99])
def test_a_file_damaged_after_it_was_written_is_refused(tmp_path: Path, place: float) -> None:
    path = tmp_path / "m.onnx"
    save_model(mean_graph(), ModelCard.model_validate(CARD), path)
    open_model(path)
    data = bytearray(path.read_bytes())
    data[int(place * len(data))] ^= 1
    path.write_bytes(data)
    assert refused(path).startswith("m.onnx: the file was damaged or changed after it was written")


def test_wrong_shape_is_one_sentence(tmp_path: Path) -> None:
    model = open_model(write_model(tmp_path))
    with pytest.raises(ModelError, match="does not take pictures"):
        model.run(np.zeros((3, 2, 4)))
    with pytest.raises(ModelError, match="does not take"):
        model.run(np.zeros((3, 1, 4, 6)), other=np.zeros(2))


def test_missing_empty_and_garbage_files(tmp_path: Path) -> None:
    assert "cannot be read" in refused(tmp_path / "none.onnx")
    path = write_model(tmp_path)
    path.write_bytes(b"")
    assert "empty" in refused(path)
    path.write_bytes(b"GIF89a" * 100)
    assert "ONNX" in refused(path)
    assert "cannot be read" in refused(tmp_path)


def test_no_card_says_which_file_to_add(tmp_path: Path) -> None:
    path = write_model(tmp_path)
    path.with_suffix(".json").unlink()
    assert "means.json" in refused(path)


def test_a_card_of_another_model_is_refused(tmp_path: Path) -> None:
    assert "'frames'" in refused(
        write_model(tmp_path, card={**CARD, "input": {"name": "frames", "layout": "THW"}})
    )
    wrong_output = {**CARD, "outputs": [{"name": "score", "meaning": "score"}]}
    assert "'score'" in refused(write_model(tmp_path, card=wrong_output))


def _external(tensor: onnx.TensorProto) -> onnx.TensorProto:
    tensor.data_location = TensorProto.EXTERNAL
    tensor.ClearField("raw_data")
    tensor.external_data.add(key="location", value="../../etc/passwd")
    return tensor


def test_weights_in_other_files_are_refused_wherever_they_hide(tmp_path: Path) -> None:
    path = write_model(tmp_path)
    plain = mean_graph()
    _external(plain.graph.initializer[0])
    path.write_bytes(plain.SerializeToString())
    assert "other files" in refused(path)
    inner = mean_graph().graph
    _external(inner.initializer[0])
    hidden = mean_graph()
    hidden.graph.node.append(helper.make_node("If", ["gain"], ["z"], then_branch=inner, else_branch=inner))
    path.write_bytes(hidden.SerializeToString())
    assert "other files" in refused(path)


def test_foreign_operators_and_old_opsets_are_refused(tmp_path: Path) -> None:
    path = write_model(tmp_path)
    foreign = mean_graph()
    foreign.opset_import.append(helper.make_opsetid("evil.corp", 1))
    path.write_bytes(foreign.SerializeToString())
    assert "evil.corp" in refused(path)
    path.write_bytes(mean_graph(opset=3).SerializeToString())
    assert "opset 3" in refused(path)


def test_a_graph_that_cannot_run_is_refused(tmp_path: Path) -> None:
    path = write_model(tmp_path)
    broken = mean_graph()
    broken.graph.node[0].op_type = "NoSuchOperator"
    path.write_bytes(broken.SerializeToString())
    assert "cannot run" in refused(path)


def test_a_name_in_a_graph_never_breaks_the_sentence(tmp_path: Path) -> None:
    path = write_model(tmp_path)
    graph = mean_graph()
    graph.graph.input[0].name = "two\nlines\t"
    path.write_bytes(graph.SerializeToString())
    assert refused(path).isprintable()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_truncated_or_flipped_file_opens_or_raises_model_error(
    tmp_path: Path, data: st.DataObject
) -> None:
    path = write_model(tmp_path)
    content = bytearray(path.read_bytes())
    if data.draw(st.booleans()):
        content = content[: data.draw(st.integers(0, len(content) - 1))]
    else:
        content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(bytes(content))
    sentence = ""
    try:
        open_model(path)
    except ModelError as error:
        sentence = str(error)
    assert "\n" not in sentence
