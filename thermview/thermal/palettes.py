"""Palettes: 256 colours by name, from resources/palettes/*.csv or worked out from their anchor colours."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from thermview.errors import ThermviewError
from thermview.paths import resources_folder

_OPENCV = {
    "inferno": "COLORMAP_INFERNO",
    "plasma": "COLORMAP_PLASMA",
    "viridis": "COLORMAP_VIRIDIS",
    "cividis": "COLORMAP_CIVIDIS",
    "turbo": "COLORMAP_TURBO",
    "jet": "COLORMAP_JET",
    "rainbow": "COLORMAP_RAINBOW",
}

# Anchor colours (position 0..1, R, G, B) of palettes that thermal cameras use.
_ANCHORS: dict[str, tuple[tuple[float, int, int, int], ...]] = {
    "grey": ((0, 0, 0, 0), (1, 255, 255, 255)),
    "iron": (
        (0, 0, 0, 10), (0.12, 32, 0, 120), (0.3, 145, 0, 156), (0.5, 214, 60, 60),
        (0.7, 246, 140, 10), (0.88, 255, 220, 60), (1, 255, 255, 246),
    ),
    "arctic": (
        (0, 0, 0, 60), (0.25, 0, 90, 200), (0.5, 80, 200, 240), (0.6, 150, 150, 150),
        (0.8, 250, 170, 30), (1, 255, 250, 220),
    ),
    # middle lightness lies at the middle: for differences; anchors of ColorBrewer's RdBu (C. Brewer, Apache 2.0)
    "blue-red": (
        (0, 33, 102, 172), (0.25, 103, 169, 207), (0.5, 247, 247, 247), (0.75, 239, 138, 98), (1, 178, 24, 43),
    ),
}  # fmt: skip

NAMES: tuple[str, ...] = (
    "inferno", "iron", "grey", "plasma", "viridis", "cividis", "turbo", "rainbow", "arctic", "jet",
)  # fmt: skip

DIVERGING: tuple[str, ...] = ("blue-red",)
"""Palettes with a middle, for differences; no camera draws temperatures with them."""


def _interpolated(anchors: tuple[tuple[float, int, int, int], ...]) -> NDArray[np.uint8]:
    points = np.array(anchors, dtype=np.float64)
    at = np.linspace(0, 1, 256)
    channels = [np.interp(at, points[:, 0], points[:, c]) for c in (1, 2, 3)]
    return np.rint(np.stack(channels, axis=1)).astype(np.uint8)


def _own(name: str) -> NDArray[np.uint8] | None:
    path = resources_folder() / "palettes" / f"{name}.csv"
    if not path.is_file():
        return None
    table = np.loadtxt(path, delimiter=",", dtype=np.uint8, ndmin=2)
    return table if table.shape == (256, 3) else None


@cache
def palette(name: str) -> NDArray[np.uint8]:
    """The palette's 256 colours from cold to hot, (256, 3) uint8 RGB, not writeable; ThermviewError if unknown."""
    if name in _OPENCV:
        ramp = np.arange(256, dtype=np.uint8).reshape(-1, 1)
        import cv2  # readers know palettes by name; most never make one

        table = np.ascontiguousarray(cv2.applyColorMap(ramp, getattr(cv2, _OPENCV[name]))[:, 0, ::-1])
    elif name in _ANCHORS:
        table = _interpolated(_ANCHORS[name])
    else:
        known = _own(name) if name.isidentifier() else None
        if known is None:
            raise ThermviewError(
                f"There is no palette named {name!r}; known are {', '.join((*NAMES, *DIVERGING))}."
            )
        table = known
    table.flags.writeable = False
    return table
