"""Which capture session and which class a picture belongs to: from its path, else from its looks."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from thermview.capture.classes import class_of
from thermview.capture.listing import natural_key
from thermview.capture.names import parse_name

SAME_RUN_BITS = 10
"""Neighbours in name order whose hashes differ in more of their 64 bits begin a new session."""
_ALL_COLOURS = np.ones(3, np.float32)


def picture_hash(picture: NDArray[np.uint8]) -> int:
    """64 bits of the coarse structure of a picture (rows, columns, 3); near-equal pictures differ in few.

    Signs of the lowest 8 x 8 cosine coefficients about their median (the known "pHash"): camera noise, which
    fills the flat parts of thermal pictures, does not reach them.
    """
    return int(structure_bits(coarse_structure(picture)[None])[0])


def coarse_structure(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The lowest 8 x 8 cosine coefficients (64,) of a picture (rows, columns, 3)."""
    small = cv2.resize(picture, (32, 32), interpolation=cv2.INTER_AREA)
    grey = small.astype(np.float32) @ _ALL_COLOURS / np.float32(3)  # sums of whole numbers: exact
    return np.asarray(cv2.dct(grey)[:8, :8], np.float32).ravel()


def structure_bits(coarse: NDArray[np.float32]) -> NDArray[np.uint64]:
    """Hashes (n,) of coarse structures (n, 64)."""
    bits = coarse > np.partition(coarse[:, 1:], 31, axis=1)[:, 31:32]  # the median of 63
    return np.packbits(bits, axis=1).view(">u8").ravel().astype(np.uint64)


def differing_bits(a: NDArray[np.uint64], b: NDArray[np.uint64]) -> NDArray[np.intp]:
    """In how many of 64 bits hashes (n,) differ pairwise."""
    if hasattr(np, "bitwise_count"):  # NumPy 2
        return np.asarray(np.bitwise_count(a ^ b), dtype=np.intp)
    different = np.ascontiguousarray(a ^ b).view(np.uint8).reshape(len(a), 8)
    return np.asarray(np.unpackbits(different, axis=1).sum(axis=1), dtype=np.intp)


@dataclass(frozen=True)
class Sessions:
    """Session codes (n,) and, per code, a name; `notices` say where sessions had to be guessed."""

    codes: NDArray[np.intp]
    names: tuple[str, ...]
    notices: tuple[str, ...]


def picture_classes(paths: Sequence[str]) -> list[str]:
    """The class of each picture by its path below the capture: its class folder, "" where it lies in none.

    Where no folder at all is named like a class, the folder that a picture lies in is its class.
    """
    known = {folder: class_of(folder) for folder in {_folder(path) for path in paths}}
    if not any(known.values()):
        known = {folder: unicodedata.normalize("NFC", folder.rpartition("/")[2]) for folder in known}
    return [known[_folder(path)] for path in paths]


def has_class_folders(paths: Sequence[str]) -> bool:
    """True where some picture lies in a folder that is named like a class."""
    return any(class_of(folder) for folder in {_folder(path) for path in paths})


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def find_sessions(paths: Sequence[str], classes: Sequence[str], hashes: NDArray[np.uint64]) -> Sessions:
    """Sessions of pictures at `paths` below the capture, of these classes.

    Date, site and window from the name; else the folder, where there are several and they are not simply the
    classes; else runs of near-equal pictures in name order, by `hashes` (n,).
    """
    keys = [""] * len(paths)
    silent: dict[str, list[int]] = {}
    for index, path in enumerate(paths):
        name = path.rpartition("/")[2]
        tokens = parse_name(name.rpartition(".")[0] or name)
        if tokens is not None:
            keys[index] = tokens.session_key
        else:
            silent.setdefault(_folder(path), []).append(index)
    spoken_for = [
        folder
        for folder, members in silent.items()
        if folder.rpartition("/")[2] not in ("", classes[members[0]])
    ]
    by_folder = 0
    for folder, members in silent.items():
        if len(spoken_for) > 1 and folder in spoken_for:
            by_folder += len(members)
            for index in members:
                keys[index] = folder
        else:
            _name_runs(keys, folder, members, paths, hashes)
    names, codes = np.unique(np.array(keys, dtype=object), return_inverse=True) if keys else ((), np.zeros(0))
    by_looks = sum(len(members) for members in silent.values()) - by_folder
    return Sessions(np.asarray(codes, dtype=np.intp), tuple(names), _notices(by_folder, by_looks))


def _name_runs(
    keys: list[str], folder: str, members: list[int], paths: Sequence[str], hashes: NDArray[np.uint64]
) -> None:
    members = sorted(members, key=lambda index: natural_key(paths[index]))
    ordered = hashes[members]
    breaks = differing_bits(ordered[1:], ordered[:-1]) > SAME_RUN_BITS
    runs = np.concatenate([[0], np.cumsum(breaks)])
    for index, run in zip(members, runs, strict=True):
        keys[index] = f"{folder} (run {run + 1})"


def _notices(by_folder: int, by_looks: int) -> tuple[str, ...]:
    notices = []
    if by_folder:
        notices.append(f"Without a session in the name: {by_folder}; the folder stands for it.")
    if by_looks:
        notices.append(
            f"Without a session in the name: {by_looks}; runs of near-equal pictures stand for it."
        )
    return tuple(notices)
