"""Tables of scores as people have them: what can be read is read, the rest is said row by row."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared_data import SHARED, needs_shared

from thermview.errors import ReadError
from thermview.review.name_matching import match_names
from thermview.review.other_scores import MOST_ISSUES, plain_name, read_other_scores

ROWS = {"1673": 9.4, "Type16/1674": 0.5}


def table(tmp_path: Path, data: str | bytes, name: str = "other.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def values(path: Path) -> dict[str, float]:
    (series,) = read_other_scores(path).series
    return dict(series.values)


@pytest.mark.parametrize("mark", [",", ";", "\t", ", "])
@pytest.mark.parametrize(
    "head", ["Name,AnomalyScore", "name,anomalyscore", "NAME,Anomaly Score", "Recording,score"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_usual_dress_of_the_same_table_reads_alike(tmp_path, mark, head, encoding):
    text = f"{head}\r\n1673.npz,9.4\r\n\r\nType16\\1674,0.5\r\n".replace(",", mark)
    assert values(table(tmp_path, text.encode(encoding))) == ROWS


def test_columns_may_stand_in_another_order_and_there_may_be_no_header(tmp_path):
    assert values(table(tmp_path, "AnomalyScore;Name\n9.4;1673\n0.5;Type16/1674\n")) == ROWS
    assert values(table(tmp_path, "1673,9.4\nType16/1674,0.5\n")) == ROWS


def test_decimal_commas_and_the_note_of_spreadsheets_are_understood(tmp_path):
    assert values(table(tmp_path, "sep=;\nName;AnomalyScore\n1673;9,4\nType16/1674;0,5\n")) == ROWS


def test_each_row_that_cannot_be_used_is_said_and_the_rest_is_read(tmp_path):
    rows = [
        "Name,AnomalyScore",
        "a,1",
        "b,high",
        "c,",
        "d,nan",
        "a,2",
        ",3",
        "e",
        "f,1e999",
        "g,1_0",
        "h,-4e-3",
    ]
    found = read_other_scores(table(tmp_path, "\n".join(rows)))
    assert dict(found.series[0].values) == {"a": 1.0, "h": -0.004}
    assert found.issues == (
        "Line 3: the score of b is 'high', which is not a number.",
        "Line 4: the score of c is missing.",
        "Line 5: the score of d is 'nan', which cannot be compared.",
        "Line 6: a has a score already, in line 2, which counts.",
        "Line 7: there is no name.",
        "Line 8: the score of e is missing.",
        "Line 9: the score of f is '1e999', which cannot be compared.",
        "Line 10: the score of g is '1_0', which is not a number.",
    )


def test_a_file_full_of_faults_is_no_endless_list(tmp_path):
    text = "Name,AnomalyScore\na,1\n" + "\n".join(f"n{n},x" for n in range(MOST_ISSUES + 50))
    issues = read_other_scores(table(tmp_path, text)).issues
    assert len(issues) == MOST_ISSUES + 1
    assert issues[-1].startswith("50 more")


def test_several_columns_of_numbers_are_several_methods(tmp_path):
    path = table(tmp_path, "batch,video,kde,mlp,note\nType1,0001,1,2,x\nType1,0002,3,,y\n")
    found = read_other_scores(path)
    assert {s.method: dict(s.values) for s in found.series} == {
        "kde": {"Type1/0001": 1.0, "Type1/0002": 3.0},
        "mlp": {"Type1/0001": 2.0},
    }
    assert found.issues == ("Line 3: the score of Type1/0002 by mlp is missing.",)


def test_one_method_is_named_after_its_file_or_its_column(tmp_path):
    assert (
        read_other_scores(table(tmp_path, "Name,AnomalyScore\na,1\n", "kalman.csv")).series[0].method
        == "kalman"
    )
    assert read_other_scores(table(tmp_path, "Name,distance\na,1\n")).series[0].method == "distance"
    twice = read_other_scores(table(tmp_path, "Name,d,d\na,1,2\n"))
    assert [s.method for s in twice.series] == ["d (2)", "d (3)"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("Name\na\n", "one column"),
        ("Name,AnomalyScore\n", "no row has a name and a number"),
        ("Name,AnomalyScore\na,x\n", "no row has a name and a number"),
        ("Name,remark\na,x\n", "no column holds numbers"),
        (b"PK\x03\x04\0\0\0\0", "no text"),
        ('Name,AnomalyScore\n"' + "x" * 200_000, "not a row of a table"),
    ],
)
def test_what_is_no_table_of_scores_is_refused_in_one_sentence(tmp_path, data, words):
    with pytest.raises(ReadError, match=words) as caught:
        read_other_scores(table(tmp_path, data))
    assert str(caught.value).startswith("other.csv: ")


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(ReadError, match="cannot be read"):
        read_other_scores(tmp_path / "gone.csv")


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(data)
    with suppress(ReadError):
        found = read_other_scores(path)
        assert all(series.values for series in found.series)


@given(
    st.dictionaries(st.from_regex(r"[A-Za-z][A-Za-z0-9 _-]{0,11}[0-9]", fullmatch=True), st.floats(-1e9, 1e9))
)
def test_what_was_written_is_read_again(tmp_path_factory, scores):
    path = tmp_path_factory.getbasetemp() / "written.csv"
    path.write_text("Name,AnomalyScore\n" + "".join(f"{n},{v!r}\n" for n, v in scores.items()))
    if scores:
        assert values(path) == scores


def test_only_the_suffix_of_a_recording_is_cut_off():
    assert plain_name(" ./Type16\\1673.npz ") == "Type16/1673"
    assert (
        plain_name("PIP_NOM_21.03.15_CIC_A1016-A1110_D1_003078")
        == "PIP_NOM_21.03.15_CIC_A1016-A1110_D1_003078"
    )


# -- names -----------------------------------------------------------------------------------------

IDS = ("laser/Type1/0001", "laser/Type1/0002", "laser/Type2/0001", "laser/Type2/0110")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("laser/Type2/0001", "laser/Type2/0001"),
        ("Type2/0001", "laser/Type2/0001"),
        ("TYPE2/0001", "laser/Type2/0001"),
        ("C:/data/laser/Type1/0002", "laser/Type1/0002"),
        ("0110", "laser/Type2/0110"),
        ("110", "laser/Type2/0110"),
        ("Type1/2", "laser/Type1/0002"),
        ("Type9/0110", "Type9/0110"),
    ],
)
def test_a_name_means_the_recording_whose_end_it_is(name, meant):
    assert match_names([name], IDS).ids == {name: meant}


def test_a_name_that_may_mean_two_is_said_and_left_out():
    found = match_names(["0001", "0002"], IDS)
    assert found.ids == {"0002": "laser/Type1/0002"}
    assert found.issues == (
        "0001 may mean laser/Type1/0001 or laser/Type2/0001; write the folder in front of the name.",
    )


def test_two_names_of_the_same_recording_are_said():
    found = match_names(["0110", "Type2/0110"], IDS)
    assert found.ids == {"0110": "laser/Type2/0110"}
    assert "as 0110 does" in found.issues[0]


def test_in_the_folder_of_a_batch_its_name_counts():
    found = match_names(["Type16/1673", "Type17/1673"], ["1673"], root="Type16")
    assert found.ids == {"Type16/1673": "1673", "Type17/1673": "Type17/1673"}
    assert found.strangers == 1


@needs_shared
def test_the_published_file_is_ten_methods_of_every_recording():
    found = read_other_scores(Path(SHARED) / "laser" / "published_scores.csv")
    assert [len(series.values) for series in found.series] == 10 * [4223]
    assert found.issues == ()


def test_of_a_table_of_frames_the_largest_score_of_a_recording_counts(tmp_path: Path) -> None:
    path = tmp_path / "ours.csv"
    path.write_text("recording,frame,score,power\na,0,1.0,0\na,1,3.0,2\na,2,2.0,0\nb,0,0.5,9\n")
    found = read_other_scores(path)
    assert found.issues == ()
    assert [dict(item.values) for item in found.series] == [{"a": 3.0, "b": 0.5}]
