"""Simulated 1 kHz laser heat-treatment videos in the real data set's layout.

A batch is drawn with `make_batch`, its recordings with `simulate`, normal or with one of FAULT_KINDS;
`write_laser` writes whole batches to a folder.
"""

from __future__ import annotations

from thermview.sample.laser_batch import LaserBatch, make_batch
from thermview.sample.laser_capture import write_laser
from thermview.sample.laser_faults import AFTERGLOW, FAULT_KINDS, FAULTS, faults_for
from thermview.sample.laser_simulation import SimulatedRecording, simulate, summary_statistics

__all__ = [
    "AFTERGLOW",
    "FAULTS",
    "FAULT_KINDS",
    "LaserBatch",
    "SimulatedRecording",
    "faults_for",
    "make_batch",
    "simulate",
    "summary_statistics",
    "write_laser",
]
