"""Building ONNX graphs node by node."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper


class GraphBuilder:
    """Nodes in the order they are made; every call gives the name of its result.

    Inputs are names of results, or values that become constants: lists of whole numbers as int64, NumPy
    arrays as they are, everything else as float32.
    """

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: dict[str, onnx.TensorProto] = {}

    def __call__(self, op: str, *inputs: Any, out: str = "", **attributes: Any) -> str:
        names = [item if isinstance(item, str) else self.constant(item) for item in inputs]
        result = out or f"{op.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, names, [result], **attributes))
        return result

    def constant(self, value: Any) -> str:
        """The name of a constant; the same value is kept once."""
        if isinstance(value, np.ndarray | np.generic):
            array = np.asarray(value)
        else:
            array = np.asarray(value, np.int64 if _is_whole(value) else np.float32)
        name = f"c_{array.dtype}_{array.tobytes().hex()}_{'x'.join(map(str, array.shape))}"
        self.weights.setdefault(name, numpy_helper.from_array(array, name))
        return name

    def table(self, name: str, array: np.ndarray[Any, Any]) -> str:
        """A named constant of any size."""
        self.weights[name] = numpy_helper.from_array(np.ascontiguousarray(array), name)
        return name

    def sum(self, x: str, *axes: int, keep: bool = True) -> str:
        """The sum over axes."""
        return self("ReduceSum", x, list(axes), keepdims=int(keep))

    def columns(self, x: str, first: int, stop: int) -> str:
        """Columns first .. stop - 1 of a matrix."""
        return self("Slice", x, [first], [stop], [1])

    def parts(self, x: str, widths: Any, count: int) -> list[str]:
        """A matrix cut into so many parts of the widths given, side by side."""
        first = self("Split", x, widths, axis=1)
        more = [f"{first}_{part}" for part in range(1, count)]
        self.nodes[-1].output.extend(more)
        return [first, *more]

    def double(self, x: str) -> str:
        """As float64."""
        return self("Cast", x, to=onnx.TensorProto.DOUBLE)

    def float(self, x: str) -> str:
        """As float32."""
        return self("Cast", x, to=onnx.TensorProto.FLOAT)

    def whole(self, x: str) -> str:
        """As int64, cut off."""
        return self("Cast", x, to=onnx.TensorProto.INT64)


def _is_whole(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, int) for item in value)
