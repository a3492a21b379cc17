"""Which recordings the PATHs of a command line mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from thermview.capture.ids import recording_id
from thermview.capture.index import CaptureIndex
from thermview.capture.listing import natural_key
from thermview.cli.failures import Tally
from thermview.cli.output import say
from thermview.cli.progress import follow
from thermview.errors import ReadError
from thermview.readers.failures import printable, shown_name
from thermview.readers.score_tables import is_score_table
from thermview.readers.zipped import split_zip_path

OTHER_ARRAYS = frozenset({".h5", ".hdf5", ".nxs", ".npy", ".tif", ".tiff"})
"""Suffixes of files that may hold frames as laser videos do."""


@dataclass(frozen=True)
class Found:
    """A recording of the command line. `root`: the folder it was found below, or its own.

    `named`: the file itself was given, so that it is an error where nothing can be done with it.
    """

    root: Path
    path: Path
    named: bool

    @property
    def id(self) -> str:
        """The path below the root without suffix, `Type16/1673`."""
        return recording_id(self.root, self.path)

    def told(self, text: str) -> str:
        """A sentence about the file, with its place below the root in front and not only its name."""
        name = shown_name(self.path)
        text = text.removeprefix(
            f"{printable(self.path.stem)}: "
        )  # as a model knows it; here it has its suffix
        if self.named or not text.startswith(f"{name}:"):
            return text if text.startswith(name) else f"{name}: {text}"
        folder = self.path.relative_to(self.root).parent.as_posix()
        return text if folder == "." else f"{folder}/{text}"


def find_recordings(paths: Iterable[Path], tally: Tally) -> list[Found]:
    """The recordings at these paths, folders walked in natural order, each file once.

    What is not there or cannot be listed is told and counted as failed; files of no reader are left out.
    ReadError where nothing at all was found and nothing failed.
    """
    found: dict[Path, Found] = {}
    looked_at = []
    for path in paths:
        looked_at.append(path)
        if is_capture(path):
            found.update((item.path, item) for item in _below(path, tally) if item.path not in found)
        elif path.exists() or split_zip_path(path) is not None:
            found[path] = Found(path.parent, path, named=True)
        else:
            tally.fail(f"{shown_name(path)}: there is no such file or folder.")
    if not found and not tally.failed:
        names = ", ".join(shown_name(path) for path in looked_at)
        raise ReadError(f"{names}: no file here is a recording that ThermView reads.")
    return list(found.values())


def is_capture(path: Path) -> bool:
    """True for a folder, and for a zip, which stands for one."""
    return path.is_dir() or (path.suffix.lower() == ".zip" and path.is_file())


def check_capture(folder: Path) -> None:
    """ReadError where a path is no folder and no zip."""
    if not is_capture(folder):
        there = folder.exists()
        raise ReadError(
            f"{shown_name(folder)}: {'not a folder of laser recordings' if there else 'there is no such folder'}."
        )


def laser_videos(folder: Path, tally: Tally) -> list[Path]:
    """The laser videos (.npz) below a folder; of files beside them that may be some in another form it is told.

    ReadError where the folder is none.
    """
    check_capture(folder)
    found = [item.path for item in find_recordings([folder], tally)]
    videos = [path for path in found if path.suffix.lower() == ".npz"]
    folders = {path.parent for path in videos}
    others = [path for path in found if path.suffix.lower() in OTHER_ARRAYS and path.parent in folders]
    if others:
        more = f" and {len(others) - 1} more" if len(others) > 1 else ""
        first = others[0].relative_to(folder).as_posix()
        say(f"Left out, for laser videos are .npz files: {first}{more}.")
    return videos


def _below(root: Path, tally: Tally) -> Iterator[Found]:
    index = CaptureIndex(root)
    for _ in follow(index.scan(), f"Reading {shown_name(root)}"):
        pass
    for issue in index.issues:
        tally.fail(issue)
    for relative in sorted(index.paths(), key=natural_key):
        if is_score_table(root / relative):
            say(f"{relative}: a table of scores, not a recording; left out.")
        else:
            yield Found(root, root / relative, named=False)
