"""Scores: a number per frame, the threshold, the events above it and their causes."""

from thermview.scoring.calibration import p_value
from thermview.scoring.events import MERGE_CYCLES, events_of, find_runs
from thermview.scoring.run import rescored, score_recording
from thermview.scoring.types import Event, ModelId, ScoreChunk, Scores

__all__ = [
    "MERGE_CYCLES",
    "Event",
    "ModelId",
    "ScoreChunk",
    "Scores",
    "events_of",
    "find_runs",
    "p_value",
    "rescored",
    "score_recording",
]
