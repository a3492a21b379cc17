"""What goes to stdout: lines for people, or one JSON object per line; messages go to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any


def printable(text: str) -> str:
    """The text without control characters, which a file name may hold and a terminal would obey."""
    kept = "\n\t"
    return "".join(
        letter if letter.isprintable() or letter in kept else "\N{REPLACEMENT CHARACTER}" for letter in text
    )


def one_line(text: str) -> str:
    """The same without the ends of lines and tabs that a file name may hold, to stand within a line."""
    return printable("".join("\N{REPLACEMENT CHARACTER}" if letter in "\n\t" else letter for letter in text))


def show(text: str) -> None:
    """A result for the person, on stdout."""
    print(printable(text), flush=True)


def say(text: str) -> None:
    """A message for the person, on stderr."""
    print(printable(text), file=sys.stderr, flush=True)


def write_json(record: Mapping[str, Any]) -> None:
    """Write one object at once, so that whoever reads along has it; numbers that are not finite are null.

    Pure ASCII: every consumer reads it in any locale, and a file name that is no text survives.
    """
    from thermview.review.manifest import jsonable

    sys.stdout.write(json.dumps(jsonable(record), ensure_ascii=True, allow_nan=False) + "\n")
    sys.stdout.flush()
