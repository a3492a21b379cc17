"""Opening an ONNX model: checked before anything of it runs, then run on one core beside the window."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from thermview.errors import ModelError, reason
from thermview.inference.card import CARD_KEY, ModelCard, ModelId, card_beside, parse_card

if TYPE_CHECKING:
    import onnx

SIZE_LIMIT = 1024 * 2**20
"""Bytes an .onnx file may have; the largest embedding backbones people plug in stay below."""
OPSET_RANGE = range(7, 27)
DOMAINS = frozenset({"", "ai.onnx", "ai.onnx.ml", "com.microsoft"})
Array = NDArray[Any]
Shape = tuple[int | str | None, ...]

_DTYPES = {
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(double)": np.float64,
    "tensor(uint8)": np.uint8,
    "tensor(uint16)": np.uint16,
    "tensor(int32)": np.int32,
    "tensor(int64)": np.int64,
    "tensor(bool)": np.bool_,
}


@dataclass(frozen=True)
class Part:
    """A part of a model's graph: arrays in, arrays out, both in the order that they were asked for in."""

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    session: Any = field(repr=False, compare=False)

    def __call__(self, *arrays: Array) -> list[Array]:
        """Arrays of the graph's own types; ModelError where it refuses them."""
        try:
            given: list[Array] = self.session.run(
                self.outputs, dict(zip(self.inputs, arrays, strict=True)), None
            )
            return given
        except Exception as error:  # onnxruntime has its own exception classes, not all of them public
            raise _refused(self.name, dict(zip(self.inputs, arrays, strict=False)), error) from None


@dataclass(frozen=True)
class Model:
    """A loaded model: its card, the hash of its file, and the session that runs it.

    `run` may be called from any thread; the interpreter is free while the graph computes.
    """

    path: Path
    card: ModelCard
    sha256: str
    session: Any = field(repr=False, compare=False)
    _proto: onnx.ModelProto | None = field(default=None, repr=False, compare=False)
    _parts: dict[Any, Part] = field(default_factory=dict, repr=False, compare=False)

    @property
    def id(self) -> ModelId:
        """Its name and hash, as kept beside every score."""
        return ModelId(self.card.name, self.sha256)

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the graph's inputs."""
        return tuple(item.name for item in self.session.get_inputs())

    def run(self, batch: Array, **more: Array) -> dict[str, Array]:
        """Feed the card's input (and further inputs by name); give the card's outputs by name.

        Arrays are cast to the graph's types. ModelError where the graph refuses them.
        """
        feed = {self.card.input.name: batch, **more}
        types = {item.name: _DTYPES.get(item.type) for item in self.session.get_inputs()}
        try:
            ready = {name: np.asarray(array, dtype=types[name], order="C") for name, array in feed.items()}
            names = [output.name for output in self.card.outputs]
            return dict(zip(names, self.session.run(names, ready), strict=True))
        except Exception as error:  # onnxruntime has its own exception classes, not all of them public
            raise _refused(self.path.name, feed, error) from None

    def part(
        self, inputs: Mapping[str, Shape], outputs: Sequence[str], constants: Mapping[str, Array]
    ) -> Part:
        """The part of the graph between named inputs or results, `constants` being inputs that never change.

        Made once and kept. Only models that know batches keep their graph for this; ModelError for others,
        and where the graph has no results of these names.
        """
        fixed = tuple((name, value.tobytes()) for name, value in constants.items())
        key = tuple(inputs.items()), tuple(outputs), fixed
        if key not in self._parts:
            self._parts[key] = self._made(inputs, outputs, constants)
        return self._parts[key]

    def _made(
        self, inputs: Mapping[str, Shape], outputs: Sequence[str], constants: Mapping[str, Array]
    ) -> Part:
        name = self.path.name
        if self._proto is None:
            raise ModelError(f"{name}: is no fitted model of laser batches; it has no parts to be run alone")
        from thermview.inference.cutting import part_of

        try:
            cut = part_of(self._proto, inputs, outputs, constants)
        except ValueError as error:
            raise ModelError(f"{name}: was fitted by another version; fit it again ({error})") from None
        return Part(name, tuple(inputs), tuple(outputs), _session(cut.SerializeToString(), name))


def _refused(name: str, feed: Mapping[str, Array], error: BaseException) -> ModelError:
    shapes = ", ".join(f"{key} {np.shape(array)}" for key, array in feed.items())
    return ModelError(f"{name}: the model does not take {shapes} ({_short(error)})")


def open_model(path: Path | str) -> Model:
    """Load a model with its card; ModelError with one sentence where either cannot be used.

    Nothing beside the two files is read: weights in other files (external data) are refused.
    """
    path = Path(path)
    data = read_model_bytes(path)
    proto = _parse(data, path.name)
    card = _card_of(path, proto)
    _check_graph(proto, card, path.name)
    kept = proto if card.normality else None
    session = _session(data, path.name)
    return Model(path, card, hashlib.sha256(data).hexdigest(), session, kept)


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


def card_of(path: Path) -> ModelCard:
    """A model's card without loading the model into a session; the file beside it wins."""
    beside = card_beside(path)
    return beside or _card_of(path, _parse(read_model_bytes(path), path.name))


def _parse(data: bytes, name: str) -> onnx.ModelProto:
    import onnx

    proto = onnx.ModelProto()
    try:
        proto.ParseFromString(data)
    except Exception:  # protobuf's DecodeError; its own text says nothing more
        raise ModelError(f"{name}: not an ONNX model, or cut short; copy it again") from None
    if not proto.graph.output or not proto.opset_import:
        raise ModelError(f"{name}: not an ONNX model (it has no graph); copy it again")
    return proto


def _card_of(path: Path, proto: onnx.ModelProto) -> ModelCard:
    beside = card_beside(path)
    if beside is not None:
        return beside
    for entry in proto.metadata_props:
        if entry.key == CARD_KEY:
            return parse_card(entry.value, f"{path.name} (card inside)")
    raise ModelError(f"{path.name}: there is no model card; put {path.with_suffix('.json').name} beside it")


def _check_graph(proto: onnx.ModelProto, card: ModelCard, name: str) -> None:
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
    weights = {tensor.name for tensor in proto.graph.initializer}
    inputs = [value.name for value in proto.graph.input if value.name not in weights]
    _expect(card.input.name, inputs, "input", name)
    for output in card.outputs:
        _expect(output.name, [value.name for value in proto.graph.output], "output", name)


def _expect(wanted: str, present: list[str], what: str, name: str) -> None:
    if wanted not in present:
        listed = ", ".join(_printable(item) for item in present[:8]) or "none"
        raise ModelError(f"{name}: its card speaks of the {what} {wanted!r}, the graph has {listed}")


def _printable(name: object) -> str:
    """A name of the graph on one line: it may hold anything, and is bytes where it is not UTF-8."""
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in str(name)[:80]
    )


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


def session_options() -> Any:
    """One thread, no spinning, denormals as zero, quiet: scoring must not take the window's core."""
    import onnxruntime

    onnxruntime.set_default_logger_severity(4)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.set_denormal_as_zero", "1")
    return options


def _session(data: bytes, name: str) -> Any:
    import onnxruntime

    try:
        return onnxruntime.InferenceSession(data, session_options(), providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime has its own exception classes, not all of them public
        logging.getLogger(__name__).info("%s: %s", name, error)
        raise ModelError(f"{name}: ONNX Runtime cannot run this model ({_short(error)})") from None


def _short(error: BaseException) -> str:
    text = reason(error)
    text = text.split(" : ", 2)[-1] if text.startswith("[ONNXRuntimeError]") else text
    return text if len(text) <= 160 else text[:157] + "..."


def save_model(
    graph: onnx.ModelProto, card: ModelCard, path: Path, *, more: Mapping[str, str] | None = None
) -> None:
    """Write ONE file that carries graph and card (and further tables by key); renamed when complete.

    The file's bytes depend on its arguments alone, so the same fit gives the same hash.
    """
    import onnx

    del graph.metadata_props[:]
    entries = {CARD_KEY: card.model_dump_json(exclude_none=True), **(more or {})}
    onnx.helper.set_model_props(graph, dict(sorted(entries.items())))
    partial = path.with_name(path.name + ".part")
    try:
        partial.write_bytes(graph.SerializeToString(deterministic=True))
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise ModelError(
            f"{path.name}: the model cannot be written ({error.strerror or reason(error)})"
        ) from None
