"""Conditions that a region has for itself: another emissivity or reflected temperature than the rest of the frame."""

from __future__ import annotations

from collections.abc import Sequence

from thermview.recording import Frame, Recording
from thermview.thermal.conditions import BY_NAME, Changes, Radiometric
from thermview.thermal.regions import Region

OWN = ("emissivity", "reflected_c")
"""The conditions that a region may have for itself."""


def own_conditions(region: Region) -> dict[str, float]:
    """What a region has for itself, by the names of conditions; empty for most."""
    stated = {name: getattr(region, name) for name in OWN}
    return {name: float(value) for name, value in stated.items() if value is not None}


def own_words(region: Region) -> str:
    """The same in words: "emissivity 0.8, reflected temperature 35 °C"; empty where there is nothing."""
    return ", ".join(
        f"{BY_NAME[name].words} {BY_NAME[name].text(value)}" for name, value in own_conditions(region).items()
    )


def seen_by_region(recording: Recording, region: Region) -> Recording:
    """The recording as a region measures it; itself where the region has nothing of its own, or there are no counts."""
    own = own_conditions(region)
    if not own or not isinstance(recording, Radiometric):
        return recording
    changes: Changes = {**recording.changes, **own}
    return recording.with_changes(changes)  # type: ignore[no-any-return]


def own_words_in(recording: Recording, region: Region) -> str:
    """What a region has for itself in this recording, in words; where it holds no counts, that it does not count."""
    words = own_words(region)
    return words if not words or isinstance(recording, Radiometric) else f"not applied: {words}"


class FramesByRegion:
    """Frames as each region measures them; regions of equal conditions share theirs."""

    def __init__(self, recording: Recording, regions: Sequence[Region]) -> None:
        self._keys = [tuple(own_conditions(region).items()) for region in regions]
        pairs = zip(self._keys, regions, strict=True)
        self._seen = {key: seen_by_region(recording, region) for key, region in pairs}

    def frames(self, first: int, stop: int) -> list[Frame]:
        """Frames first .. stop - 1 for each region in its order; ReadError where the file fails."""
        found = {key: seen.frames(first, stop) for key, seen in self._seen.items()}
        return [found[key] for key in self._keys]
