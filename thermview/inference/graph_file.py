"""An ONNX file as bytes and as a graph: read with a limit, and checked before anything of it runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from thermview.errors import ModelError, reason
from thermview.inference.card import ModelCard
from thermview.readers.failures import printable

if TYPE_CHECKING:
    import onnx

SIZE_LIMIT = 1024 * 2**20
"""Bytes an .onnx file may have; the largest embedding backbones people plug in stay below."""
OPSET_RANGE = range(7, 27)
DOMAINS = frozenset({"", "ai.onnx", "ai.onnx.ml", "com.microsoft"})
_DTYPE_NAMES = {
    1: "float32",
    10: "float16",
    11: "float64",
    2: "uint8",
    4: "uint16",
    6: "int32",
    7: "int64",
    9: "bool",
}
"""Of onnx.TensorProto.DataType."""


@dataclass(frozen=True)
class GraphValue:
    """An input or output of a graph: `shape` holds None where any size will do; `dtype` is "" where unusual."""

    name: str
    shape: tuple[int | None, ...]
    dtype: str


def read_model_bytes(path: Path) -> bytes:
    """The file's bytes, refused above SIZE_LIMIT."""
    try:
        size = path.stat().st_size
        if size > SIZE_LIMIT:
            has, most = size / 2**20, SIZE_LIMIT / 2**20
            raise ModelError(f"{path.name}: has {has:.0f} MiB; a model may have {most:.0f} MiB at most")
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(
            f"{path.name}: the model cannot be read ({error.strerror or reason(error)})"
        ) from None
    if not data:
        raise ModelError(f"{path.name}: the file is empty; copy the model again")
    return data


def parse_graph(data: bytes, name: str) -> onnx.ModelProto:
    """The graph in a file's bytes; ModelError where there is none."""
    import onnx

    proto = onnx.ModelProto()
    try:
        proto.ParseFromString(data)
    except Exception:  # protobuf's DecodeError; its own text says nothing more
        raise ModelError(f"{name}: not an ONNX model, or cut short; copy it again") from None
    if not proto.graph.output or not proto.opset_import:
        raise ModelError(f"{name}: not an ONNX model (it has no graph); copy it again")
    return proto


def check_graph(proto: onnx.ModelProto, card: ModelCard, name: str) -> None:
    """ModelError where a graph would fetch other files, needs foreign operators, or lacks what its card names."""
    for tensor in _tensors(proto):
        if tensor.data_location == 1 or tensor.external_data:  # TensorProto.EXTERNAL
            raise ModelError(f"{name}: keeps its weights in other files; save it as one file")
    for opset in proto.opset_import:
        if opset.domain not in DOMAINS:
            raise ModelError(f"{name}: needs the operators {opset.domain!r}, which are not part of ONNX")
        if opset.domain in ("", "ai.onnx") and opset.version not in OPSET_RANGE:
            raise ModelError(
                f"{name}: is written for opset {opset.version}; "
                f"export it for {OPSET_RANGE.start} to {OPSET_RANGE.stop - 1}"
            )
    _expect(card.input.name, [value.name for value in graph_inputs(proto)], "input", name)
    for output in card.outputs:
        _expect(output.name, [value.name for value in proto.graph.output], "output", name)


def _expect(wanted: str, present: list[str], what: str, name: str) -> None:
    if wanted not in present:
        listed = ", ".join(short_name(item) for item in present[:8]) or "none"
        raise ModelError(f"{name}: its card speaks of the {what} {wanted!r}, the graph has {listed}")


def short_name(name: object) -> str:
    """A name of the graph on one line: it may hold anything, and is bytes where it is not UTF-8."""
    return printable(str(name)[:80])


def _tensors(proto: onnx.ModelProto) -> Iterator[onnx.TensorProto]:
    """Every tensor of the file: weights, constants, and those of sub-graphs and functions."""
    nodes = list(proto.graph.node)
    graphs = [proto.graph]
    for function in proto.functions:
        nodes.extend(function.node)
    while graphs or nodes:
        while graphs:
            graph = graphs.pop()
            yield from graph.initializer
            for sparse in graph.sparse_initializer:
                yield from (sparse.values, sparse.indices)
            nodes.extend(graph.node)
        for attribute in [a for node in nodes for a in node.attribute]:
            yield from (attribute.t, *attribute.tensors)
            for sparse in (attribute.sparse_tensor, *attribute.sparse_tensors):
                yield from (sparse.values, sparse.indices)
            graphs.extend(attribute.graphs)
            if attribute.HasField("g"):
                graphs.append(attribute.g)
        nodes = []


def graph_inputs(proto: onnx.ModelProto) -> tuple[GraphValue, ...]:
    """What a graph must be fed."""
    weights = {tensor.name for tensor in proto.graph.initializer}
    return tuple(_value(value) for value in proto.graph.input if value.name not in weights)


def graph_outputs(proto: onnx.ModelProto) -> tuple[GraphValue, ...]:
    """What a graph can answer."""
    return tuple(_value(value) for value in proto.graph.output)


def _value(value: onnx.ValueInfoProto) -> GraphValue:
    tensor = value.type.tensor_type
    shape = tuple(side.dim_value if side.dim_value > 0 else None for side in tensor.shape.dim)
    return GraphValue(value.name, shape, _DTYPE_NAMES.get(tensor.elem_type, ""))
