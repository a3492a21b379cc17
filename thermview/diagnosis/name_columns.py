"""What the file names of a set say, as columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thermview.capture.names import parse_name
from thermview.diagnosis.table import NameColumns


def name_columns(paths: Sequence[str]) -> NameColumns:
    """The tokens of the names at `paths`; codes index names in alphabetical order."""
    count = len(paths)
    texts: list[dict[str, int]] = [{}, {}, {}]
    codes = np.full((3, count), -1, np.int32)
    days, hours = np.zeros(count, np.int32), np.full(count, -1, np.int8)
    distances_m = np.full(count, np.nan, np.float32)
    for row, path in enumerate(paths):
        name = path.rpartition("/")[2]
        tokens = parse_name(name.rpartition(".")[0] or name)
        if tokens is None:
            continue
        for kind, text in enumerate((tokens.object, tokens.state, tokens.site)):
            codes[kind, row] = texts[kind].setdefault(text, len(texts[kind]))
        days[row] = tokens.day.toordinal()
        window = tokens.window
        hours[row] = -1 if window is None else window[0].hour
        distances_m[row] = tokens.distance_m
    named = []
    for kind, known in enumerate(texts):
        names = sorted(known)
        order = np.array([names.index(text) for text in known] + [-1], np.int32)  # -1 stays -1
        codes[kind] = order[codes[kind]]
        named.append(tuple(names))
    return NameColumns(named[0], codes[0], named[1], codes[1], named[2], codes[2], days, hours, distances_m)
