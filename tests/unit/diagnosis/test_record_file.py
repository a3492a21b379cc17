"""What is appended survives a crash at any byte, in records and in lines."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thermview.diagnosis.record_file import RecordFile, TextFile, fingerprint, key_of

KIND = np.dtype([("key", "<u8"), ("value", "<i4", (3,))])


def records(count, first=1):
    made = np.zeros(count, KIND)
    made["key"] = np.arange(first, first + count)
    made["value"] = made["key"][:, None] * [1, 10, 100]
    return made


@pytest.mark.parametrize("cut", range(1, KIND.itemsize))
def test_a_record_torn_at_any_byte_costs_only_itself(tmp_path, cut):
    RecordFile(tmp_path / "a", KIND, "numbers").append(records(5))
    with (tmp_path / "a").open("r+b") as file:
        file.truncate(5 * KIND.itemsize - cut)
    again = RecordFile(tmp_path / "a", KIND, "numbers")
    assert again.find(np.arange(1, 6, dtype=np.uint64)).tolist() == [0, 1, 2, 3, -1]
    again.append(records(1, first=5))
    again.refresh()
    assert again.kept["value"][:, 0].tolist() == [1, 2, 3, 4, 5]


@given(
    cut=st.integers(0, 70),
    lines=st.lists(st.text(max_size=12).filter(str.isprintable), min_size=1, max_size=5),
)
def test_lines_torn_at_any_byte_cost_only_the_last(tmp_path_factory, cut, lines):
    path = tmp_path_factory.mktemp("lines") / "said"
    kept = TextFile(path, "sentences")
    for key, line in enumerate(lines, start=1):
        kept.append({key: line})
    with path.open("r+b") as file:
        file.truncate(max(path.stat().st_size - cut, 0))
    again = TextFile(path, "sentences")
    found = dict(again.find(list(range(1, len(lines) + 1))))
    assert found == {key: lines[key - 1] for key in range(1, len(found) + 1)}
    again.append({99: "after"})
    again.refresh()
    assert dict(again.find([99])) == {99: "after"}


def test_the_last_line_of_a_key_counts_and_the_rest_of_a_garbled_file_is_read(tmp_path):
    kept = TextFile(tmp_path / "said", "sentences")
    kept.append({1: "old", 2: "stays"})
    with (tmp_path / "said").open("ab") as file:
        file.write(b"\0\0\0 no key at all\n")
    kept.append({1: "new"})
    kept.refresh()
    assert list(kept.find([2, 3, 1])) == [(2, "stays"), (1, "new")]
    assert 1 in kept
    assert 3 not in kept


def test_lines_are_kept_in_memory_where_there_is_no_file():
    kept = TextFile(None, "sentences")
    kept.append({5: "five"})
    kept.refresh()
    assert dict(kept.find([5, 6])) == {5: "five"}


def test_names_that_no_encoding_knows_have_keys():
    assert fingerprint("broken \udcff name", 1, 2) != fingerprint("broken \udcfe name", 1, 2)
    assert key_of(b"") != 0
