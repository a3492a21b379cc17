"""Adding a picture model: what is known is shown, what is not is asked, and only what works is used."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest_values import WAIT_MS
from onnx_models import mean_graph, write_model

from thermview.errors import ModelError
from thermview.gui.models.add_model_dialog import AddModelDialog
from thermview.gui.models.answers import SCALINGS, Scaling, answers_of, card_from, scaling_name, typed_numbers
from thermview.gui.session import Session
from thermview.inference.catalogue import user_models_folder
from thermview.inference.proposal import BYTE
from thermview.inference.session import card_of, proposal_of


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A model that states its size by nothing and its scaling by nothing."""
    path = write_model(tmp_path, "bare")
    path.with_suffix(".json").unlink()
    return path


def shown(qtbot, session: Session, path: Path) -> AddModelDialog:  # type: ignore[no-untyped-def]
    dialog = AddModelDialog(session, path)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.proposal is not None or "bare" in dialog.outcome.text(), timeout=WAIT_MS)
    return dialog


def test_open_questions_are_asked_and_the_model_is_tried(qtbot, session: Session, bare: Path) -> None:  # type: ignore[no-untyped-def]
    session.shown.frame = np.random.default_rng(0).integers(0, 255, (20, 30), np.uint8)
    dialog = shown(qtbot, session, bare)
    assert "size and its scaling" in dialog.outcome.text()
    assert not dialog.use.isEnabled()
    dialog.rows.setValue(8)
    dialog.columns.setValue(12)
    dialog.scaling.setCurrentText("0 to 1")
    dialog.scaling.activated.emit(dialog.scaling.currentIndex())
    assert "12 \u00d7 8 pixels" in dialog.seen.text()
    qtbot.waitUntil(dialog.use.isEnabled, timeout=WAIT_MS)
    assert "1 number a picture" in dialog.outcome.text()
    dialog.accept()
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=WAIT_MS)
    copy = session.picture_model.path()
    assert copy.parent == user_models_folder()
    said = card_of(copy).input
    assert (said.rows, said.columns, said.scale) == (8, 12, BYTE)
    assert bare.is_file()
    session.picture_model.choose(None)
    assert session.picture_model.path().name == "picture_embedding.onnx"


def test_a_model_that_gives_everything_the_same_is_refused(qtbot, session: Session, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = write_model(tmp_path, "bare")
    path.write_bytes(mean_graph(gain=0.0).SerializeToString())
    dialog = shown(qtbot, session, path)
    qtbot.waitUntil(lambda: "same embedding" in dialog.outcome.text(), timeout=WAIT_MS)
    assert not dialog.use.isEnabled()


def test_a_mean_and_sd_of_its_own(qtbot, session: Session, bare: Path) -> None:  # type: ignore[no-untyped-def]
    dialog = shown(qtbot, session, bare)
    dialog.rows.setValue(8)
    dialog.columns.setValue(8)
    dialog.scaling.setCurrentText("another mean and sd")
    dialog.scaling.activated.emit(dialog.scaling.currentIndex())
    assert dialog.mean.isVisible()
    dialog.sd.setText("0")
    dialog.mean.setText("0.5")
    dialog.mean.textEdited.emit("0.5")
    assert "Please say its scaling" in dialog.outcome.text()
    dialog.sd.setText("0.25")
    dialog.sd.textEdited.emit("0.25")
    qtbot.waitUntil(dialog.use.isEnabled, timeout=WAIT_MS)


def test_what_is_no_model_says_so(qtbot, session: Session, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "bare.onnx"
    path.write_bytes(b"no model")
    dialog = shown(qtbot, session, path)
    assert dialog.outcome.text().startswith("bare.onnx: not an ONNX model")
    assert not dialog.use.isEnabled()


def test_a_chosen_model_that_is_gone_is_no_longer_chosen(qtbot, session: Session, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    session.picture_model.choose(tmp_path / "gone.onnx")
    assert not session.picture_model.own
    assert session.picture_model.path().name == "picture_embedding.onnx"
    assert session.picture_model.instead.startswith("gone.onnx is no longer in")
    session.open_capture(tmp_path)
    qtbot.waitUntil(lambda: not session.browsing.scanning, timeout=WAIT_MS)
    said: list[str] = []
    session.message.connect(said.append)
    session.measure_densities()
    assert said == [session.picture_model.instead]


@pytest.mark.parametrize("name", SCALINGS)
def test_known_scalings_are_recognised(name: str) -> None:
    assert scaling_name(SCALINGS[name]) == name


def test_other_scalings_have_no_name() -> None:
    assert scaling_name(None) == ""
    assert scaling_name(Scaling(BYTE, (0.3,), (0.2,))) == "another mean and sd"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("0.5", (0.5,)),
        (" 1, 2;3 ", (1, 2, 3)),
        ("1 2", None),
        ("", None),
        ("nan", None),
        ("a", None),
        ("1e9", None),
    ],
)
def test_typed_numbers(text: str, numbers: tuple[float, ...] | None) -> None:
    assert typed_numbers(text) == numbers


def test_answers_that_do_not_fit_are_one_sentence(bare: Path) -> None:
    proposal = proposal_of(bare)
    answers = answers_of(proposal).said("size")
    three = replace(answers, scaling=Scaling(1.0, (1.0, 2.0, 3.0), (1.0,)), channels=1)
    with pytest.raises(ModelError, match="do not fit together"):
        card_from(proposal, three)
    assert json.loads(card_from(proposal, answers).model_dump_json())["kind"] == "embedding"
