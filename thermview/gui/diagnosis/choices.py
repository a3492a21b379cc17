"""What a person decides about pictures of a diagnosed set: named selections, what to leave out, what to relabel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

KEPT_PICTURES = 20_000
"""A selection of more pictures lives until the capture is closed; it is not kept for the next time."""


@dataclass(frozen=True)
class Choices:
    """Decisions by path below the capture.

    `selections` by name; `excluded`: why a picture is left out; `relabelled`: the class it belongs to; `left`: pictures
    that stay as they are whatever is proposed.
    """

    selections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    excluded: Mapping[str, str] = field(default_factory=dict)
    relabelled: Mapping[str, str] = field(default_factory=dict)
    left: frozenset[str] = frozenset()

    def with_selection(self, name: str, paths: Iterable[str]) -> Choices:
        """With a selection of this name, in place of one that had it."""
        return replace(self, selections={**self.selections, name: tuple(paths)})

    def excluding(self, paths: Iterable[str], why: str) -> Choices:
        """With these pictures left out; none of them is relabelled any more."""
        gone = dict.fromkeys(paths, why)
        kept = {path: name for path, name in self.relabelled.items() if path not in gone}
        return replace(self, excluded={**self.excluded, **gone}, relabelled=kept, left=self.left - set(gone))

    def relabelling(self, paths: Iterable[str], class_name: str) -> Choices:
        """With these pictures moved to a class; none of them is left out any more."""
        moved = dict.fromkeys(paths, class_name)
        kept = {path: why for path, why in self.excluded.items() if path not in moved}
        return replace(
            self, excluded=kept, relabelled={**self.relabelled, **moved}, left=self.left - set(moved)
        )

    def leaving(self, paths: Iterable[str]) -> Choices:
        """With these pictures neither left out nor relabelled, also where a diagnosis proposes it."""
        gone = set(paths)
        return replace(
            self,
            excluded={path: why for path, why in self.excluded.items() if path not in gone},
            relabelled={path: name for path, name in self.relabelled.items() if path not in gone},
            left=self.left | gone,
        )

    @property
    def size(self) -> int:
        """How many paths it holds."""
        kept = sum(len(paths) for paths in self.selections.values())
        return kept + len(self.excluded) + len(self.relabelled) + len(self.left)

    def free_name(self, stem: str) -> str:
        """A name for a new selection: one word, not taken yet."""
        word = "-".join("".join(c if c.isalnum() or c in "-_." else " " for c in stem).split()).lower()
        word = word[:32].strip("-") or "selection"
        taken = {name.casefold() for name in self.selections}
        number, name = 1, word
        while name.casefold() in taken:
            number += 1
            name = f"{word}-{number}"
        return name

    def as_state(self) -> dict[str, Any]:
        """JSON-able values, without selections too large to be kept."""
        kept = {name: list(paths) for name, paths in self.selections.items() if len(paths) <= KEPT_PICTURES}
        return {
            "selections": kept,
            "excluded": dict(self.excluded),
            "relabelled": dict(self.relabelled),
            "left": sorted(self.left),
        }

    @classmethod
    def of_state(cls, state: Mapping[str, Any]) -> Choices:
        """What `as_state` gave; whatever is not of that form is left out."""
        selections = {
            name: tuple(path for path in paths if isinstance(path, str))
            for name, paths in _mapping(state.get("selections")).items()
            if isinstance(paths, list)
        }
        excluded, relabelled = (
            {path: text for path, text in _mapping(state.get(key)).items() if isinstance(text, str)}
            for key in ("excluded", "relabelled")
        )
        left = state.get("left")
        kept = (
            frozenset(path for path in left if isinstance(path, str))
            if isinstance(left, list)
            else frozenset()
        )
        return cls(selections, excluded, relabelled, kept)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
