"""Pictures learnt from the beginning of a recording explain the rest of it, where it repeats itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from laser_fits import PLAIN, simulated, write_frames
from shared_data import SHARED, needs_shared

from thermview.errors import ReadError
from thermview.laser.normality.fit import fit
from thermview.laser.normality.self_check import MOST_FRAMES, self_check


def all_plain(frames: np.ndarray) -> np.ndarray:
    return np.ones(len(frames), np.bool_)


@needs_shared
def test_the_first_30_real_frames_explain_the_other_24() -> None:
    frames = np.load(SHARED / "laser" / "real_frames_2001_2054.npz")["image"]
    found = self_check(frames, all_plain(frames))
    assert (found.taught, found.rest) == (30, 24)
    assert found.explained > 0.95
    assert found.words.endswith(f"explain the next 24 with R² = {found.explained:.3f}")


def test_a_scan_that_changes_is_explained_less_well() -> None:
    frames = simulated(PLAIN, 1, 600)[0].frames
    steady = self_check(frames, all_plain(frames)).explained
    changed = frames.copy()
    changed[400:] = np.roll(changed[400:], 3, axis=2)
    assert steady > 0.95
    assert self_check(changed, all_plain(changed)).explained < steady - 0.2


def test_frames_from_the_first_obstacle_on_are_left_aside() -> None:
    frames = simulated(PLAIN, 1, 600)[0].frames
    plain = all_plain(frames)
    plain[500:] = False
    found = self_check(frames, plain)
    assert found.taught + found.rest == 500 <= MOST_FRAMES


def test_what_shows_no_cycle_cannot_be_checked() -> None:
    frames = np.random.default_rng(1).integers(0, 200, (54, 12, 16))
    with pytest.raises(ReadError, match="cycle"):
        self_check(frames, all_plain(frames))


def test_a_recording_too_short_to_teach_is_refused_with_its_self_check(tmp_path: Path) -> None:
    frames = simulated(PLAIN, 1, 54)[0].frames
    (tmp_path / "Type1").mkdir()
    write_frames(tmp_path / "Type1" / "0001.npz", frames)
    with pytest.raises(ReadError) as told:
        list(fit(tmp_path, [tmp_path / "Type1" / "0001.npz"]))
    assert "has 54 frames, 60 at least are needed" in str(told.value)
    assert "learnt from its first 30 frames explain the next 24 with R² = 0.9" in str(told.value)
