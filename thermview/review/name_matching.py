"""Which recording of a capture a name in someone's table means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Matched:
    """Recording ids by name; names that the capture does not have keep themselves as their id.

    `issues` are sentences on names that mean several recordings, or the same one.
    """

    ids: Mapping[str, str]
    strangers: int
    """How many names mean no recording of the capture."""
    issues: tuple[str, ...]


@dataclass
class _Known:
    """The ids of a capture by everything that they may be called."""

    root: str
    tails: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    loose: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    whole: dict[str, str] = field(default_factory=dict)

    def add(self, recording: str) -> None:
        full = f"{self.root}/{recording}".casefold()
        self.whole[full] = self.whole[recording.casefold()] = recording
        for tail in _tails(full):
            self.tails[tail].append(recording)
            self.loose[_loose(tail)].append(recording)

    def meant_by(self, name: str) -> list[str]:
        """The recordings that a name may mean: it ends an id, or a whole id ends it; zeros in front may be lost."""
        folded = name.casefold()
        if folded in self.whole:
            return [self.whole[folded]]
        if folded in self.tails:
            return self.tails[folded]
        ending = next((self.whole[t] for t in _tails(folded) if "/" in t and t in self.whole), None)
        return [ending] if ending is not None else self.loose.get(_loose(folded), [])


def match_names(names: Iterable[str], recordings: Iterable[str], root: str = "") -> Matched:
    """Find out which of `recordings` (ids such as `Type16/1673`) each name means.

    `root` is the capture folder's own name: with `Type16` open, its `1673` is meant by `Type16/1673`. A name without
    folder is enough where one recording alone is called so; `1` means `0001`, as spreadsheets write it.
    """
    known = _Known(root)
    for recording in recordings:
        known.add(recording)
    ids: dict[str, str] = {}
    taken: dict[str, str] = {}
    strangers, issues = 0, []
    for name in names:
        meant = known.meant_by(name)
        if len(meant) > 1:
            issues.append(f"{name} may mean {meant[0]} or {meant[1]}; write the folder in front of the name.")
        elif meant and meant[0] in taken:
            issues.append(f"{name} means {meant[0]}, as {taken[meant[0]]} does, which counts.")
        else:
            ids[name] = meant[0] if meant else name
            strangers += not meant
            taken[ids[name]] = name
    return Matched(ids, strangers, tuple(issues))


def _tails(name: str) -> Iterator[str]:
    """`a/b/c`, `b/c`, `c`."""
    while name:
        yield name
        _, _, name = name.partition("/")


def _loose(name: str) -> str:
    """The same with a number's zeros in front left out."""
    folder, slash, last = name.rpartition("/")
    return f"{folder}{slash}{last.lstrip('0') or '0'}" if last.isdecimal() else name
