"""A FLIR recording under other conditions: the same counts, nothing of the first one changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from flir_files import CONDITIONS, CONSTANTS, COUNTS, WHEN, fff_of, jpeg_with
from shared_data import SHARED, needs_shared

from thermview.errors import ReadError
from thermview.readers import open_recording
from thermview.readers.flir import FlirRecording
from thermview.thermal.conditions import ConditionsError, Radiometric
from thermview.thermal.radiometry import object_celsius


def opened(path: Path, content: bytes) -> FlirRecording:
    path.write_bytes(content)
    recording = open_recording(path)
    assert isinstance(recording, FlirRecording)
    return recording


@pytest.fixture
def picture(tmp_path: Path) -> FlirRecording:
    return opened(tmp_path / "a.jpg", jpeg_with(fff_of()))


def test_a_change_gives_another_recording_on_the_same_counts(picture: FlirRecording) -> None:
    before = picture.frame(0)
    other = picture.with_changes({"emissivity": 0.5, "distance_m": 20.0})
    expected = object_celsius(COUNTS, CONSTANTS, replace(CONDITIONS, emissivity=0.5, distance_m=20.0))
    np.testing.assert_allclose(other.frame(0), expected, atol=2e-3)
    np.testing.assert_array_equal(picture.frame(0), before)
    np.testing.assert_array_equal(other.with_changes({}).frame(0), before)
    np.testing.assert_array_equal(other.counts(0), COUNTS)
    assert isinstance(other, Radiometric)
    assert (other.changes, picture.changes) == ({"emissivity": 0.5, "distance_m": 20.0}, {})
    assert other.file_conditions == picture.conditions
    assert other.camera_id == picture.camera_id


def test_what_differs_from_the_file_is_said(picture: FlirRecording) -> None:
    other = picture.with_changes({"emissivity": 0.5})
    assert other.issues[0] == "Conditions changed: emissivity 0.5 (file 0.875)."
    assert (other.metadata["emissivity"], other.metadata["file_conditions"]) == (0.5, {"emissivity": 0.875})
    assert "file_conditions" not in picture.metadata
    assert not picture.issues


def test_what_cannot_be_used_is_refused(picture: FlirRecording) -> None:
    with pytest.raises(ConditionsError, match=r"emissivity must lie between 0\.001 and 1\."):
        picture.with_changes({"emissivity": 0})


def test_a_usable_value_ends_the_sentence_about_an_unusable_one(tmp_path: Path) -> None:
    recording = opened(tmp_path / "a.jpg", jpeg_with(fff_of(conditions=replace(CONDITIONS, emissivity=0.0))))
    assert "The file states 0 as the emissivity" in recording.issues[0]
    changed = recording.with_changes({"emissivity": 0.9})
    assert changed.issues == ("Conditions changed: emissivity 0.9 (file 1).",)


def test_each_frame_keeps_its_own_of_what_was_not_changed(tmp_path: Path) -> None:
    warmer = replace(CONDITIONS, reflected_c=CONDITIONS.reflected_c + 30)
    later = fff_of(conditions=warmer, when=WHEN + timedelta(seconds=0.04))
    recording = opened(tmp_path / "a.seq", fff_of() + later).with_changes({"emissivity": 0.5})
    for index, around in enumerate((CONDITIONS, warmer)):
        expected = object_celsius(COUNTS, CONSTANTS, replace(around, emissivity=0.5))
        np.testing.assert_allclose(recording.frame(index), expected, atol=2e-3)
    recording.close()


def test_at_hand_is_what_was_read_and_needs_no_file(tmp_path: Path) -> None:
    recording = opened(tmp_path / "a.seq", fff_of() + fff_of(COUNTS + 1, when=WHEN + timedelta(seconds=0.04)))
    assert recording.at_hand(1) is None
    frame = recording.frame(1)
    other = recording.with_changes({"emissivity": 0.5})
    recording.close()
    np.testing.assert_array_equal(recording.at_hand(1), frame)
    assert (other.at_hand(1) != frame).any()
    with pytest.raises(ReadError):
        other.frame(0)


@needs_shared
def test_real_files_are_what_they_were_after_a_change_and_back() -> None:
    folder = SHARED / "thermal" / "flir_tools"
    for path in sorted(folder.glob("*.jpg")):
        recording = open_recording(path)
        assert isinstance(recording, FlirRecording)
        lower = recording.with_changes({"emissivity": recording.conditions.emissivity * 0.9})
        back = lower.with_changes({})
        truth = np.load(path.with_suffix(".celsius.npz"))["celsius"]
        inside = truth > -40
        assert float(np.abs(back.frame(0) - truth)[inside].max()) < 6e-4
        hot = (
            recording.frame(0) > max(recording.conditions.reflected_c, recording.conditions.atmosphere_c) + 1
        )
        assert (lower.frame(0)[hot] > recording.frame(0)[hot]).all()
