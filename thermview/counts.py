"""Counts with their nouns, as messages give them."""

from __future__ import annotations


def noun_text(count: float, one: str, several: str = "") -> str:
    """The noun that follows a count: `one` after 1, else `several`, or `one` with an s."""
    return one if count == 1 else several or f"{one}s"


def counted(count: int, one: str, several: str = "") -> str:
    """A count in plain digits with its noun, as messages and the command line give it: "1 frame", "14571 frames"."""
    return f"{count} {noun_text(count, one, several)}"
