"""Menus Scores and Flags: what models say of recordings, and what a person does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thermview.gui.actions.row import Row, has_capture, has_events, has_recording

if TYPE_CHECKING:
    from thermview.gui.session import Session


def _flag(session: Session) -> None:
    """Flag the marked range, or the frame that is shown."""
    first, last = session.range or (session.frame_index, session.frame_index)
    event = session.scored.event_at(first)
    session.flagged.flag(first, last, event.cause if event else "", event.text if event else "")


SCORES: tuple[Row, ...] = (
    Row("score", "Score", "Score what is shown: a recording frame by frame, a picture by its density", "Scores",
        lambda w: w.session.score(), ("S",), has_recording, icon="score", toolbar=True),
    Row("score_all", "Score all recordings", "Score every recording of the list, one after another", "Scores",
        lambda w: w.score_all(), ("Ctrl+Shift+S",), has_capture),
    Row("densities", "Measure densities", "Embed every picture and measure how dense each lies in its class", "Scores",
        lambda w: w.session.measure_densities(), ("D",), has_capture),
    Row("diagnosis", "Diagnosis", "Show the diagnosis in place of the picture, or the picture again", "Scores",
        lambda w: w.session.diagnosing.show_pages(not w.session.diagnosing.open), ("Shift+D", "Backspace"),
        has_capture, lambda s: s.diagnosing.open),
    Row("diagnose", "Diagnose the picture set", "Say whether this picture set is fit to train on, and why", "Scores",
        lambda w: w.diagnose(), ("Ctrl+D",), lambda s: has_capture(s) and s.diagnosing.job is None),
    Row("save_diagnosis", "Save diagnosis…", "Write the report and the fixes of the diagnosis into a folder", "Scores",
        lambda w: w.diagnosis.ask_report(), ("Ctrl+Shift+D",), lambda s: s.diagnosing.prepared is not None),
    Row("choose_model", "Choose model…", "Score with a model of your own (.onnx with its card)", "Scores",
        lambda w: w.ask.choose_model(), ("Ctrl+Shift+M",)),
    Row("shipped_model", "Use the shipped model", "Score with the model that came with the program", "Scores",
        lambda w: w.session.scored.choose_model(None), ("Ctrl+Alt+M",), lambda s: s.scored.chosen_model is not None),
    Row("add_picture_model", "Add a picture model…",
        "Describe pictures with an ONNX model of your own, with or without a card", "Scores",
        lambda w: w.ask.add_picture_model(), ("Ctrl+Alt+P",)),
    Row("shipped_picture_model", "Use the shipped picture model",
        "Describe pictures with the model that came with the program again", "Scores",
        lambda w: w.session.picture_model.choose(None), ("Ctrl+Alt+D",), lambda s: s.picture_model.chosen),
    Row("own_threshold", "Use the model's threshold", "Judge by the threshold that came with the model again", "Scores",
        lambda w: w.session.scored.reset_threshold(), ("T",), lambda s: s.scored.threshold_moved),
)  # fmt: skip

FLAGS: tuple[Row, ...] = (
    Row("flag", "Flag", "Flag the frame, or the marked range", "Flags", lambda w: _flag(w.session), ("F",),
        has_recording, icon="flag", toolbar=True),
    Row("flag_words", "Flag with reason…", "Flag the frame or the marked range and say why", "Flags",
        lambda w: w.ask.flag(), ("Shift+F",), has_recording),
    Row("flag_events", "Flag all events", "Flag every event of the shown recording", "Flags",
        lambda w: w.session.flagged.flag_events(), ("Ctrl+Shift+F",), has_events),
)  # fmt: skip
