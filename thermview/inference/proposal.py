"""What can be told of an embedding model that brings no card: from its graph and from the files beside it.

Sources of the scaling, the first that speaks: `preprocessor_config.json` (Hugging Face) or a timm `config.json` in
the model's folder (or above one called `onnx`), then the image metadata that the ONNX specification describes
("Image.NominalPixelRange" and others), then the graph itself where it takes bytes. The same architecture ships with
different scalings, so nothing is ever guessed by name: what nobody states stays open, for a person to answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from thermview.errors import ModelError
from thermview.inference.card import CARD_LIMIT, ModelCard
from thermview.inference.graph_file import (
    GraphValue,
    graph_inputs,
    graph_outputs,
    short_name,
)

if TYPE_CHECKING:
    import onnx

SIZE, SCALING, LAYOUT, OUTPUT = "size", "scaling", "layout", "output"
"""What a card must know of a model, and what sources are told for."""
ASSUMED_SIDE = 224
"""Pixels of a side where nothing states one: most published backbones were trained on so many."""
BYTE = 1 / 255
_GRAPH, _NOBODY = "the graph", "assumed"
_PIXEL_RANGES: dict[str, tuple[float, float, float]] = {
    "nominalrange_0_255": (1.0, 0.0, 1.0),
    "normalized_0_1": (BYTE, 0.0, 1.0),
    "normalized_1_1": (BYTE, 0.5, 0.5),
}
"""Scale, mean and std that belong to values of "Image.NominalPixelRange"."""
_TELLING = ("embed", "feature", "pool", "repr")


@dataclass(frozen=True)
class Proposal:
    """A card made up for a model; `sources` says where each of SIZE, SCALING, LAYOUT and OUTPUT comes from.

    `open` are those of them that nobody states and a person must answer; the card then holds an assumption.
    `inputs`, `outputs`: of the graph.
    """

    card: ModelCard
    sources: Mapping[str, str]
    open: tuple[str, ...]
    inputs: tuple[GraphValue, ...]
    outputs: tuple[GraphValue, ...]


@dataclass
class _Said:
    """What was found, each with its source."""

    fields: dict[str, Any]
    sources: dict[str, str]

    def take(self, what: str, source: str, **fields: Any) -> None:
        """Keep what a source says, unless one before it has spoken."""
        if what not in self.sources:
            self.fields |= fields
            self.sources[what] = source


def propose(path: Path, proto: onnx.ModelProto) -> Proposal:
    """What can be told of the model at `path` with this graph; ModelError where it takes no pictures."""
    inputs, outputs = graph_inputs(proto), graph_outputs(proto)
    picture = _picture_input(path, inputs)
    said = _Said({}, {})
    _ask_graph(said, picture)
    for name, read in (("preprocessor_config.json", _from_hugging_face), ("config.json", _from_timm)):
        if (found := _beside(path, name)) is not None:
            read(said, found, name)
    _from_metadata(said, {entry.key: entry.value for entry in proto.metadata_props})
    said.take(SIZE, _NOBODY, rows=ASSUMED_SIDE, columns=ASSUMED_SIDE)
    said.take(SCALING, _NOBODY, scale=BYTE)
    said.take(LAYOUT, _NOBODY, layout="NCHW", channels=3)
    output, output_source = choose_output(outputs)
    said.take(OUTPUT, output_source)
    dtype = picture.dtype if picture.dtype in ("float16", "uint8", "uint16") else "float32"
    record = {
        "name": short_name(path.stem) or "model",
        "kind": "embedding",
        "description": "A model of the user's own, without a card: " + _source_words(said.sources) + ".",
        "input": {"name": picture.name, "dtype": dtype, **said.fields},
        "outputs": [{"name": output.name, "meaning": "embedding"}],
    }
    try:
        card = ModelCard.model_validate(record)
    except ValidationError as error:
        first = error.errors()[0]
        raise ModelError(f"{path.name}: what stands beside it cannot be used ({first['msg']})") from None
    unanswered = tuple(what for what, source in said.sources.items() if source == _NOBODY)
    return Proposal(card, said.sources, unanswered, inputs, outputs)


def choose_output(outputs: tuple[GraphValue, ...]) -> tuple[GraphValue, str]:
    """The output that an embedding is most likely to stand in, and why: `pooler_output`, else a vector a
    picture, else maps to be averaged, else tokens of which the first stands for the picture."""
    named = [output for output in outputs if output.name == "pooler_output"]
    if named:
        return named[0], "called pooler_output"
    kinds: tuple[tuple[int, str], ...] = (
        (2, "one vector a picture"),
        (4, "maps, averaged"),
        (3, "tokens, the first"),
    )
    for rank, words in kinds:
        fitting = [out for out in outputs if len(out.shape) == rank and out.dtype.startswith("float")]
        if fitting:
            return max(fitting, key=_likeliness), words
    return outputs[0], _NOBODY


def _likeliness(output: GraphValue) -> tuple[bool, int]:
    name = output.name.lower()
    return any(word in name for word in _TELLING), output.shape[-1] or 0


def _picture_input(path: Path, inputs: tuple[GraphValue, ...]) -> GraphValue:
    fitting = [value for value in inputs if len(value.shape) == 4]
    if not fitting or len(inputs) > 1:
        listed = ", ".join(f"{short_name(value.name)} ({len(value.shape)} axes)" for value in inputs[:6])
        raise ModelError(
            f"{path.name}: an embedding model takes pictures and nothing else, this one takes {listed or 'nothing'}; "
            f"export it with one input of 4 axes, or write its card beside it"
        )
    return fitting[0]


def _ask_graph(said: _Said, picture: GraphValue) -> None:
    _, second, third, last = picture.shape
    if second in (1, 3) and last not in (1, 3):
        said.take(LAYOUT, _GRAPH, layout="NCHW", channels=second)
        rows, columns = third, last
    elif last in (1, 3):
        said.take(LAYOUT, _GRAPH, layout="NHWC", channels=last)
        rows, columns = second, third
    else:
        rows = columns = None
    if rows and columns:
        said.take(SIZE, _GRAPH, rows=rows, columns=columns)
    if picture.dtype in ("uint8", "uint16"):
        said.take(SCALING, f"{_GRAPH}, which takes whole numbers", scale=1.0)


# --- files beside the model --------------------------------------------------------------------------


def _beside(path: Path, name: str) -> dict[str, Any] | None:
    """A JSON table in the model's folder, or above one called onnx; None where there is none that can be read."""
    folders = [path.parent, path.parent.parent] if path.parent.name.lower() == "onnx" else [path.parent]
    for folder in folders:
        file = folder / name
        try:
            if file.is_file() and file.stat().st_size <= CARD_LIMIT:
                table = json.loads(file.read_bytes())
                return table if isinstance(table, dict) else None
        except (OSError, ValueError, RecursionError):
            continue
    return None


def _from_hugging_face(said: _Said, table: dict[str, Any], source: str) -> None:
    """Keys of the image processors' configuration."""
    cropped = table.get("do_center_crop") is True
    sides = _sides(table.get("crop_size") if cropped else table.get("size"))
    if sides is not None:
        said.take(SIZE, source, rows=sides[0], columns=sides[1])
    said.fields.setdefault("fit", "crop" if cropped else "stretch")
    scale = 1.0
    if table.get("do_rescale") is not False:
        scale = _number(table.get("rescale_factor", BYTE)) or BYTE
    if table.get("do_normalize") is False:
        said.take(SCALING, source, scale=scale)
        return
    mean, std = _numbers(table.get("image_mean")), _numbers(table.get("image_std"))
    if mean is not None and std is not None:
        said.take(SCALING, source, scale=scale, mean=mean, std=std)


def _from_timm(said: _Said, table: dict[str, Any], source: str) -> None:
    """Keys of timm's configuration, at the top or under pretrained_cfg."""
    inner = table.get("pretrained_cfg")
    if isinstance(inner, dict):
        table = {**table, **inner}
    shape = _numbers(table.get("input_size"))
    if shape is not None and len(shape) == 3:
        said.take(SIZE, source, rows=int(shape[1]), columns=int(shape[2]))
    mean, std = _numbers(table.get("mean")), _numbers(table.get("std"))
    if mean is not None and std is not None:
        said.take(SCALING, source, scale=BYTE, mean=mean, std=std)
        said.fields.setdefault("fit", "stretch" if table.get("crop_mode") == "squash" else "crop")


def _from_metadata(said: _Said, entries: Mapping[str, str]) -> None:
    """Image metadata of the ONNX specification."""
    known = _PIXEL_RANGES.get(entries.get("Image.NominalPixelRange", "").lower())
    if known is not None:
        scale, mean, std = known
        said.take(SCALING, "image metadata in the model", scale=scale, mean=(mean,), std=(std,))
    if entries.get("Image.BitmapPixelFormat", "").lower().startswith("bgr"):
        said.fields.setdefault("order", "bgr")


def _sides(value: Any) -> tuple[int, int] | None:
    """Rows and columns from a number, a pair, or a table of height and width or of the shortest edge."""
    if isinstance(value, Mapping):
        edge = value.get("shortest_edge")
        pair = (value.get("height", edge), value.get("width", edge))
    elif isinstance(value, list) and len(value) == 2:
        pair = (value[0], value[1])
    else:
        pair = (value, value)
    rows, columns = (_number(side) for side in pair)
    return (int(rows), int(columns)) if rows and columns and rows >= 1 and columns >= 1 else None


def _numbers(value: Any) -> tuple[float, ...] | None:
    if not isinstance(value, list):
        return None
    found = [_number(item) for item in value[:16]]
    return tuple(number for number in found if number is not None) if found and None not in found else None


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9
    return float(value) if is_number else None


_WORDS: dict[str, Callable[[str], str]] = {
    SIZE: lambda source: f"size by {source}",
    SCALING: lambda source: f"scaling by {source}",
    LAYOUT: lambda source: f"layout by {source}",
    OUTPUT: lambda source: f"output chosen as {source}",
}


def _source_words(sources: Mapping[str, str]) -> str:
    return ", ".join(_WORDS[what](source) for what, source in sources.items())
