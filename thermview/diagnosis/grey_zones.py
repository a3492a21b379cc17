"""Where the tail of an object's normal pictures lies over the head of its anomalies, and what thresholds cost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from thermview.diagnosis.contamination import subjects
from thermview.diagnosis.results import GreyZone, Lens
from thermview.diagnosis.table import PictureTable

THRESHOLDS = 101
TAIL = 5.0
"""The zone reaches from this percentile of the normal pictures to the mirrored one of the anomalies."""


def find_grey_zones(table: PictureTable, lens: Lens) -> tuple[GreyZone, ...]:
    """One for each object that has normal pictures and anomalies with a density in this lens."""
    names, subject_of = subjects(table.class_names)
    classes, known = table.class_codes[lens.rows], np.isfinite(lens.values)
    zones = []
    for number, name in enumerate(names):
        codes = np.flatnonzero(subject_of == number)
        normal = [int(code) for code in codes if table.class_normal[code] is True]
        anomaly = [int(code) for code in codes if table.class_normal[code] is False]
        high = np.flatnonzero(known & np.isin(classes, normal))
        low = np.flatnonzero(known & np.isin(classes, anomaly))
        if len(high) and len(low):
            zones.append(_zone(name, lens, tuple(normal), tuple(anomaly), high, low))
    return tuple(zones)


def _zone(
    name: str,
    lens: Lens,
    normal: tuple[int, ...],
    anomaly: tuple[int, ...],
    high: NDArray[np.intp],
    low: NDArray[np.intp],
) -> GreyZone:
    normals, anomalies = np.sort(lens.values[high]), np.sort(lens.values[low])
    both = np.concatenate([high, low])
    thresholds = np.unique(np.quantile(lens.values[both].astype(np.float64), np.linspace(0, 1, THRESHOLDS)))
    missed = 1 - np.searchsorted(anomalies, thresholds, "left") / len(anomalies)
    false_alarms = np.searchsorted(normals, thresholds, "left") / len(normals)
    ends = float(np.percentile(normals, TAIL)), float(np.percentile(anomalies, 100 - TAIL))
    inside = both[(lens.values[both] >= ends[0]) & (lens.values[both] <= ends[1])]
    return GreyZone(
        object_name=name,
        lens=lens.name,
        normal_codes=normal,
        anomaly_codes=anomaly,
        low=ends[0],
        high=ends[1],
        thresholds=thresholds,
        missed=missed,
        false_alarms=false_alarms,
        inside=lens.rows[inside[np.argsort(lens.values[inside], kind="stable")]],
    )
