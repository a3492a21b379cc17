"""Class folders in English and Korean."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thermview.capture.classes import class_of, is_normal_class, split_class


@pytest.mark.parametrize(
    ("name", "normal"),
    [
        ("Pipe-Normal", True),
        ("Storage Tank-Normal", True),
        ("AC Outdoor - normal", True),
        ("이송배관-정상", True),
        ("[원천]이송배관-정상", True),
        (unicodedata.normalize("NFD", "이송배관-정상"), True),
        ("Normal", True),
        ("OK", True),
        ("Pipe-Leak", False),
        ("Person-Anomaly-Identify", False),
        ("Switchboard-Short Circuit", False),
        ("Car-Abnormal", False),
        ("이송배관-이상-누출", False),
        ("배–이상–고온", False),
        ("Press 2-비정상", False),
        ("NG", False),
        ("NG_01", False),
        ("NG-01", False),
        ("OK 2", True),
        ("Pipe-OK", True),
        ("Pipe-NG_01", False),
        ("Normal-Pipe", True),
        ("Pipe-Normal2", True),
        ("Pipe-Crack 2", False),
        ("Ship-Overheat2", False),
        ("Switchboard-Short Circuit 3", False),
        ("Pump 2-Overheat", False),
        ("이송배관-누출2", False),
        ("Dataset-Part 2", None),
        ("Camera 1-front", None),
        ("Crack 2", None),
        ("Pump-A1", None),
        ("Type16", None),
        ("2021-02", None),
        ("Run 3-b2", None),
        ("images", None),
        ("", None),
        ("-", None),
    ],
)
def test_normal_or_anomaly_is_read_from_the_name(name: str, normal: bool | None) -> None:
    assert is_normal_class(name) is normal


def test_a_class_parts_at_its_first_dash() -> None:
    assert split_class("Person-Anomaly-Identify") == ("Person", "Anomaly-Identify")
    assert split_class("이송배관-이상-누출") == ("이송배관", "이상-누출")
    assert split_class("Type16") == ("Type16", "")
    assert split_class("NG-01") == ("NG-01", "")


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("Training/Pipe-Leak/2021-02", "Pipe-Leak"),
        ("이송배관-정상.zip/images", "이송배관-정상"),
        ("Pipe-Leak/Car-Normal", "Car-Normal"),
        ("Pipe-Normal/Camera-Front", "Pipe-Normal"),
        ("Abnormal/Pipe-Leak", "Pipe-Leak"),
        ("Pipe-Leak/Crop-Upper 2", "Pipe-Leak"),
        ("set/Pipe-Crack 2/2021-02", "Pipe-Crack 2"),
        ("Type16", ""),
        ("", ""),
    ],
)
def test_the_nearest_class_folder_counts(folder: str, name: str) -> None:
    assert class_of(folder) == name


@given(st.text(max_size=40))
def test_any_name_can_be_asked(name: str) -> None:
    assert is_normal_class(name) in (True, False, None)
    assert len(split_class(name)) == 2
