"""Pickles are read as data: laws of plain values, and hostile files that must do nothing."""

from __future__ import annotations

import copyreg
import os
import pickle
import subprocess
from collections import OrderedDict, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thermview.capture.plain_pickle import MAX_BYTES, MAX_STEPS, RefusedPickleError, load_plain

_KEYS = st.one_of(st.text(max_size=20), st.integers(), st.binary(max_size=20))
_LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=50),
    st.binary(max_size=50),
)
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=5),
        st.tuples(inner, inner),
        st.tuples(inner, inner, inner, inner),
        st.dictionaries(_KEYS, inner, max_size=5),
        st.frozensets(_KEYS, max_size=4),
        st.sets(_KEYS, max_size=4),
    ),
    max_leaves=20,
)


@given(_VALUES, st.integers(0, pickle.HIGHEST_PROTOCOL))
def test_plain_values_come_back_as_they_were(value: Any, protocol: int) -> None:
    assert load_plain(pickle.dumps(value, protocol)) == value


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize(
    "value",
    [
        np.int64(-1),
        np.uint16(1023),
        np.float64(2.5),
        np.float32(0.1),
        np.bool_(True),
        np.str_("0001"),
        np.bytes_(b"a"),
    ],
)
def test_numpy_scalars_are_rebuilt(value: np.generic, protocol: int) -> None:
    found = load_plain(pickle.dumps(value, protocol))
    assert found == value
    assert found.dtype == value.dtype


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["<i4", ">i8", "f8", "?"])
def test_small_arrays_are_rebuilt(dtype: str, order: Any, protocol: int) -> None:
    value = np.asarray(np.arange(6).reshape(2, 3), dtype, order=order)
    np.testing.assert_array_equal(load_plain(pickle.dumps(value, protocol)), value)


def test_mappings_of_the_standard_library_become_plain() -> None:
    assert load_plain(pickle.dumps(OrderedDict(a=1))) == {"a": 1}
    assert load_plain(pickle.dumps(defaultdict(dict, a=1))) == {"a": 1}


def test_what_python_2_wrote_is_read() -> None:
    scalar = (
        b"cnumpy.core.multiarray\nscalar\n(cnumpy\ndtype\n(S'i8'\nI0\nI1\ntR(I3\nS'<'\nNNNI-1\nI-1\nI0\ntb"
    )
    assert load_plain(b"(dS'0001'\n" + scalar + b"S'\\x07\\x00\\x00\\x00\\x00\\x00\\x00\\x00'\ntRs.") == {
        "0001": 7
    }


class _Calls:
    """Pickles as a call of anything."""

    def __init__(self, called: Any, *arguments: Any) -> None:
        self.call = (called, arguments)

    def __reduce__(self) -> Any:
        return self.call


class _State:
    def __setstate__(self, state: Any) -> None:
        raise AssertionError("executed")


def _hostile(mark: Path) -> dict[str, Any]:
    order = f"touch {mark}"
    return dict(
        [
            ("system", _Calls(os.system, order)),
            ("eval", _Calls(eval, f"open({str(mark)!r}, 'w')")),
            ("exec", _Calls(exec, f"open({str(mark)!r}, 'w')")),
            ("Popen", _Calls(subprocess.Popen, ["touch", str(mark)])),
            ("getattr", _Calls(getattr, Path, "touch")),
            ("add_extension", _Calls(copyreg.add_extension, "os", "system", 240)),
            ("_reconstructor", _Calls(copyreg._reconstructor, _State, object, None)),  # type: ignore[attr-defined]
            ("touch", _Calls(Path.touch, mark)),
            ("in a container", {"0001": {"Index": [_Calls(os.system, order)]}}),
            ("as an argument", _Calls(np.dtype, _Calls(os.system, order))),
            ("object array", np.array([_Calls(os.system, order)], dtype=object)),
            ("numpy load", _Calls(np.load, str(mark))),
            ("numpy file", _Calls(np.fromfile, str(mark))),
            ("partial", _Calls(__import__("functools").partial, os.system, order)),
            ("compile", _Calls(compile, "1", "x", "eval")),
        ]
    )


@pytest.mark.parametrize("name", list(_hostile(Path("mark"))))
@pytest.mark.parametrize("protocol", [0, 2, 4, 5])
def test_a_hostile_pickle_executes_nothing(tmp_path: Path, name: str, protocol: int) -> None:
    mark = tmp_path / "executed"
    content = pickle.dumps(_hostile(mark)[name], protocol)
    with pytest.raises(RefusedPickleError, match=r"^it "):
        load_plain(content)
    assert not mark.exists()


def test_the_refusal_names_what_was_asked_for() -> None:
    with pytest.raises(RefusedPickleError, match=r"it asks for (posix|nt)\.system"):
        load_plain(pickle.dumps(_Calls(os.system, "true")))


@pytest.mark.parametrize(
    "content",
    [
        b"\x80\x04\x95\x00\x00\x00\x00\x00\x00\x00\x00\x8c\x02os\x8c\x06system\x93\x8c\x04true\x85R.",
        b"(S'true'\nios\nsystem\n.",  # INST
        b"(cos\nsystem\nS'true'\no.",  # OBJ
        b"\x80\x02\x82\xf0.",  # EXT1: whatever copyreg has registered
        b"Pos\n.",  # persistent id
        b"\x80\x02cbuiltins\ndict\n)\x81.",  # NEWOBJ
        b"\x80\x02}(X\x01\x00\x00\x00aNub.",
        b"cnumpy\ndtype\nN(S'x'\nI1\ntb.",  # BUILD on a class
        b"cbuiltins\ndict\n.",
        b"cnumpy\ndtype\n(S'O8'\nI0\nI1\ntR.",
        b"cnumpy.core.multiarray\nscalar\n(I1\nS'aaaaaaaa'\ntR.",
        b"(lp0\nh\x05.",
        b"0.",
        b".",
        b"",
        b"not a pickle",
        b"\x80\xff.",
        b"I" + b"9" * 5000 + b"\n.",
    ],
)
def test_forged_instructions_are_refused(content: bytes) -> None:
    with pytest.raises(RefusedPickleError):
        load_plain(content)


def test_keys_that_take_for_ever_to_hash_are_refused() -> None:
    nested = b"(" + b")" + b"2\x86" * 60  # a tuple of twice a tuple of twice ...
    with pytest.raises(RefusedPickleError, match="key"):
        load_plain(b"\x80\x02}" + nested[1:] + b"K\x01s.")
    with pytest.raises(RefusedPickleError, match="key"):
        load_plain(b"\x80\x04(" + nested[1:] + b"\x91.")


def test_names_that_take_for_ever_to_print_are_refused() -> None:
    nested = b")" + b"2\x86" * 60
    with pytest.raises(RefusedPickleError, match="damaged"):
        load_plain(b"\x80\x04" + nested + b"\x8c\x01x\x93.")


def test_lists_that_share_their_parts_cost_nothing() -> None:
    found = load_plain(b"\x80\x02]" + b"2\x86" * 60 + b".")
    assert found[0] is found[1]


def test_a_huge_memo_index_needs_no_huge_memo() -> None:
    assert load_plain(b"\x80\x02K\x07r\xff\xff\xff\x7f0j\xff\xff\xff\x7f.") == 7


def test_size_and_steps_are_limited() -> None:
    with pytest.raises(RefusedPickleError, match="larger than"):
        load_plain(b"N." + bytes(MAX_BYTES))
    with pytest.raises(RefusedPickleError, match="steps"):
        load_plain(b"N0" * MAX_STEPS + b"N.")


def test_a_numpy_value_may_not_be_large() -> None:
    with pytest.raises(RefusedPickleError, match="too large"):
        load_plain(pickle.dumps(np.zeros(100_000)))


def _refusal(content: bytes) -> str | None:
    """Why a pickle is refused, None where it reads; anything else that is raised fails the test."""
    try:
        load_plain(content)
    except RefusedPickleError as error:
        return str(error)
    return None


_SOUND = pickle.dumps({"0001": {"Index": np.int64(1), "SizeInFrames": 14571}, "0002": {"Index": 1.0}})


@given(st.integers(0, len(_SOUND) - 1), st.integers(1, 255))
def test_a_damaged_pickle_reads_or_is_refused(place: int, flip: int) -> None:
    damaged = bytearray(_SOUND)
    damaged[place] ^= flip
    refusal = _refusal(bytes(damaged))
    assert refusal is None or refusal.startswith("it ")


@given(st.integers(0, len(_SOUND) - 1))
def test_a_truncated_pickle_is_refused(length: int) -> None:
    with pytest.raises(RefusedPickleError):
        load_plain(_SOUND[:length])


@given(st.binary(max_size=200))
def test_any_bytes_read_or_are_refused(content: bytes) -> None:
    refusal = _refusal(content)
    assert refusal is None or refusal.startswith("it ")
