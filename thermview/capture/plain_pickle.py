"""Plain values out of a pickle, without Python's unpickler.

A pickle is a program; the standard machine imports and calls what it is told to. This one knows no
import and no call: it reads numbers, text, bytes and containers, and rebuilds the few NumPy values that
such files hold from their bytes. Instructions: the standard library's `pickletools`, which documents
the format and decodes it without executing it.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

MAX_BYTES = 8 << 20
MAX_STEPS = 250_000
MAX_VALUE_BYTES = 4096
"""Of one NumPy value: a forged pickle may rebuild the same bytes at every fourth step."""


class RefusedPickleError(ValueError):
    """What the pickle asks for is not plain data; the text says what, in half a sentence."""


class _Mark:
    """Where a group of values begins on the stack."""


@dataclass(frozen=True)
class _Named:
    """A class or function that the pickle names; stands for itself and is never looked up."""

    name: str


@dataclass
class _Dtype:
    """A NumPy type being rebuilt: its code ("f8") and byte order."""

    code: str
    order: str = "="

    def real(self) -> np.dtype[Any]:
        """The type itself; only booleans, numbers, text and bytes."""
        if len(self.code) > 8 or self.code[:1] not in tuple("?biufcSUBhHlLqQ"):
            raise RefusedPickleError(f"it holds NumPy values of type {self.code[:20]!r}")
        found = np.dtype(self.code)
        if found.kind not in "biufcSU" or found.itemsize > MAX_VALUE_BYTES:
            raise RefusedPickleError(f"it holds NumPy values of type {self.code!r}")
        return found.newbyteorder("<" if self.order == "<" else ">") if self.order in ("<", ">") else found


@dataclass
class _Array:
    """A NumPy array being rebuilt: BUILD gives it its shape, type and bytes."""

    value: np.ndarray[Any, Any] = field(default_factory=lambda: np.zeros(0))


def load_plain(content: bytes) -> Any:
    """The value that a pickle describes, of plain data only; nothing of it is imported or called.

    Raises RefusedPickleError for anything else, for too large and for damaged pickles.
    """
    if len(content) > MAX_BYTES:
        raise RefusedPickleError(f"it is larger than {MAX_BYTES >> 20} MiB")
    try:
        return _run(content)
    except RefusedPickleError:
        raise
    except Exception as error:  # bytes that are no pickle make the decoder raise nearly anything
        raise RefusedPickleError("it is damaged, or no pickle") from error


def _run(content: bytes) -> Any:
    machine = _Machine()
    for steps, (opcode, argument, _) in enumerate(pickletools.genops(content)):
        if steps >= MAX_STEPS:
            raise RefusedPickleError(f"it takes more than {MAX_STEPS:,} steps")
        if opcode.name == "STOP":
            return finished(machine.pop())
        machine.step(opcode.name, argument)
    raise RefusedPickleError("it ends too early")


class _Machine:
    """The stack and the memo of a pickle while it is read."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}

    def step(self, name: str, argument: Any) -> None:
        """Carry out one instruction."""
        if name in _PUSHED:
            self.stack.append(argument)
        elif name in _STEPS:
            _STEPS[name](self, argument)
        elif name not in ("PROTO", "FRAME"):
            raise RefusedPickleError(f"it uses the instruction {name}, which plain data does not need")

    def pop(self) -> Any:
        if isinstance(self.stack[-1], _Mark):
            raise RefusedPickleError("it is damaged")
        return self.stack.pop()

    def pop_group(self) -> list[Any]:
        """Values above the last mark, which goes too."""
        group: list[Any] = []
        while not isinstance(value := self.stack.pop(), _Mark):
            group.append(value)
        group.reverse()
        return group

    def top(self, kind: type) -> Any:
        """The uppermost value, which must be of this kind."""
        value = self.stack[-1]
        if not isinstance(value, kind):
            raise RefusedPickleError("it is damaged")
        return value

    def push_named(self, module: Any, name: Any) -> None:
        full = f"{_text(module)}.{_text(name)}"
        if full not in _CALLS:
            raise RefusedPickleError(f"it asks for {printable(full)}")
        self.stack.append(_Named(full))

    def reduce(self) -> None:
        arguments, called = self.pop(), self.pop()
        if not isinstance(called, _Named) or not isinstance(arguments, tuple):
            raise RefusedPickleError("it calls something that is no NumPy value")
        self.stack.append(_CALLS[called.name](*arguments))

    def build(self) -> None:
        state, built = self.pop(), self.stack[-1]
        if isinstance(built, _Dtype):
            if len(state) < 2 or any(part is not None for part in state[2:5]):
                raise RefusedPickleError("it holds NumPy values with fields")
            built.order = str(_text(state[1]))
        elif isinstance(built, _Array):
            _, shape, dtype, by_column, content = state
            built.value = _array(content, dtype, shape, "F" if by_column else "C")
        else:
            raise RefusedPickleError("it sets the state of something that is no NumPy value")

    def set_items(self, pairs: list[Any]) -> None:
        target = self.top(dict)
        for key, value in zip(pairs[::2], pairs[1::2], strict=True):
            target[_hashable(key)] = value


def _hashable(key: Any) -> Any:
    """A key or member that is cheap to hash: a tuple of tuples of ... takes for ever."""
    if isinstance(key, np.generic):
        key = key.item()
    if key is None or isinstance(key, str | bytes | int | float):
        return key
    raise RefusedPickleError("it uses something else than text or numbers as a key")


def finished(value: Any) -> Any:
    """A value of the pickle, or one met inside its containers, as plain Python or NumPy data."""
    if isinstance(value, _Array):
        return value.value
    if isinstance(value, _Named | _Dtype | _Mark):  # only a forged pickle leaves them
        raise RefusedPickleError("it holds no data")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str | bytes):  # printing nested containers may take for ever
        raise RefusedPickleError("it is damaged")
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _bytes(value: Any) -> bytes:
    """Bytes of an array; pickles of Python 2 hold them as text."""
    if not isinstance(value, str | bytes | bytearray) or len(value) > MAX_VALUE_BYTES:
        raise RefusedPickleError("it holds a NumPy value that is too large")
    return value.encode("latin-1") if isinstance(value, str) else bytes(value)


def _make_dtype(code: Any, *_: Any) -> _Dtype:
    return _Dtype(_text(code))


def _dtype(value: Any) -> np.dtype[Any]:
    if not isinstance(value, _Dtype):
        raise RefusedPickleError("it holds a NumPy value without a type")
    return value.real()


def _scalar(dtype: Any, content: Any = b"") -> Any:
    real = _dtype(dtype)
    raw = _bytes(content)
    if len(raw) != real.itemsize or not raw:
        raise RefusedPickleError("it holds a NumPy value of the wrong size")
    return np.frombuffer(raw, real)[0]


def _array(content: Any, dtype: Any, shape: Any, order: Any) -> np.ndarray[Any, Any]:
    real = _dtype(dtype)
    raw = _bytes(content)
    sizes = tuple(int(size) for size in shape)
    if not real.itemsize or len(sizes) > 8:
        raise RefusedPickleError("it holds an unusual NumPy array")
    return np.frombuffer(raw, real).reshape(sizes, order="F" if _text(order) == "F" else "C")


def _new_array(*_: Any) -> _Array:
    return _Array()


def _array_from_buffer(content: Any, dtype: Any, shape: Any, order: Any = "C") -> _Array:
    return _Array(_array(content, dtype, shape, order))


def _encode(text: Any, encoding: Any = "latin1") -> bytes:
    """Bytes as pickles of protocol 2 write them: text and the name of its encoding."""
    codec = _text(encoding).lower().replace("-", "")
    if not isinstance(text, str) or len(text) > MAX_VALUE_BYTES or codec not in ("latin1", "utf8"):
        raise RefusedPickleError("it calls _codecs.encode in an unusual way")
    return text.encode(codec)


def _empty_dict(*arguments: Any) -> dict[Any, Any]:
    if any(not isinstance(argument, _Named) for argument in arguments):
        raise RefusedPickleError("it holds a mapping that is not plain")
    return {}


def _empty_bytes(*arguments: Any) -> bytes:
    if arguments:
        raise RefusedPickleError("it makes bytes in an unusual way")
    return b""


def _set_of(values: Any = ()) -> set[Any]:
    return set(_members(values))


def _frozenset_of(values: Any = ()) -> frozenset[Any]:
    return frozenset(_members(values))


def _no_call(*_: Any) -> Any:
    raise RefusedPickleError("it calls something that is no NumPy value")


_NUMPY_CORES = ("numpy.core", "numpy._core")
_CALLS: dict[str, Callable[..., Any]] = {
    "numpy.dtype": _make_dtype,
    "numpy.ndarray": _no_call,  # only ever an argument
    "_codecs.encode": _encode,
    "collections.OrderedDict": _empty_dict,
    "collections.defaultdict": _empty_dict,
    "builtins.dict": _empty_dict,
    "builtins.bytes": _empty_bytes,
    "builtins.set": _set_of,
    "builtins.frozenset": _frozenset_of,
    **{f"{core}.multiarray.scalar": _scalar for core in _NUMPY_CORES},
    **{f"{core}.multiarray._reconstruct": _new_array for core in _NUMPY_CORES},
    **{f"{core}.numeric._frombuffer": _array_from_buffer for core in _NUMPY_CORES},
}

_PUSHED = frozenset(
    {"INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT"}
    | {"STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"}
    | {"BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"}
)
"""Instructions that put their own argument on the stack."""


def _put(machine: _Machine, argument: Any) -> None:
    machine.memo[int(argument)] = machine.stack[-1]


def _memoize(machine: _Machine, _: Any) -> None:
    machine.memo[len(machine.memo)] = machine.stack[-1]


def _get(machine: _Machine, argument: Any) -> None:
    machine.stack.append(machine.memo[int(argument)])


def _tuple_of(count: int) -> Callable[[_Machine, Any], None]:
    def step(machine: _Machine, _: Any) -> None:
        values = [machine.pop() for _ in range(count)]
        machine.stack.append(tuple(reversed(values)))

    return step


def _push(make: Callable[[], Any]) -> Callable[[_Machine, Any], None]:
    return lambda machine, _: machine.stack.append(make())


def _group(make: Callable[[list[Any]], Any]) -> Callable[[_Machine, Any], None]:
    return lambda machine, _: machine.stack.append(make(machine.pop_group()))


def _dict(pairs: list[Any]) -> dict[Any, Any]:
    keys = (_hashable(key) for key in pairs[::2])
    return dict(zip(keys, pairs[1::2], strict=True))


def _set_one(machine: _Machine, _: Any) -> None:
    value, key = machine.pop(), machine.pop()
    machine.set_items([key, value])


def _append_one(machine: _Machine, _: Any) -> None:
    value = machine.pop()
    machine.top(list).append(value)


def _append_group(machine: _Machine, _: Any) -> None:
    group = machine.pop_group()
    machine.top(list).extend(group)


def _set_group(machine: _Machine, _: Any) -> None:
    group = machine.pop_group()
    machine.set_items(group)


def _add_group(machine: _Machine, _: Any) -> None:
    group = machine.pop_group()
    machine.top(set).update(_members(group))


def _members(group: Any) -> Iterator[Any]:
    if not isinstance(group, list | tuple):
        raise RefusedPickleError("it is damaged")
    return (_hashable(value) for value in group)


def _pop(machine: _Machine, _: Any) -> None:
    machine.stack.pop()


def _pop_group(machine: _Machine, _: Any) -> None:
    machine.pop_group()


def _named_global(machine: _Machine, argument: Any) -> None:
    module, _, name = str(argument).partition(" ")
    machine.push_named({"__builtin__": "builtins"}.get(module, module), name)


def _named_on_stack(machine: _Machine, _: Any) -> None:
    name, module = machine.pop(), machine.pop()
    machine.push_named(module, name)


_STEPS: dict[str, Callable[[_Machine, Any], None]] = {
    "MARK": _push(_Mark),
    "NONE": _push(lambda: None),
    "NEWTRUE": _push(lambda: True),
    "NEWFALSE": _push(lambda: False),
    "EMPTY_LIST": _push(list),
    "EMPTY_DICT": _push(dict),
    "EMPTY_SET": _push(set),
    "EMPTY_TUPLE": _push(tuple),
    "LIST": _group(list),
    "TUPLE": _group(tuple),
    "DICT": _group(_dict),
    "FROZENSET": _group(lambda group: frozenset(_members(group))),
    "TUPLE1": _tuple_of(1),
    "TUPLE2": _tuple_of(2),
    "TUPLE3": _tuple_of(3),
    "APPEND": _append_one,
    "APPENDS": _append_group,
    "SETITEM": _set_one,
    "SETITEMS": _set_group,
    "ADDITEMS": _add_group,
    "POP": _pop,
    "POP_MARK": _pop_group,
    "DUP": lambda machine, _: machine.stack.append(machine.stack[-1]),
    "PUT": _put,
    "BINPUT": _put,
    "LONG_BINPUT": _put,
    "MEMOIZE": _memoize,
    "GET": _get,
    "BINGET": _get,
    "LONG_BINGET": _get,
    "GLOBAL": _named_global,
    "STACK_GLOBAL": _named_on_stack,
    "REDUCE": lambda machine, _: machine.reduce(),
    "BUILD": lambda machine, _: machine.build(),
}


def printable(text: str) -> str:
    """Text of a stranger's file for one line on screen."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:80]
