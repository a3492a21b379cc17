"""What is put together for an export: flags with labels and kept scores, and flags of files that are gone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small_capture_files import write_batch

from thermview.capture.context import ContextFinder
from thermview.errors import ModelError, ThermviewError
from thermview.inference import ModelId
from thermview.recording import Recording
from thermview.review import gathering, scoring_jobs
from thermview.review.flags import Flag
from thermview.review.gathering import flagged_items
from thermview.scoring import Scores
from thermview.thermal.display import Display

MODEL = ModelId("small", "ab" * 32)


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    write_batch(tmp_path / "capture" / "Type1", 1, 2, np.random.default_rng(1))
    return tmp_path / "capture"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that were opened, in order."""
    paths: list[Path] = []
    really = gathering.open_recording

    def counting(path: Path) -> Recording:
        paths.append(path)
        return really(path)

    monkeypatch.setattr(gathering, "open_recording", counting)
    return paths


def kept(monkeypatch: pytest.MonkeyPatch, path: Path, recording: str) -> Scores:
    """Scores that were kept of a file as this recording, with the obstacles that its metadata states."""
    values = np.linspace(0, 2, 400, dtype=np.float32)
    scores = Scores(recording, values, {}, 1.0, 2.0, None, True, "power", (), MODEL, 0.1)
    stated = ContextFinder(path.parent).stated_obstacles(path)
    assert stated
    asked = (path, recording, stated, None)
    monkeypatch.setattr(gathering, "kept_scores", lambda *given: scores if given == asked else None)
    return scores


def items_of(capture: Path, flags: list[Flag]) -> list[gathering.ExportItem]:
    def path_of(recording: str) -> Path | None:
        path = capture / f"{recording}.npz"
        return path if path.is_file() else None

    return flagged_items(flags, path_of, ContextFinder(capture), display=Display(palette="iron"))


def test_a_flag_brings_its_frames_labels_and_scores(
    capture: Path, opened: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = kept(monkeypatch, capture / "Type1" / "0001.npz", "Type1/0001")
    flag = Flag("Type1/0001", 5, 9, "power")
    (item,) = items_of(capture, [flag])
    assert list(item.frames) == [5, 6, 7, 8, 9]
    assert item.flag is flag
    assert item.display.palette == "iron"
    assert item.context is not None
    assert item.context.metadata["Index"] == 1
    assert item.scores is not None
    np.testing.assert_array_equal(item.scores.values, scores.values)
    assert callable(item.recording)
    with_frames = item.recording()
    assert len(with_frames) == 400
    with_frames.close()


def test_a_recording_with_many_flags_is_looked_at_once(capture: Path, opened: list[Path]) -> None:
    flags = [Flag("Type1/0001", n, n) for n in range(50)] + [Flag("Type1/0002", 0, 3)]
    items = items_of(capture, flags)
    assert [item.flag for item in items] == flags
    assert opened == [capture / "Type1" / "0001.npz", capture / "Type1" / "0002.npz"]


def test_flags_of_files_that_are_gone_or_broken_are_not_forgotten(capture: Path, opened: list[Path]) -> None:
    (capture / "Type1" / "0002.npz").write_bytes(b"")
    items = items_of(capture, [Flag("Type1/0009", 1, 1), Flag("Type1/0002", 2, 2)])
    assert [item.recording_id for item in items] == ["Type1/0009", "Type1/0002"]
    for item in items:
        assert item.context is None
        assert item.annotations == ()
        assert item.scores is None
        assert callable(item.recording)
        with pytest.raises(ThermviewError):
            item.recording()


def test_without_a_model_there_are_no_scores(capture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(path: Path | None) -> None:
        raise ModelError("no laser score model is installed")

    monkeypatch.setattr(scoring_jobs, "scorer", none)
    (item,) = items_of(capture, [Flag("Type1/0001", 1, 1)])
    assert item.scores is None
    assert item.context is not None


def test_nothing_flagged_is_nothing_to_export(capture: Path) -> None:
    assert items_of(capture, []) == []
