"""The graph of the generic laser model: every frame compared with the recording's own other frames.

Nothing in it is learnt. A frame becomes a code (its pixels, pooled 2 x 2, unit length) and a few facts (sum,
centroid, size). The most similar reference frames, taken from elsewhere in the same recording, say what the
facts should be: kernel regression with the cosine distance of the codes. What differs is divided by how much
it differs for those reference frames themselves, so that segments passed quickly are not judged by the
steadiness of the slow ones. Rows, columns, frames and reference frames are free.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper

from thermview.inference.building import GraphBuilder

OPSET = 17
FACTS = ("sum", "row", "column", "log size", "next row", "next column", "has next", "has before", "detour")
FEATURES = (
    "power",
    "row",
    "column",
    "step row",
    "step column",
    "progress",
    "size",
    "shape",
    "spatter",
    "lost",
    "detour",
)
# Least spread of each feature: differences below it are the camera's rounding, not the process.
FLOORS = (0.01, 0.03, 0.03, 0.05, 0.05, 0.01, 0.02, 0.02, 0.01, 0.1, 1.0)
FAINT = 0.03  # share of a frame's maximum below which a pixel is background
SHARPNESS = 0.3  # kernel width as a share of the distance to the nearest reference frame
DARK = 0.1  # share of the expected sum below which a frame shows no spot
GLARE = 6.0  # normalised light beside the path from which the centroid is no longer trusted fully
NEVER = -4.0  # likeness of what must not be compared: below any cosine
LEAST_WIDTH = 0.0015  # and at least this much: about 0.1 px at a spot of 1.5 px sigma


def build_graph() -> onnx.ModelProto:
    """The whole graph; inputs and outputs as in the card made by `laser_generic.py`."""
    g = GraphBuilder()
    frames = g("Unsqueeze", "frames", [1])  # (t, 1, rows, columns)
    _encode(g, frames)
    _match(g)
    _compare(g)
    graph = helper.make_graph(g.nodes, "laser_generic", _inputs(), _outputs(), list(g.weights.values()))
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=8,
        producer_name="thermview models/train/laser_generic.py",
    )
    onnx.checker.check_model(model, full_check=True)
    return model


def _value(name: str, *shape: str | int) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))


def _inputs() -> list[onnx.ValueInfoProto]:
    return [
        _value("frames", "t", "rows", "columns"),
        _value("frame_index", "t"),
        _value("reference_code", "m", "code"),
        _value("reference_facts", "m", len(FACTS)),
        _value("reference_index", "m"),
        _value("reference_spread", "m", len(FEATURES)),
        _value("exclude", "m"),
    ]


def _outputs() -> list[onnx.ValueInfoProto]:
    return [
        _value("code", "t", "code_out"),
        _value("facts", "t", 4),
        _value("distance", "t"),
        _value("measures", "t", len(FEATURES)),
        _value("features", "t", len(FEATURES)),
    ]


def _encode(g: GraphBuilder, frames: str) -> None:
    """Outputs code (t, pooled pixels) and facts (t, 4: sum, row, column, log of the squared size)."""
    pooled = g("AveragePool", frames, kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1, count_include_pad=0)
    flat = g("Flatten", pooled, axis=1)
    norm = g("Sqrt", g.sum(g("Mul", flat, flat), 1))
    g("Div", flat, g("Add", norm, 1e-6), out="code")
    g("Identity", norm, out="norm")
    total = g("Flatten", g.sum(frames, 1, 2, 3), axis=1)
    bright = g("Relu", g("Sub", frames, g("Mul", g("ReduceMax", frames, axes=[2, 3], keepdims=1), FAINT)))
    by_row = g.sum(bright, 1, 3, keep=False)  # (t, rows)
    by_column = g.sum(bright, 1, 2, keep=False)
    mass = g("Add", g.sum(by_row, 1), 1e-6)
    row, row_spread = _moments(g, by_row, mass)
    column, column_spread = _moments(g, by_column, mass)
    size = g("Log", g("Add", g("Add", row_spread, column_spread), 0.05))
    g("Concat", total, row, column, size, out="facts", axis=1)


def _moments(g: GraphBuilder, profile: str, mass: str) -> tuple[str, str]:
    """Mean and variance (t, 1) of a profile (t, n), in pixels."""
    count = g("Gather", g("Shape", profile), [1])
    places = g("Cast", g("Range", g("Squeeze", g("Sub", count, count)), g("Squeeze", count), _one(g)), to=1)
    mean = g("Div", g.sum(g("Mul", profile, places), 1), mass)
    away = g("Sub", g("Unsqueeze", places, [0]), mean)
    return mean, g("Div", g.sum(g("Mul", profile, g("Mul", away, away)), 1), mass)


def _one(g: GraphBuilder) -> str:
    return g("Squeeze", g("Identity", [1]))


def _match(g: GraphBuilder) -> None:
    """Output distance (t) to the nearest reference frame that is not near in time.

    Inner results: `likeness` (t, m), `kernel` (t, m) with rows summing to 1, and `detour` (t, 1), by
    how much further the reference frames outside obstacles are than all of them.
    """
    likeness = g("MatMul", "code", g("Transpose", "reference_code", perm=[1, 0]))
    gap = g("Abs", g("Sub", g("Unsqueeze", "frame_index", [1]), g("Unsqueeze", "reference_index", [0])))
    likeness = g("Where", g("Less", gap, g("Unsqueeze", "exclude", [0])), NEVER, likeness, out="likeness")
    best = _kernel(g, likeness, "kernel")
    distance = g("Clip", g("Sub", 1.0, best), 0.0, 1.0)
    g("Squeeze", distance, [1], out="distance")
    detour = g("Transpose", g.columns("reference_facts", 8, 9), perm=[1, 0])
    plain = g("ReduceMax", g("Sub", likeness, g("Mul", detour, -NEVER)), axes=[1], keepdims=1)
    to_plain = g("Sqrt", g("Clip", g("Sub", 1.0, plain), 0.0, 1.0))
    g("Sub", to_plain, g("Sqrt", distance), out="detour")


def _kernel(g: GraphBuilder, likeness: str, out: str) -> str:
    """Kernel weights of the reference for every frame, rows summing to 1; gives the best likeness (t, 1)."""
    best = g("ReduceMax", likeness, axes=[1], keepdims=1)
    distance = g("Relu", g("Sub", 1.0, best))
    width = g("Add", g("Mul", distance, SHARPNESS), LEAST_WIDTH)
    g("Softmax", g("Div", g("Sub", likeness, best), width), axis=1, out=out)
    return best


def _compare(g: GraphBuilder) -> None:
    """Outputs measures (plain units) and features (the same, divided by the local spread); both (t, 11)."""
    expected = g("MatMul", "kernel", "reference_facts")  # (t, 9)
    total, usual = g.columns("facts", 0, 1), g.columns(expected, 0, 1)
    mean = g("ReduceMean", g.columns("reference_facts", 0, 1), keepdims=1)
    least = g("Add", g("Mul", mean, 0.02), 1e-3)
    empty = g("Cast", g("LessOrEqual", total, 0.0), to=1)
    power = g("Sub", g("Log", g("Add", total, least)), g("Log", g("Add", usual, least)))
    power = g("Mul", power, g("Sub", 1.0, empty))
    lost = g("Mul", empty, g("Cast", g("Greater", usual, g("Mul", mean, 0.1)), to=1))
    # where a frame is dark its place and size are undefined: what was expected is held
    share = g("Div", total, g("Add", usual, least))
    lit = g("Clip", g("Mul", g("Sub", share, DARK), 5.0), 0.0, 1.0)
    shape, spatter = _shape(g, lit)
    spread = g("Add", g("MatMul", "kernel", "reference_spread"), np.asarray(FLOORS, np.float32))
    # a droplet moves the centroid and widens the picture, yet the spot is where it was
    glare = g("Relu", g("Sub", g("Div", spatter, g.columns(spread, 8, 9)), GLARE))
    clear = g("Div", lit, g("Add", g("Mul", glare, 0.5), 1.0))
    place = g("Mul", clear, g("Sub", g.columns("facts", 1, 4), g.columns(expected, 1, 4)))
    step, progress = _steps(g, lit)
    path = (power, g.columns(place, 0, 2), step, progress)
    look = (g.columns(place, 2, 3), shape, spatter, lost, g("Mul", "detour", lit))
    measures = g("Concat", *path, *look, axis=1, out="measures")
    g("Div", measures, spread, out="features")


def _steps(g: GraphBuilder, lit: str) -> tuple[str, str]:
    """Where the spot is against where it should have gone from the two frames before: (t, 2) px, (t, 1) frames.

    Two frames, since the path crosses itself and one frame there does not say which way it goes on.
    The first two rows have not enough frames before them and are 0.
    """
    following = g("Slice", g("Pad", "likeness", [1, 1, 0, 0]), [0, 0], [-1, -1], [0, 1])
    both = g("Mul", g("Add", "likeness", following), 0.5)
    usable = g("Mul", g.columns("reference_facts", 6, 7), g.columns("reference_facts", 7, 8))
    barred = g("Mul", g("Sub", 1.0, g("Transpose", usable, perm=[1, 0])), NEVER)
    best = _kernel(g, g("Add", both, barred), "order_kernel")
    told = g("Mul", g("Cast", g("Greater", best, 0.0), to=1), lit)
    expected = g("MatMul", "order_kernel", "reference_facts")
    ahead, here = (_before(g, g.columns(expected, first, first + 2)) for first in (4, 1))
    told = g("Mul", g("Mul", _before(g, told), lit), _after_two(g, lit))
    error = g("Mul", g("Sub", g.columns("facts", 1, 3), ahead), told)
    move = g("Sub", ahead, here)
    along = g("Div", g.sum(g("Mul", error, move), 1), g("Add", g.sum(g("Mul", move, move), 1), 2.0))
    return error, g("Clip", along, -0.5, 0.5)


def _after_two(g: GraphBuilder, like: str) -> str:
    """(t, 1): 0 in the first two rows, 1 below."""
    ones = g("Add", g("Mul", like, 0.0), 1.0)
    return _before(g, _before(g, ones))


def _before(g: GraphBuilder, x: str) -> str:
    """Rows moved down by one; the first row becomes 0."""
    return g("Slice", g("Pad", x, [1, 0, 0, 0]), [0], [-1], [0])


def _shape(g: GraphBuilder, lit: str) -> tuple[str, str]:
    """Root of the cosine distance to the expected picture, and the largest excess over it; both (t, 1)."""
    picture = g("MatMul", "kernel", "reference_code")
    length = g("Add", g("Sqrt", g.sum(g("Mul", picture, picture), 1)), 1e-6)
    likeness = g.sum(g("Mul", "code", g("Div", picture, length)), 1)
    shape = g("Sqrt", g("Clip", g("Sub", 1.0, likeness), 0.0, 1.0))
    excess = g("Sub", "code", g("Mul", picture, 1.5))
    spatter = g("Relu", g("ReduceMax", excess, axes=[1], keepdims=1))
    return g("Mul", shape, lit), g("Mul", spatter, lit)
