"""Every text gives a file name that every file system takes; no two names collide."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from thermview.review.file_names import LIMIT_BYTES, NameBook, safe_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Type16/1673", "Type16-1673"),
        ("C:\\data\\0001", "C_-data-0001"),
        ("../../etc/passwd", "etc-passwd"),
        ("CON", "_CON"),
        ("con.txt", "_con.txt"),
        ("com¹", "_com¹"),
        ("console", "console"),
        ("a\nb\tc\x00d", "a_b_c_d"),
        ("evil\u202egnp.exe", "evil_gnp.exe"),
        ("-rf", "rf"),
        ("~root", "root"),
        ("trailing. . ", "trailing"),
        ("", "recording"),
        ("...", "recording"),
        ("이송배관-이상-누출/003078", "이송배관-이상-누출-003078"),
        ('<b>"x"?*|', "_b_x_"),
    ],
)
def test_names_of_known_texts(text, name):
    assert safe_name(text) == name


@given(st.text(st.characters(), max_size=300))
@example("가" * 200)
@example("NUL.\u0301")
@example("\udcff")
@example("a" * 139 + ". b")
def test_any_text_gives_a_safe_name(text):
    name = safe_name(text)
    assert safe_name(name) == name
    assert 0 < len(name.encode()) <= LIMIT_BYTES
    assert not set(name) & set('<>:"/\\|?*')
    assert all(unicodedata.category(character)[0] != "C" for character in name)
    assert name[0] not in ".-~ "
    assert name[-1] not in ". "
    assert name.split(".")[0].strip().casefold() not in {"con", "nul", "aux", "prn", "com1", "lpt9"}


@given(st.lists(st.sampled_from(["a", "A", "a (2)", "A (2)", "\u00e9", "e\u0301", "ß", "SS", "ﬁ", "fi"])))
def test_names_never_collide(stems):
    book = NameBook(("manifest.json",))
    names = [book.claim(stem, ".png") for stem in stems]
    folded = {unicodedata.normalize("NFKD", name).casefold() for name in names}
    assert len(folded) == len(names)


def test_a_taken_name_gets_a_number():
    book = NameBook(("manifest.json",))
    assert book.claim("Manifest", ".json") == "Manifest (2).json"
    assert book.claim("a", ".png") == "a.png"
    assert book.claim("a", ".png") == "a (2).png"
    assert book.claim("a", ".tiff") == "a.tiff"
