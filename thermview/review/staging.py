"""A folder that appears whole or not at all, and never in the place of another."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from thermview.errors import ExportError, reason


class Staging:
    """A temporary folder at `path` on the target's own disk; `publish` gives it its name."""

    def __init__(self, target: Path) -> None:
        self.target = target.expanduser().absolute()
        if self.target.exists() and not self.target.is_dir():
            raise ExportError(f"{target} is a file; choose a folder for the export.")
        self._made: list[Path] = []
        self._published = False
        # Beside a new folder, yet inside one that is there: it may be the root of another disk.
        parent = self.target if self.target.is_dir() else self.target.parent
        self.path = parent / f".{self.target.name[:40] or 'export'}.part-{uuid.uuid4().hex[:12]}"
        try:
            self._make(parent)
            self.path.mkdir()
        except OSError:
            self.remove()
            raise

    def _make(self, folder: Path) -> None:
        """Make a folder and those above it, remembering which are new."""
        if folder.is_dir():
            return
        self._make(folder.parent)
        folder.mkdir()
        self._made.append(folder)

    def publish(self) -> Path:
        """Let the files appear: as the target, inside it while it is empty, else in a new folder in it."""
        if not self.target.is_dir():
            others = self._numbered(self.target.parent, self.target.name, first=2)
            self._move_to(itertools.chain([self.target], others))
        elif all(entry == self.path for entry in self.target.iterdir()):
            self._move_into_target()
        else:
            self._move_to(self._numbered(self.target, "export", first=1))
        self._published = True
        return self.path

    def publish_over(self, last: str) -> Path:
        """Let the files appear under their own names in the target, the one named `last` as the last of them.

        What lies there under one of these names is not lost: it moves into a new folder `earlier-1`, `earlier-2`, ...
        """
        if not self.target.is_dir():
            return self.publish()
        names = sorted((entry.name for entry in self.path.iterdir()), key=lambda name: (name == last, name))
        moved: list[tuple[Path, Path]] = []
        try:
            if there := [name for name in reversed(names) if os.path.lexists(self.target / name)]:
                earlier = next(
                    place for place in self._numbered(self.target, "earlier", 1) if not os.path.lexists(place)
                )
                earlier.mkdir()
                self._made.append(earlier)
                for name in there:
                    moved.append(_renamed(self.target / name, earlier / name))
            for name in names:
                moved.append(_renamed(self.path / name, self.target / name))
        except OSError:
            _move_back(moved)
            raise
        self.path.rmdir()
        self.path = self.target
        self._published = True
        return self.path

    @staticmethod
    def _numbered(parent: Path, name: str, first: int) -> Iterator[Path]:
        return (parent / f"{name}-{n}" for n in itertools.count(first))

    def _move_to(self, places: Iterator[Path]) -> None:
        for place in places:
            if os.path.lexists(place):
                continue
            try:
                os.rename(self.path, place)
            except OSError:
                if os.path.lexists(place):
                    continue  # someone else was first: the next name then
                raise
            self.path = place
            return

    def _move_into_target(self) -> None:
        moved: list[tuple[Path, Path]] = []
        try:
            # The manifest goes last: where it is, the export is whole.
            for file in sorted(self.path.iterdir(), key=lambda path: path.name.startswith("manifest.")):
                moved.append(_renamed(file, self.target / file.name))
        except OSError:
            _move_back(moved)
            raise
        self.path.rmdir()
        self.path = self.target

    def remove(self) -> None:
        """Leave nothing behind, unless it was published."""
        if self._published:
            return
        shutil.rmtree(self.path, ignore_errors=True)
        for folder in reversed(self._made):
            with contextlib.suppress(OSError):  # someone may have put something there
                folder.rmdir()


def _renamed(old: Path, new: Path) -> tuple[Path, Path]:
    os.rename(old, new)
    return old, new


def _move_back(moved: list[tuple[Path, Path]]) -> None:
    for old, new in reversed(moved):
        with contextlib.suppress(OSError):
            os.rename(new, old)


@contextmanager
def staged(target: Path) -> Iterator[Staging]:
    """A staging folder, removed at the end unless it was published; ExportError where the disk fails."""
    staging = None
    try:
        staging = Staging(target)
        yield staging
    except OSError as error:
        why = error.strerror or reason(error)
        raise ExportError(
            f"The export could not be written to {target} ({why}); nothing was left there."
        ) from error
    finally:
        if staging is not None:
            staging.remove()


def check_writable(folder: Path) -> None:
    """ExportError before hours of work where the folder cannot be made or written; it leaves nothing."""
    with staged(folder):
        pass
