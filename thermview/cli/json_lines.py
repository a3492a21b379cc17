"""`--json`: one JSON object per line on stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any


def write_line(record: Mapping[str, Any]) -> None:
    """Write one object at once, so that whoever reads along has it; numbers that are not finite are null.

    Pure ASCII: every consumer reads it in any locale, and a file name that is no text survives.
    """
    from thermview.review.manifest import jsonable

    sys.stdout.write(json.dumps(jsonable(record), ensure_ascii=True, allow_nan=False) + "\n")
    sys.stdout.flush()
