"""The lanes of a fitted model: which causes it tells apart and what each looks at. Limits are set by calibration."""

from __future__ import annotations

from thermview.inference import Channel, Lane

LOOKAHEAD = 10
"""Frames of a score's window that lie after its frame: one cycle."""
USUAL = 500
"""Frames before a window that say how bright the recording is."""
NEARLY = 3.0


def _around(
    *features: str, window: int, clip: float = 20.0, against: int = 0, least: float = 1e-3
) -> Channel:
    near = NEARLY if window > 9 else 0.0
    return Channel(features=features, window=window, clip=clip, against=against, near=near, limit=least)


def _long(*features: str, window: int, clip: float = 8.0, how: str = "mean", least: float = 1e-3) -> Channel:
    return Channel.model_validate(
        {
            "features": features,
            "window": window,
            "clip": clip,
            "how": how,
            "ahead": LOOKAHEAD,
            "limit": least,
        }
    )


def _rise(feature: str, window: int, *, least: float, near: float = 0.0, clip: float = 1e3) -> Channel:
    return Channel(features=(feature,), window=window, how="rise", limit=least, near=near, clip=clip)


LANES: tuple[Lane, ...] = (
    Lane(
        cause="power",
        channels=(
            _around("power", window=3, clip=60.0, least=2.0),
            _around("power", window=11, least=1.5),
            _around("power", window=11, clip=6.0, against=USUAL, least=1.2),
            _around("power", window=21, clip=6.0, against=USUAL, least=1.0),
            _long("power", window=101, least=1.0),
        ),
    ),
    Lane(
        cause="position",
        channels=(
            _around("row", "column", window=11, clip=60.0, least=1.5),
            _around("row", "column", window=11, clip=60.0, against=USUAL, least=1.8),
            _around("row", "column", window=21, clip=60.0, against=USUAL, least=1.0),
            _long("row", "column", window=201, least=1.0),
            _long("row", "column", window=301, clip=4.0, how="spread", least=1.2),
            _long("row", "column", window=2001, clip=3.0, how="spread", least=1.1),
        ),
    ),
    Lane(
        cause="order",
        channels=(
            _rise("order", 1, least=0.5),
            _rise("astray", 5, least=0.5),
            _rise("still", 1, least=0.1),
        ),
    ),
    Lane(
        cause="timing",
        channels=(
            # below these, frames of nearly equal phase that changed places are all that is early or late
            _around("advance", window=11, clip=1.5, least=0.08),
            _around("advance", window=21, clip=1.5, least=0.06),
            _long("advance", window=101, clip=0.5, least=0.006),
        ),
    ),
    Lane(
        cause="shape",
        channels=(
            _rise("shape", 5, least=1.4, clip=20.0),
            _rise("shape", 11, least=1.25, near=NEARLY, clip=20.0),
            _rise("shape", 21, least=1.2, near=NEARLY, clip=20.0),
            Channel(features=("row", "column"), window=21, how="spread", clip=8.0, limit=1.7),
        ),
    ),
    Lane(
        cause="spot size",
        channels=(
            _around("size", window=5, least=1.7),
            _around("size", window=11, least=1.2),
            _around("size", window=21, least=1.0),
            _around("size", window=11, clip=8.0, against=USUAL, least=1.1),
            _around("size", window=21, clip=8.0, against=USUAL, least=0.9),
            _long("size", window=51, least=0.7),
        ),
    ),
    Lane(
        cause="spatter",
        channels=(
            _rise("spatter", 1, least=1.7),
            _rise("spatter", 3, least=1.4),
            # while one stage gives way to another: limits of its own, for some batches show more there, and a few
            # recordings far more than ten of them tell
            _rise("beside", 1, least=3.0),
        ),
    ),
    Lane(
        cause="obstacle",
        # across two stages a cycle fits neither: where normal recordings show that, the shorter window's limit rises,
        # and the longer one still finds a detour that is not made, which lasts longer
        channels=(_rise("obstacle", 11, least=0.3), _rise("obstacle", 21, least=0.3)),
    ),
    Lane(
        cause="sensor",
        channels=(
            _rise("lost", 11, least=0.02),
            _rise("dead", 1, least=0.4, clip=1.0),
            _rise("spike", 1, least=1.5),
        ),
    ),
)
"""Limits given here are the least that a limit may be: below them lies the camera's rounding."""
