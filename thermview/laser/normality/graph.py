"""The graph of a fitted model: what `compare` says, for any of its batches, as ONNX.

One graph serves all batches: their tables lie one behind the other, and the input `batch_number` says which to take.
Inputs: `frames` (t, rows, columns), `frame_index` (t,), `centre` (t,) as in `compared`, and `batch_number` (1,).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper

from thermview.inference.building import GraphBuilder
from thermview.laser.normality.compare import (
    AROUND,
    ASTRAY,
    DARK,
    EXCESS,
    FAINT,
    GLARE,
    LEAST_LIGHT,
    LONE,
    PIXEL_SPREAD,
    STEEP,
)
from thermview.laser.normality.tables import FACTS, FEATURES, PHASES, BatchTables

OPSET = 17
SMALL = 1e-6
LAST = 2**31 - 1
"""The end of an axis, however long it is."""
HALF = ("white", "basis", "codes", "gain", "noise", "spread")
"""Tables kept as numbers of 16 bits; facts need more."""
OUTPUTS = (
    "offset",
    "phase",
    "pattern",
    "evidence",
    "order",
    "astray",
    "measures",
    "features",
    "facts",
    "expected",
    "residual",
    "picture",
)


def quantized(tables: BatchTables) -> BatchTables:
    """Tables as the graph keeps them, so that limits are measured with what is kept."""
    rounded: dict[str, Any] = {
        name: getattr(tables, name).astype(np.float16).astype(np.float32) for name in HALF
    }
    rounded |= {name: float(np.float32(getattr(tables, name))) for name in ("distance", "light", "stirring")}
    return replace(tables, **rounded)


def build_graph(batches: Sequence[BatchTables]) -> onnx.ModelProto:
    """The graph with the tables of all batches, in the order given."""
    g = GraphBuilder()
    _choose(g, batches)
    _match(g)
    _track(g)
    _fit(g)
    _deviate(g)
    graph = helper.make_graph(g.nodes, "laser_normality", _inputs(), _outputs(), list(g.weights.values()))
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8, producer_name="thermview fit"
    )
    onnx.checker.check_model(model, full_check=True)
    return model


def _inputs() -> list[onnx.ValueInfoProto]:
    return [
        helper.make_tensor_value_info("frames", TensorProto.FLOAT, ["t", "rows", "columns"]),
        helper.make_tensor_value_info("frame_index", TensorProto.INT64, ["t"]),
        helper.make_tensor_value_info("centre", TensorProto.INT64, ["t"]),
        helper.make_tensor_value_info("batch_number", TensorProto.INT64, [1]),
    ]


def _outputs() -> list[onnx.ValueInfoProto]:
    shapes: dict[str, list[str | int]] = {
        "evidence": ["t", "patterns"],
        "measures": ["t", len(FEATURES)],
        "features": ["t", len(FEATURES)],
        "facts": ["t", len(FACTS)],
        "expected": ["t", len(FACTS)],
        "residual": ["t", "rows_out", "columns_out"],
        "picture": ["t", "rows_out", "columns_out"],
    }
    kinds = {"offset": TensorProto.DOUBLE, "phase": TensorProto.DOUBLE, "pattern": TensorProto.INT64}
    return [
        helper.make_tensor_value_info(name, kinds.get(name, TensorProto.FLOAT), shapes.get(name, ["t"]))
        for name in OUTPUTS
    ]


# --- the tables of one batch -------------------------------------------------------------------------


def _choose(g: GraphBuilder, batches: Sequence[BatchTables]) -> None:
    """The chosen batch's tables under their names, and its scalars."""
    for name in (*HALF, "facts"):
        arrays = [getattr(batch, name) for batch in batches]
        kind = np.float16 if name in HALF else np.float32
        flat = np.concatenate([array.ravel() for array in arrays]).astype(kind)
        ends = np.cumsum([0, *(array.size for array in arrays)])
        first = g("Gather", g.table(f"{name}_first", ends[:-1].astype(np.int64)), "batch_number")
        stop = g("Gather", g.table(f"{name}_stop", ends[1:].astype(np.int64)), "batch_number")
        part = g.float(g("Slice", g.table(f"all_{name}", flat), first, stop, [0]))
        shapes = np.array([array.shape for array in arrays], np.int64)
        shape = g("Squeeze", g("Gather", g.table(f"{name}_shape", shapes), "batch_number"), [0])
        rows = "facts_table" if name == "facts" else name
        g("Reshape", part, shape, out=rows)
    scalars: dict[str, np.ndarray[Any, Any]] = {
        "period": np.array([b.period for b in batches], np.float64),
        "half": np.array([b.half for b in batches], np.int64),
        "distance": np.array([b.distance for b in batches], np.float32),
        "light": np.array([b.light for b in batches], np.float32),
    }
    for name, values in scalars.items():
        g("Gather", g.table(f"all_{name}", values), "batch_number", out=name)
    g("Gather", g("Shape", "codes"), [0], out="patterns")


# --- as compare.match --------------------------------------------------------------------------------


def _match(g: GraphBuilder) -> None:
    """`likelihood` (t, p, PHASES), `lit` (t, 1), `flat_codes` (p * PHASES, k), `own_codes` (t, k), `length` (t, 1)."""
    flat = g("Flatten", "frames", axis=1)
    white = g("Mul", flat, g("Unsqueeze", "white", [0]))
    g("Sqrt", g.sum(g("Mul", white, white), 1), out="length")
    count = g("Gather", g("Shape", "codes"), [2])
    pictures = g("Reshape", "codes", g("Concat", [-1], count, axis=0), out="flat_codes")
    unit = g("Div", pictures, g("Add", g("Sqrt", g.sum(g("Mul", pictures, pictures), 1)), SMALL))
    g("MatMul", white, "basis", out="own_codes")
    likeness = g("MatMul", "own_codes", g("Transpose", unit, perm=[1, 0]))
    apart = g("Relu", g("Sub", 1.0, g("Div", likeness, g("Add", "length", SMALL))))
    share = g("Div", g.sum(flat, 1), "light")
    g("Clip", g("Mul", g("Sub", share, DARK), 5.0), 0.0, 1.0, out="lit")
    fits = g("Mul", g("Neg", g("Log", g("Add", g("Div", apart, "distance"), 1.0))), "lit")
    g("Reshape", fits, g("Concat", [-1], "patterns", [PHASES], axis=0), out="likelihood")


# --- as compare.track --------------------------------------------------------------------------------


def _track(g: GraphBuilder) -> None:
    """`offset`, `phase`, `evidence`, `order`."""
    cycles = g("Div", g.double("frame_index"), "period")
    clock = g("Sub", cycles, g("Floor", cycles), out="clock")
    turned = _demodulated(g, clock)
    single = g("ReduceMax", "likelihood", axes=[1, 2], keepdims=0, out="single")
    strongest = g("ReduceMax", turned, axes=[1], keepdims=0)
    g("Concat", strongest, "lit", g("Unsqueeze", single, [1]), axis=1, out="weighed")
    # what is added up over the frames around, side by side: of every pattern, of the strongest one, and the weights
    columns = g("Mul", "patterns", [PHASES])
    each = [columns, [PHASES], [1], [1]]
    values = g("Concat", g("Flatten", turned, axis=1), "weighed", axis=1)
    sums = _window_sums(g, values, "centre")
    by_pattern, best, weight, ordered = g.parts(sums, g("Concat", *each, axis=0), len(each))
    wide = g("Add", weight, np.float64(1e-3))
    place = g("ArgMax", best, axis=1, keepdims=1)
    left, top, right = _beside(g, best, place)
    offset = g("Div", g("Add", g.double(place), _between(g, left, top, right)), np.float64(PHASES))
    offset = g("Squeeze", g("Sub", offset, g("Floor", offset)), [1], out="offset")
    phase = g("Add", offset, clock)
    g("Sub", phase, g("Floor", phase), out="phase")
    # the patterns' own sums, at the place that was found only
    firsts = g("Range", np.int64(0), g("Squeeze", columns, [0]), np.int64(PHASES))
    at_place = g("GatherElements", by_pattern, g("Add", place, firsts), axis=1)
    g("Cast", g("Div", at_place, wide), to=TensorProto.FLOAT, out="evidence")
    better = g("Sub", ordered, top)
    g("Cast", g("Squeeze", g("Div", better, wide), [1]), to=TensorProto.FLOAT, out="order")


def _demodulated(g: GraphBuilder, clock: str) -> str:
    steps = g("Mul", clock, np.float64(PHASES))
    whole = g("Floor", steps)
    part = g("Unsqueeze", g.float(g("Sub", steps, whole)), [1, 2])
    # a cycle of places from each place on, and one more for those after
    both = g("GatherElements", "likelihood", _places(g, PHASES + 1, g.whole(whole)), axis=2)
    low, high = (g("Slice", both, [first], [first + PHASES], [2]) for first in (0, 1))
    return g("Add", g("Mul", low, g("Sub", 1.0, part)), g("Mul", high, part), out="turned")


def _places(g: GraphBuilder, count: int, first: str) -> str:
    """(t, p, count): so many places of the cycle beside each other from `first` (t,) on, alike for all patterns.

    Looked up in a table of them all, which is made once.
    """
    from_each = np.arange(PHASES, dtype=np.int64)[:, None, None]
    places = g("Mod", g("Add", from_each, np.arange(count, dtype=np.int64)), np.int64(PHASES))
    everywhere = g("Expand", places, g("Concat", [1], "patterns", [1], axis=0))
    return g("Gather", everywhere, first, axis=0)


def _window_sums(g: GraphBuilder, values: str, centre: str) -> str:
    """Sums over the rows centre - half .. centre + half of a matrix, in float64."""
    sums = g("CumSum", g("Pad", g.double(values), [1, 0, 0, 0]), np.int64(0))
    rows = g("Gather", g("Shape", values), [0])
    first = g("Max", g("Sub", centre, "half"), np.int64(0))
    stop = g("Min", g("Add", g("Add", centre, "half"), np.int64(1)), rows)
    return g("Sub", g("Gather", sums, stop, axis=0), g("Gather", sums, first, axis=0))


def _beside(g: GraphBuilder, best: str, place: str) -> list[str]:
    """The values before, at and after a place of the cycle, (t, 1) each."""
    around = g("Add", place, np.array([[PHASES - 1, PHASES, PHASES + 1]], np.int64))
    return g.parts(g("GatherElements", best, g("Mod", around, np.int64(PHASES)), axis=1), [1, 1, 1], 3)


def _between(g: GraphBuilder, left: str, top: str, right: str) -> str:
    bend = g("Sub", g("Sub", g("Mul", top, np.float64(2.0)), left), right)
    bend = g("Max", bend, np.float64(1e-9))
    slope = g("Mul", g("Sub", right, left), np.float64(0.5))
    return g("Clip", g("Div", slope, bend), np.float64(-0.5), np.float64(0.5))


# --- as compare.fit_of -------------------------------------------------------------------------------


def _fit(g: GraphBuilder) -> None:
    """`pattern`, `astray`, and for at_phase `rows` (t, 2) of the tables and their `shares` (t, 2, 1)."""
    steps = g("Mul", "phase", np.float64(PHASES))
    whole = g("Floor", steps)
    part = g("Unsqueeze", g.float(g("Sub", steps, whole)), [1, 2])
    both = g("Sub", 1.0, part), part
    g("Concat", *both, axis=1, out="shares")
    places = _places(g, 2, g("Mod", g.whole(whole), np.int64(PHASES)))
    own = g("GatherElements", "likelihood", places, axis=2)
    own = g.sum(g("Mul", own, g("Concat", *both, axis=2)), 2, keep=False)
    most = g("ReduceMax", "evidence", axes=[1], keepdims=1)
    decided = g.float(g("Equal", "evidence", most))
    rows = g("Range", np.int64(0), g("Squeeze", g("Gather", g("Shape", "phase"), [0])), np.int64(1))
    g("Greater", _window_sums(g, decided, rows), np.float64(0.5), out="open_to")
    shown = g("Where", "open_to", own, -1e9)
    pattern = g("ArgMax", shown, axis=1, keepdims=1)
    g("Squeeze", pattern, [1], out="pattern")
    g("Sub", "single", g("ReduceMax", shown, axes=[1], keepdims=0), out="astray")
    g("Add", g("Mul", pattern, np.int64(PHASES)), g("Gather", places, np.int64(0), axis=1), out="rows")


def _at_phase(g: GraphBuilder, table: str) -> str:
    """Rows of a table (p * PHASES, m) where the frames are: (t, m)."""
    both = g("Gather", table, "rows", axis=0)
    return g.sum(g("Mul", both, "shares"), 1, keep=False)


def _side_by_side(g: GraphBuilder) -> str:
    """All that is looked up by place as one table: facts, spreads, codes."""
    facts = g("Reshape", "facts_table", [-1, len(FACTS)])
    return g("Concat", facts, g("Reshape", "spread", [-1, len(FEATURES)]), "flat_codes", axis=1)


# --- as compare.deviations ---------------------------------------------------------------------------


def _deviate(g: GraphBuilder) -> None:
    g("Unsqueeze", "frames", [1], out="layers")
    facts, light = _facts(g)
    here = _at_phase(g, _side_by_side(g))
    expected = g("Slice", here, [0], [len(FACTS)], [1], out="expected")
    usual = g.columns(here, len(FACTS), len(FACTS) + len(FEATURES))
    codes = g.columns(here, len(FACTS) + len(FEATURES), LAST)
    more, place = g.parts(g("Sub", facts, expected), [1, len(FACTS) - 1], 2)
    due = g("Add", g.columns(expected, 0, 1), g("Mul", "light", LEAST_LIGHT))
    share = g("Div", light, due)
    lit = g("Clip", g("Mul", g("Sub", share, DARK), 5.0), 0.0, 1.0)
    astray = g("Exp", g("Min", g("Sub", ASTRAY, g("Unsqueeze", "astray", [1])), 0.0))
    here = g("Mul", lit, g("Mul", astray, astray))
    residual, reach = _residual(g, codes, share)
    beam, spike = _bright_spots(g, residual)
    spatter = g("Mul", g("Sqrt", beam), g("Mul", here, here))
    beside = g("Relu", g("Sub", residual, EXCESS))
    beside = g("Mul", g.sum(g("Mul", beside, reach), 2, 3, keep=False), here)
    own = g("Sub", light, g("Min", beside, g("Relu", more)))
    power = g("Log", g("Div", g("Add", own, g("Mul", "light", LEAST_LIGHT)), due))
    power = g("Mul", power, astray)
    glare = g("Relu", g("Sub", g("Mul", spatter, spatter), GLARE))
    clear = g("Div", here, g("Add", g("Mul", glare, 0.5), 1.0))
    place = g("Mul", clear, place)
    shape = g("Mul", _shape(g, codes), here)
    spike = g("Mul", g("Sqrt", spike), here)
    measures = g("Concat", power, place, shape, spatter, spike, axis=1, out="measures")
    g("Div", measures, usual, out="features")


def _facts(g: GraphBuilder) -> tuple[str, str]:
    """`facts` (t, FACTS), and the light alone (t, 1)."""
    size = g("Slice", g("Shape", "frames"), [1], [3], [0])
    g("Concat", [1, 1], size, axis=0, out="one_layer")
    level = g("Div", "layers", g("Reshape", "gain", "one_layer"))
    faint = g("Mul", g("ReduceMax", level, axes=[2, 3], keepdims=1), FAINT)
    bright = g("Flatten", g("Relu", g("Sub", level, faint)), axis=1)
    # mass and moments at once; in double precision, for the mean is taken off afterwards
    moments = g("MatMul", g.double(bright), _levers(g))
    mean = g("Div", g.columns(moments, 1, 4), g("Max", g.columns(moments, 0, 1), np.float64(SMALL)))
    place = g.columns(mean, 0, 2)
    spread = g("Sub", g.columns(mean, 2, 3), g.sum(g("Mul", place, place), 1))
    size = g("Log", g("Add", g("Max", spread, np.float64(0.0)), np.float64(0.05)))
    light = g.sum("layers", 2, 3, keep=False)
    return g("Concat", light, g.float(g("Concat", place, size, axis=1)), axis=1, out="facts"), light


def _levers(g: GraphBuilder) -> str:
    """(pixels, 4): one, row, column, and squared distance of each pixel from the corner."""
    size = g("Shape", "frames", start=1)
    ends = [g("Squeeze", g("Slice", size, [axis], [axis + 1], [0])) for axis in (0, 1)]
    line, across = (g.double(g("Range", np.int64(0), end, np.int64(1))) for end in ends)
    line = g("Unsqueeze", line, [1])
    row = g("Add", line, g("Mul", across, np.float64(0.0)))
    column = g("Add", across, g("Mul", line, np.float64(0.0)))
    one = g("Add", g("Mul", row, np.float64(0.0)), np.float64(1.0))
    squared = g("Add", g("Mul", row, row), g("Mul", column, column))
    each = [g("Reshape", table, [-1, 1]) for table in (one, row, column, squared)]
    return g("Concat", *each, axis=1)


def _residual(g: GraphBuilder, codes: str, share: str) -> tuple[str, str]:
    """`picture` and `residual` (t, rows, columns); the residual and the reach of each pixel as layers (t, 1, rows,
    columns)."""
    light = g("Relu", g("MatMul", codes, g("Transpose", "basis", perm=[1, 0])))
    light = g("Mul", g("Div", light, g("Unsqueeze", "white", [0])), g("Clip", share, 0.2, 1.5))
    picture = g("Reshape", light, g("Shape", "layers"))
    g("Squeeze", picture, [1], out="picture")
    side = 2 * AROUND + 1
    around = g("MaxPool", picture, kernel_shape=[side, side], pads=[AROUND] * 4)
    reach = g("Add", g("Reshape", "noise", "one_layer"), g("Mul", around, PIXEL_SPREAD))
    residual = g("Div", g("Sub", "layers", picture), reach)
    g("Squeeze", residual, [1], out="residual")
    return residual, reach


def _bright_spots(g: GraphBuilder, residual: str) -> tuple[str, str]:
    light = g("Relu", residual)
    # of the eight beside a pixel: those left and right, and all three of the rows above and below
    padded = g("Pad", light, [0, 0, 1, 1, 0, 0, 1, 1])
    sides = [g("Slice", padded, [1, first], [-1, stop], [2, 3]) for first, stop in ((0, -2), (2, LAST))]
    three = g("MaxPool", padded, kernel_shape=[1, 3])
    rows = [g("Slice", three, [first], [stop], [2]) for first, stop in ((0, -2), (2, LAST))]
    beside = g("Max", *sides, *rows)
    most = g("Add", g("Mul", beside, STEEP), LONE)
    beam = g("ReduceMax", g("Min", light, most), axes=[2, 3], keepdims=0)
    return beam, g("ReduceMax", g("Relu", g("Sub", light, most)), axes=[2, 3], keepdims=0)


def _shape(g: GraphBuilder, codes: str) -> str:
    likeness = g.sum(g("Mul", "own_codes", codes), 1)
    length = g("Mul", "length", g("Sqrt", g.sum(g("Mul", codes, codes), 1)))
    apart = g("Sub", 1.0, g("Div", likeness, g("Add", length, SMALL)))
    return g("Sqrt", g("Relu", apart))
