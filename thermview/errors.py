"""The few kinds of failure a user can act on; every text is written for an engineer."""

from __future__ import annotations


class ThermviewError(Exception):
    """Something the user can act on; its text is one clear sentence, shown as it is."""


class ReadError(ThermviewError):
    """A file cannot be read as its format."""


class CutShortError(ReadError):
    """A recording of which only the first frames can be read, `whole` of them; the others are damaged or lost."""

    def __init__(self, text: str, whole: int) -> None:
        super().__init__(text)
        self.whole = whole


class NoRecordingError(ReadError):
    """A sound file that holds something else than a recording, such as a table of scores."""


class ModelError(ThermviewError):
    """A model or its card cannot be used."""


class StoreError(ThermviewError):
    """Flags, scores or settings cannot be kept where they should be."""


class ExportError(ThermviewError):
    """An export cannot be written."""


def reason(error: BaseException) -> str:
    """One line that says why, for errors whose own text may be empty or several lines long."""
    lines = str(error).strip().splitlines()
    text = lines[0].strip() if lines else ""
    return text or type(error).__name__
