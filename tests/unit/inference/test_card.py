from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thermview.errors import ModelError
from thermview.inference.card import CARD_LIMIT, Calibration, ModelCard, parse_card

CARD = {
    "name": "m",
    "kind": "embedding",
    "input": {"name": "x", "layout": "NCHW"},
    "outputs": [{"name": "y", "meaning": "embedding"}],
}


def with_input(**more: object) -> str:
    return json.dumps({**CARD, "input": {**CARD["input"], **more}})  # type: ignore[dict-item]


def test_unknown_keys_survive_the_round_trip() -> None:
    card = parse_card(json.dumps({**CARD, "colour": "blue"}), "m.json")
    again = parse_card(card.model_dump_json(), "m.json")
    assert again == card
    assert json.loads(again.model_dump_json())["colour"] == "blue"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "JSON"),
        ("[]", "object"),
        ("{}", "name"),
        ('{"name": NaN}', "name"),
        (json.dumps({**CARD, "kind": "oracle"}), "kind"),
        (with_input(mean=[1, 2]), "mean has 2"),
        (with_input(std=[0]), "std"),
        (with_input(rows=4), "together"),
        (json.dumps({**CARD, "calibration": {"normals": [2, 1]}}), "ascend"),
        ("[" * 100_000, "card"),
        (" " * (CARD_LIMIT + 1), "larger"),
    ],
)
def test_a_bad_card_gives_one_sentence_with_the_place(text: str, said: str) -> None:
    with pytest.raises(ModelError) as caught:
        parse_card(text, "m.json")
    assert str(caught.value).startswith("m.json")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_card_or_a_model_error(data: bytes) -> None:
    with pytest.raises(ModelError):
        parse_card(data, "m.json")


def test_a_batch_has_its_own_calibration_or_the_general_one() -> None:
    card = ModelCard.model_validate(
        {**CARD, "calibration": {"normals": [1, 2]}, "batches": {"Type2": {"normals": [5]}}}
    )
    assert card.calibration_of("Type2") == Calibration(normals=(5.0,))
    assert card.calibration_of("Type3") == card.calibration
