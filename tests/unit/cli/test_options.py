from __future__ import annotations

from pathlib import Path

import pytest
import typer

from thermview.cli.options import ends_in, export_formats, frame_ranges, known_palette


def test_good_values_pass_unchanged() -> None:
    assert ends_in(".h5", ".csv")(Path("a.CSV")) == Path("a.CSV")
    assert ends_in(".h5")(None) is None
    assert known_palette("iron") == "iron"
    assert frame_ranges("0,5,10-20") == "0,5,10-20"
    assert frame_ranges(None) is None
    assert export_formats("png,h5") == "png,h5"


@pytest.mark.parametrize(
    ("check", "value", "said"),
    [
        (ends_in(".h5", ".csv"), Path("scores.xls"), ".h5, .csv"),
        (known_palette, "beige", "beige"),
        (frame_ranges, "5-3", "ends before it begins"),
        (export_formats, "png,docx", "docx"),
    ],
)
def test_wrong_values_are_wrong_usage(check, value, said: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(typer.BadParameter) as refused:
        check(value)
    assert said in refused.value.message
