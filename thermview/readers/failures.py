"""One place that turns whatever goes wrong while a file is read into one sentence."""

from __future__ import annotations

import errno
import re
import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from thermview.errors import CutShortError, ReadError, ThermviewError, reason

_ENDS_EARLY = re.compile(r"truncated|requires a buffer|unexpected end|premature end", re.IGNORECASE)
_OF_THE_DECODER = re.compile(r"by this driver|object has no attribute|index .* out of range|list index")
"""What decoders say of their own insides, which tells nobody anything of a file."""
CUT_SHORT = "cut short, or still being written"
COPY_AGAIN = "copy it again from where it was recorded"
DAMAGED = "The file is damaged"
"""So the issues of recordings begin that read to their end although something in them is not as it was written."""


def damage(issues: Sequence[str]) -> tuple[str, ...]:
    """Those of a recording's issues that say that pixel values may be wrong; known once all frames were read."""
    return tuple(issue for issue in issues if issue.startswith(DAMAGED))


def shown_name(path: Path) -> str:
    """The file's name as it can be printed on one line: control and undecodable characters are replaced."""
    return printable(path.name or str(path))


def printable(text: str) -> str:
    """A text as it can be shown on one line: control and undecodable characters are replaced."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def failure(path: Path, text: str) -> ReadError:
    """The error that says of one file what is wrong and what to do."""
    return ReadError(f"{shown_name(path)}: {text}")


def explain(error: Exception, kind: str) -> str:
    """What a failure means to the person who opened the file, and what they can do."""
    match error:
        case FileNotFoundError() | NotADirectoryError():
            return "the file is not there; refresh the capture or choose it again"
        case IsADirectoryError():
            return "this is a folder; open it as a capture"
        case PermissionError():
            return "you have no permission to read it; ask its owner, or copy it to a folder of yours"
        case MemoryError():
            return f"this {kind} needs more memory than is free; close other recordings and open it again"
        case zlib.error():
            return f"the packed data of this {kind} are damaged; {COPY_AGAIN}"
        case EOFError() | struct.error():
            return f"this {kind} ends too early; {COPY_AGAIN}"
        case OSError(errno=errno.ENOSPC):
            return (
                f"no space is left in the temporary folder to unpack this {kind}; free some and open it again"
            )
        case OSError(errno=errno.ELOOP):
            return "a link that leads back to itself; put the file in its place"
        case OSError(strerror=str() as said):
            return f"the disk could not be read ({said}); check the drive or the network and open it again"
    short = "".join(letter if letter.isprintable() else " " for letter in reason(error))[:160]
    if _ENDS_EARLY.search(short):
        return f"this {kind} ends too early; {COPY_AGAIN}"
    said = "" if _OF_THE_DECODER.search(short) else f" ({short})"
    return f"damaged, or no {kind}{said}; {COPY_AGAIN}"


def whole_of(whole: int, total: int, what: str = CUT_SHORT) -> str:
    """What is known of a recording of which only the first frames can be read."""
    if not whole:
        return f"{what}: not one frame of it is whole"
    return f"{what}: only its first {whole:,} of {total:,} frames are whole"


def cut_short(path: Path, whole: int, total: int) -> CutShortError:
    """The error for frames that lie behind the cut of a file."""
    return CutShortError(f"{shown_name(path)}: {whole_of(whole, total)}; {COPY_AGAIN}", whole)


@contextmanager
def reading(path: Path, kind: str) -> Iterator[None]:
    """Turn every failure inside the block into ReadError; decoders of damaged files raise anything."""
    try:
        yield
    except ThermviewError:
        raise
    except Exception as error:
        raise failure(path, explain(error, kind)) from error
