"""What becomes of failures: one sentence and an exit status, never a traceback for what a user can mend."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event
from types import FrameType

import typer

from thermview.cli.output import say
from thermview.errors import ThermviewError, reason

FAILED = 1
SOME_FAILED = 3
STOPPED = 130  # as a shell reports Ctrl+C
PIPE_CLOSED = 141  # as a shell reports a program whose reader went away


@dataclass
class Tally:
    """How many files were done and how many failed, which decides the exit status."""

    done: int = 0
    failed: int = 0

    def fail(self, text: str) -> None:
        """Count a file that failed and say why."""
        self.failed += 1
        say(text)

    def end(self) -> None:
        """Leave with 3 where some files failed, with 1 where all did."""
        if self.failed:
            raise typer.Exit(SOME_FAILED if self.done else FAILED)


_interrupted = Event()


def note_interrupts() -> None:
    """From now on it is remembered that someone pressed Ctrl+C: a library that is interrupted in the middle of
    its own code may make another exception of it."""
    signal.signal(signal.SIGINT, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    _interrupted.set()
    raise KeyboardInterrupt


def stop_if_interrupted() -> None:
    """Raise what Ctrl+C raises once more, in case it was lost where nothing can be raised."""
    if _interrupted.is_set():
        raise KeyboardInterrupt


@contextmanager
def clean_failures() -> Iterator[None]:
    """Around a command: turns what it raises into a sentence on stderr and an exit status."""
    try:
        with _interrupts_as_such():
            yield
            sys.stdout.flush()  # a reader that is gone shows here, not when the interpreter ends
    except ThermviewError as error:
        say(str(error))
        raise typer.Exit(FAILED) from None
    except BrokenPipeError:
        # Whatever is still buffered has nowhere to go; else the interpreter complains at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(PIPE_CLOSED) from None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        say(f"{where}{error.strerror or reason(error)}.")
        raise typer.Exit(FAILED) from None
    except KeyboardInterrupt:
        say("Stopped.")
        raise typer.Exit(STOPPED) from None


@contextmanager
def _interrupts_as_such() -> Iterator[None]:
    """Whatever is raised once someone has pressed Ctrl+C is that interrupt."""
    try:
        yield
    except typer.Exit:
        raise
    except Exception:
        if _interrupted.is_set():
            raise KeyboardInterrupt from None
        raise
