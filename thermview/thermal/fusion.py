"""A thermal frame and the visible picture of the same scene as one picture; temperatures are never touched."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from thermview.thermal.alignment import Alignment, Inset, Matrix, after, inverse, to_frame
from thermview.thermal.ticks import number_text

Mode = Literal["side by side", "blend", "picture in picture", "edges"]
MODES: tuple[Mode, ...] = ("side by side", "blend", "picture in picture", "edges")

Layer = NDArray[np.uint8]
"""(rows, columns, 4) blue, green, red, opacity, colours multiplied by the opacity: what screens take at once."""

_BLACK = 20  # the brightest that a margin is after JPEG
_LEAST_SIDE = 64  # of the smallest reduction
_EDGE_WIDTH = 1 / 400  # of a picture's longer side: finer than what a thermal frame resolves
_EDGE_NOISE = 3.0  # grey steps that are none of a contour
_EDGE_FULL = 28.0  # grey steps from which on a contour is opaque, in pictures of much contrast


@dataclass(frozen=True)
class Look:
    """How the two are shown. `blend`: share of the visible picture; `edges`: opacity of its edges; both 0 to 1."""

    mode: Mode = "blend"
    blend: float = 0.5
    edges: float = 0.8

    @property
    def share(self) -> float:
        """Opacity of what is laid over the frame."""
        return {"blend": self.blend, "edges": self.edges}.get(self.mode, 1.0)

    def with_share(self, share: float) -> Look:
        """The same with another opacity of what is laid over the frame; pictures side by side have none."""
        share = min(max(share, 0.0), 1.0)
        if self.mode == "blend":
            return replace(self, blend=share)
        return replace(self, edges=share) if self.mode == "edges" else self


@dataclass(frozen=True, eq=False)
class Prepared:
    """A visible picture made ready once: itself and its edges, each with reductions to a half, a quarter, ..."""

    picture: tuple[Layer, ...]
    edges: tuple[Layer, ...]

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)"""
        rows, columns = self.picture[0].shape[:2]
        return rows, columns


@dataclass(frozen=True, eq=False)
class Fusion:
    """A visible picture over frames of one recording, and how both are shown."""

    look: Look
    prepared: Prepared
    alignment: Alignment
    inset: Inset
    source: str
    """Where the visible picture is from, in words."""

    @property
    def words(self) -> str:
        """What a caption says of it."""
        how = {
            "side by side": "beside it the visible picture",
            "blend": f"{self.look.blend:.0%} visible picture blended in",
            "picture in picture": "around the inset the visible picture",
            "edges": "edges of the visible picture drawn over it",
        }[self.look.mode]
        lies = self.alignment
        right, down = (number_text(offset, 1) for offset in (lies.offset_x, lies.offset_y))
        return f"{how} ({self.source}; scale {lies.scale:.3f}, offset {right}, {down} pixels)"


def prepare(rgb: NDArray[np.uint8]) -> Prepared:
    """Make a picture (rows, columns, 3) RGB ready; done once and beside the window: a large one takes a while.

    The black margin that some cameras put around a picture is no part of the scene: nothing is laid over there.
    """
    picture, edges = np.zeros((*rgb.shape[:2], 4), np.uint8), np.zeros((*rgb.shape[:2], 4), np.uint8)
    inner = scene_of(rgb)
    scene = np.ascontiguousarray(rgb[inner])
    picture[inner] = cv2.cvtColor(scene, cv2.COLOR_RGB2BGRA)
    edges[inner] = edge_layer(scene)
    return Prepared(_reductions(picture), _reductions(edges))


def scene_of(rgb: NDArray[np.uint8]) -> tuple[slice, slice]:
    """Rows and columns of a picture within its black margin; all of a picture that has none, or is black."""
    bright = cv2.max(cv2.max(rgb[..., 0], rgb[..., 1]), rgb[..., 2]) > _BLACK
    slices = []
    for axis in (1, 0):
        lines = np.flatnonzero(bright.any(axis=axis))
        least, most = (int(lines[0]), int(lines[-1]) + 1) if lines.size else (0, 0)
        if most - least < bright.shape[1 - axis] / 2:
            return slice(None), slice(None)
        slices.append(slice(least, most))
    return slices[0], slices[1]


def edge_layer(rgb: NDArray[np.uint8]) -> Layer:
    """The contours of a picture: white where it is brighter than its surroundings, black where it is darker.

    White and black together stand out from every palette; between contours nothing is drawn. Full opacity is at
    the contrast that one in a hundred pixels has, or less in a picture of much contrast.
    """
    grey = cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2GRAY).astype(np.float32)
    sigma = max(1.0, max(grey.shape) * _EDGE_WIDTH)
    detail = cv2.GaussianBlur(grey, (0, 0), 0.5 * sigma) - cv2.GaussianBlur(grey, (0, 0), 2 * sigma)
    strength = np.abs(detail)
    full = float(np.clip(np.percentile(strength[::4, ::4], 99), 2 * _EDGE_NOISE, _EDGE_FULL))
    opacity = np.clip((strength - _EDGE_NOISE) * (255 / (full - _EDGE_NOISE)), 0, 255).astype(np.uint8)
    white = np.where(detail > 0, opacity, np.uint8(0))
    return np.asarray(cv2.merge([white, white, white, opacity]), np.uint8)


def _reductions(layer: Layer) -> tuple[Layer, ...]:
    made = [layer]
    while min(made[-1].shape[:2]) >= 2 * _LEAST_SIDE:
        rows, columns = (side // 2 for side in made[-1].shape[:2])
        made.append(cv2.resize(made[-1], (columns, rows), interpolation=cv2.INTER_AREA))
    return tuple(made)


def laid_over(layers: tuple[Layer, ...], target: Matrix, size: tuple[int, int]) -> Layer:
    """A prepared picture where `target` maps its points to, on a clear ground of `size` (width, height).

    Takes the reduction that is nearest from above, so that a picture shown small keeps what is thin.
    """
    shrinking = math.sqrt(abs(float(np.linalg.det(target[:, :2]))))
    level = min(max(math.floor(math.log2(1 / max(shrinking, 1e-9)) + 0.25), 0), len(layers) - 1)
    source = layers[level]
    full_rows, full_columns = layers[0].shape[:2]
    rows, columns = source.shape[:2]
    enlarge = np.array([[full_columns / columns, 0.0, 0.0], [0.0, full_rows / rows, 0.0]])
    back = inverse(after(target, enlarge))
    back[:, 2] += back[:, :2].sum(axis=1) / 2 - 0.5  # OpenCV counts from the middle of the first pixel
    warped = cv2.warpAffine(source, back, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    return np.asarray(warped, np.uint8)


def layers_of(prepared: Prepared, mode: Mode) -> tuple[Layer, ...]:
    """What a way of showing lays over the frame."""
    return prepared.edges if mode == "edges" else prepared.picture


def mixed(picture: NDArray[np.uint8], layer: Layer, share: float) -> NDArray[np.uint8]:
    """A picture (rows, columns, 3) RGB with a layer over it; `share` 0 leaves it as it is, 1 lays it on fully."""
    covered = layer[..., 3:].astype(np.float32) * (share / 255)
    over = layer[..., 2::-1].astype(np.float32) * share
    return np.asarray(np.rint(picture * (1 - covered) + over), np.uint8)


def fused(picture: NDArray[np.uint8], fusion: Fusion, enlargement: int = 1) -> NDArray[np.uint8]:
    """A painted frame (rows, columns, 3) RGB with its visible picture, the frame enlarged by a whole number.

    Side by side the result is twice as wide, with the visible picture as it lies over the frame at the right.
    """
    rows, columns = picture.shape[:2]
    place = to_frame(fusion.alignment, fusion.prepared.shape, (rows // enlargement, columns // enlargement))
    look = fusion.look
    layer = laid_over(layers_of(fusion.prepared, look.mode), place * enlargement, (columns, rows))
    if look.mode == "side by side":
        beside = mixed(np.zeros_like(picture), layer, 1.0)
        return np.asarray(np.hstack([picture, beside]))
    if look.mode == "picture in picture":
        inset = fusion.inset
        left, top, right, bottom = (
            round(edge * enlargement) for edge in (inset.left, inset.top, inset.right, inset.bottom)
        )
        layer[max(top, 0) : bottom, max(left, 0) : right] = 0
    return mixed(picture, layer, look.share)
