"""Parts of a graph as graphs of their own, cut at named results, with some inputs made constants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

Shape = tuple[int | str | None, ...]


def part_of(
    model: onnx.ModelProto,
    inputs: Mapping[str, Shape],
    outputs: Sequence[str],
    constants: Mapping[str, NDArray[Any]],
) -> onnx.ModelProto:
    """The nodes that lead from `inputs` (names of inputs or results, with their shapes) to `outputs`.

    `constants` replace inputs by values, so that what follows from them alone is worked out once. ValueError
    where a name is not in the graph, or where the outputs need more than they are given.
    """
    known = _types(model)
    missing = [name for name in (*inputs, *outputs, *constants) if name not in known]
    if missing:
        raise ValueError(f"the graph has no result {missing[0]!r}")
    nodes, needed = _leading(model.graph, set(inputs), outputs)
    weights = [weight for weight in model.graph.initializer if weight.name in needed]
    weights += [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()]
    open_ends = needed - {weight.name for weight in weights} - set(inputs)
    if open_ends:
        raise ValueError(f"{sorted(open_ends)[0]!r} has to be given too")
    graph = onnx.helper.make_graph(
        nodes,
        model.graph.name,
        [onnx.helper.make_tensor_value_info(name, known[name], shape) for name, shape in inputs.items()],
        [onnx.helper.make_tensor_value_info(name, known[name], None) for name in outputs],
        weights,
    )
    return onnx.helper.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)


def _types(model: onnx.ModelProto) -> dict[str, int]:
    """Element type of every input and result."""
    graph = onnx.shape_inference.infer_shapes(model).graph
    found = (*graph.input, *graph.value_info, *graph.output)
    return {value.name: value.type.tensor_type.elem_type for value in found}


def _leading(
    graph: onnx.GraphProto, given: set[str], outputs: Sequence[str]
) -> tuple[list[onnx.NodeProto], set[str]]:
    """Nodes between `given` and `outputs` in their order, and what they take that no one of them makes."""
    wanted, chosen, made = set(outputs) - given, [], set[str]()
    for node in reversed(graph.node):
        if wanted.isdisjoint(node.output):
            continue
        chosen.append(node)
        made.update(node.output)
        wanted.update(name for name in node.input if name and name not in given)
    taken = {name for node in chosen for name in node.input if name}
    return chosen[::-1], (taken | set(outputs)) - made
