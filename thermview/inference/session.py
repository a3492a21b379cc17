"""Opening an ONNX model: checked before anything of it runs, then run on one core beside the window."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from thermview.errors import ModelError, reason
from thermview.inference.card import CARD_KEY, ModelCard, ModelId, card_beside, parse_card
from thermview.inference.graph_file import (
    check_graph,
    graph_inputs,
    graph_outputs,
    parse_graph,
    read_model_bytes,
)
from thermview.inference.proposal import LAYOUT, OUTPUT, SCALING, SIZE, Proposal, propose
from thermview.inference.seal import BLANK, SEAL_KEY, check_seal, sealed

if TYPE_CHECKING:
    import onnx

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

    def in_place(self) -> InPlace:
        """The same for arrays at known places in memory, to be called from one thread at a time."""
        return InPlace(self)


class InPlace:
    """A part that takes its inputs from places in memory, again and again the same few, and writes what it gives to
    others: handing arrays over to the runtime costs a small part as much as a fifth of its time, here it is done once.
    """

    def __init__(self, part: Part) -> None:
        self._part = part
        self._bindings: dict[int, Any] = {}
        self._arrays: dict[int, Sequence[Array]] = {}

    def bind(self, place: int, taken: Sequence[Array], given: Sequence[Array]) -> None:
        """Where a place's inputs and outputs lie: contiguous arrays of the graph's own types."""
        import onnxruntime

        binding = self._part.session.io_binding()
        for name, array in zip(self._part.inputs, taken, strict=True):
            binding.bind_ortvalue_input(name, onnxruntime.OrtValue.ortvalue_from_numpy(array))
        for name, array in zip(self._part.outputs, given, strict=True):
            binding.bind_ortvalue_output(name, onnxruntime.OrtValue.ortvalue_from_numpy(array))
        self._bindings[place], self._arrays[place] = binding, (*taken, *given)

    def __call__(self, place: int) -> None:
        """Work out what a place that was bound gives; ModelError where the graph refuses its arrays."""
        try:
            self._part.session.run_with_iobinding(self._bindings[place])
        except Exception as error:  # onnxruntime has its own exception classes, not all of them public
            feed = dict(zip(self._part.inputs, self._arrays[place], strict=False))
            raise _refused(self._part.name, feed, error) from None


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


def open_model(path: Path | str, card: ModelCard | None = None) -> Model:
    """Load a model with its card, or with the one given; ModelError with one sentence where either cannot be used.

    Nothing but small JSON files beside it is read: weights in other files (external data) are refused.
    """
    path = Path(path)
    data = read_model_bytes(path)
    check_seal(data, path.name)
    proto = parse_graph(data, path.name)
    card = card or _card_of(path, proto)
    check_graph(proto, card, path.name)
    kept = proto if card.normality else None
    session = _session(data, path.name)
    return Model(path, card, hashlib.sha256(data).hexdigest(), session, kept)


def card_of(path: Path) -> ModelCard:
    """A model's card without loading the model into a session; the file beside it wins."""
    beside = card_beside(path)
    return beside or _card_of(path, parse_graph(read_model_bytes(path), path.name))


def proposal_of(path: Path) -> Proposal:
    """The card of a model, or what can be told of it where it brings none; ModelError where it cannot be used."""
    proto = parse_graph(read_model_bytes(path), path.name)
    card = card_beside(path) or _card_inside(path, proto)
    if card is None:
        return propose(path, proto)
    check_graph(proto, card, path.name)
    sources = dict.fromkeys((SIZE, SCALING, LAYOUT, OUTPUT), "its card")
    return Proposal(card, sources, (), graph_inputs(proto), graph_outputs(proto))


def _card_of(path: Path, proto: onnx.ModelProto) -> ModelCard:
    card = card_beside(path) or _card_inside(path, proto)
    if card is not None:
        return card
    proposal = propose(path, proto)
    if proposal.open:
        raise ModelError(
            f"{path.name}: there is no model card, and nothing states its {' and its '.join(proposal.open)}; "
            f"add it in the window (Scores > Add a picture model), or put {path.with_suffix('.json').name} beside it"
        )
    return proposal.card


def _card_inside(path: Path, proto: onnx.ModelProto) -> ModelCard | None:
    for entry in proto.metadata_props:
        if entry.key == CARD_KEY:
            return parse_card(entry.value, f"{path.name} (card inside)")
    return None


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

    The file's bytes depend on its arguments alone, so the same fit gives the same hash, which it carries (see `seal`).
    """
    import onnx

    del graph.metadata_props[:]
    entries = {CARD_KEY: card.model_dump_json(exclude_none=True), SEAL_KEY: BLANK, **(more or {})}
    onnx.helper.set_model_props(graph, dict(sorted(entries.items())))
    partial = path.with_name(path.name + ".part")
    try:
        partial.write_bytes(sealed(graph.SerializeToString(deterministic=True)))
        partial.replace(path)
    except OSError as error:
        raise ModelError(
            f"{path.name}: the model cannot be written ({error.strerror or reason(error)})"
        ) from None
    finally:
        with suppress(OSError):  # nothing half-written is left, also where someone stops it here
            partial.unlink()
