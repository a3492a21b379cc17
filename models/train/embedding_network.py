"""The picture embedding's network, and what pictures go through while it learns."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from thermview.thermal.palettes import palette

DIMENSIONS = 1280
SIDE = 96
MEAN = (0.45, 0.25, 0.3)
STD = (0.32, 0.28, 0.25)
_WIDTHS = (32, 64, 128, 256)
_PALETTES = ("inferno", "iron", "grey", "plasma", "viridis", "turbo", "rainbow", "arctic")


class Block(nn.Module):  # type: ignore[misc]
    """Two 3 x 3 convolutions beside a short cut."""

    def __init__(self, channels_in: int, channels_out: int, stride: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels_in, channels_out, 3, stride, 1, bias=False),
            nn.BatchNorm2d(channels_out),
            nn.ReLU(),
            nn.Conv2d(channels_out, channels_out, 3, 1, 1, bias=False),
            nn.BatchNorm2d(channels_out),
        )
        self.short: nn.Module = nn.Identity()
        if stride > 1 or channels_in != channels_out:
            self.short = nn.Sequential(
                nn.Conv2d(channels_in, channels_out, 1, stride, bias=False), nn.BatchNorm2d(channels_out)
            )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return functional.relu(self.body(x) + self.short(x))


class EmbeddingNetwork(nn.Module):  # type: ignore[misc]
    """Normalised pictures (n, 3, 96, 96) to embeddings (n, 1280), the means of 1280 maps of features."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = [
            nn.Conv2d(3, _WIDTHS[0], 7, 4, 3, bias=False), nn.BatchNorm2d(_WIDTHS[0]), nn.ReLU(),
        ]  # fmt: skip
        before = _WIDTHS[0]
        for number, width in enumerate(_WIDTHS):
            layers.append(Block(before, width, 2 if number else 1))
            before = width
        layers += [nn.Conv2d(before, DIMENSIONS, 1, bias=False), nn.BatchNorm2d(DIMENSIONS), nn.ReLU()]
        self.features = nn.Sequential(*layers)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        maps: torch.Tensor = self.features(x)
        return maps.mean(dim=(2, 3))


class CosineClassifier(nn.Module):  # type: ignore[misc]
    """Angles to one direction per label: densities are of angles too."""

    def __init__(self, labels: int, sharpness: float = 20.0) -> None:
        super().__init__()
        self.directions = nn.Parameter(torch.randn(labels, DIMENSIONS) * 0.03)
        self.sharpness = sharpness

    def forward(self, embeddings: torch.Tensor) -> torch.Tensor:
        return self.sharpness * functional.linear(
            functional.normalize(embeddings, dim=1), functional.normalize(self.directions, dim=1)
        )


def palette_tables() -> torch.Tensor:
    """(palettes, 256, 3) colours 0..1, the inferno of the picture sets first."""
    return torch.from_numpy(np.stack([palette(name) for name in _PALETTES])).float() / 255


def augmented(fields: torch.Tensor, tables: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """Temperature pictures (n, rows, columns) as network input (n, 3, SIDE, SIDE), each seen anew.

    Cut, turned, mirrored, stretched; another level and span; blurred and noisy; mostly inferno, sometimes
    another palette.
    """
    count = len(fields)

    def uniform(low: float, high: float) -> torch.Tensor:
        return low + (high - low) * torch.rand(count, generator=random)

    pictures = functional.grid_sample(
        fields[:, None].float(), _views(uniform), padding_mode="reflection", align_corners=False
    )
    blurred = functional.avg_pool2d(pictures, 3, 1, 1)
    pictures = torch.lerp(pictures, blurred, uniform(0, 1)[:, None, None, None])
    noise = torch.randn(pictures.shape, generator=random)
    pictures = pictures + uniform(0, 0.03)[:, None, None, None] * noise
    pictures = pictures * uniform(0.6, 1.25)[:, None, None, None] + uniform(-0.12, 0.12)[:, None, None, None]
    other = torch.randint(len(tables), (count,), generator=random)
    chosen = torch.where(uniform(0, 1) < 0.6, torch.zeros_like(other), other)
    return coloured(pictures[:, 0], tables, chosen)


def _views(uniform: object) -> torch.Tensor:
    assert callable(uniform)
    turn, scale, stretch = uniform(-0.2, 0.2), uniform(0.7, 1.05), uniform(0.87, 1.15)
    mirror = torch.where(uniform(0, 1) < 0.5, -1.0, 1.0)
    rows = [
        torch.stack(
            [mirror * scale * stretch * turn.cos(), -scale * turn.sin(), uniform(-0.15, 0.15)], dim=1
        ),
        torch.stack([mirror * scale * turn.sin(), scale / stretch * turn.cos(), uniform(-0.15, 0.15)], dim=1),
    ]
    matrices = torch.stack(rows, dim=1)
    return functional.affine_grid(matrices, [len(matrices), 1, SIDE, SIDE], align_corners=False)


def coloured(fields: torch.Tensor, tables: torch.Tensor, chosen: torch.Tensor) -> torch.Tensor:
    """Fields (n, rows, columns) of 0 to 1, drawn in palettes `chosen` (n,), as network input."""
    index = (fields.clamp(0, 1) * 255).round().long()
    colours = tables[chosen[:, None, None], index]
    normalised = (colours - torch.tensor(MEAN)) / torch.tensor(STD)
    return normalised.permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)


def pictures_of(fields: NDArray[np.float16]) -> NDArray[np.uint8]:
    """Fields (n, rows, columns) as the picture sets show them: (n, rows, columns, 3) uint8 in inferno."""
    index = np.rint(np.clip(fields.astype(np.float32), 0, 1) * 255).astype(np.uint8)
    return palette("inferno")[index]
