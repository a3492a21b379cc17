"""Small ONNX models made on the spot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

CARD: dict[str, Any] = {
    "name": "means",
    "kind": "embedding",
    "input": {"name": "pictures", "layout": "NCHW", "rows": 4, "columns": 6},
    "outputs": [{"name": "mean", "meaning": "embedding"}],
}


def mean_graph(gain: float = 2.0, opset: int = 17) -> onnx.ModelProto:
    """Pictures (n, 1, rows, columns) to `gain` times their mean (n, 1)."""
    nodes = [
        helper.make_node("ReduceMean", ["pictures"], ["plain"], axes=[2, 3], keepdims=0),
        helper.make_node("Mul", ["plain", "gain"], ["mean"]),
    ]
    graph = helper.make_graph(
        nodes,
        "means",
        [helper.make_tensor_value_info("pictures", TensorProto.FLOAT, ["n", 1, "rows", "columns"])],
        [helper.make_tensor_value_info("mean", TensorProto.FLOAT, ["n", 1])],
        [numpy_helper.from_array(np.float32([gain]), "gain")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


def write_model(folder: Path, name: str = "means", card: dict[str, Any] | None = None) -> Path:
    """A model with its card beside it."""
    path = folder / f"{name}.onnx"
    path.write_bytes(mean_graph().SerializeToString())
    path.with_suffix(".json").write_text(json.dumps(card or CARD), encoding="utf-8")
    return path
