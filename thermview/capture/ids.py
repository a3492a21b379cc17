"""How a recording is named below its capture: `Type16/1673`."""

from __future__ import annotations

from pathlib import Path


def recording_id(root: Path, path: Path) -> str:
    """The path below the capture without suffix, parted by slashes; the bare name outside of it.

    A zipped batch gives the ids that it would give unpacked: `Type16.zip/1673.npz` and
    `Type16.zip/Type16/1673.npz` are both `Type16/1673`, so that flags and scores outlive the unpacking.
    """
    if path == root:
        return path.stem
    try:
        relative = path.relative_to(root)
    except ValueError:
        return path.stem
    return id_of(relative.as_posix())


def id_of(relative: str) -> str:
    """The id of a recording from its path below the capture, with suffix and parted by slashes."""
    folder, _, name = relative.rpartition("/")
    stem, dot, _ = name.rpartition(".")
    stem = stem if dot and stem else name
    if not folder:
        return stem
    if ".zip" in folder.lower():
        folder = "/".join(_unzipped(folder.split("/")))
    return f"{folder}/{stem}"


def _unzipped(parts: list[str]) -> list[str]:
    """Folder names as they would be after unpacking each zip beside itself."""
    unpacked: list[str] = []
    zipped = ""
    for part in parts:
        if part == zipped:  # the zip holds one folder of its own name
            zipped = ""
            continue
        is_zip = part[-4:].lower() == ".zip" and len(part) > 4
        zipped = part[:-4] if is_zip else ""
        unpacked.append(zipped or part)
    return unpacked


def storable(name: str) -> str:
    """An id as UTF-8 holds it: bytes of a file's name that are no text are written as escapes."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")
