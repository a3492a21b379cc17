"""What the generic laser model watches: lanes by cause, before their limits are measured."""

from __future__ import annotations

from thermview.inference import Channel, Lane

CLIP = 6.0  # spreads: one frame far off must not fill a window of a hundred
NO_CLIP = 1e6
PLACE = ("row", "column")
LOST_LIMIT = 4.0  # an empty frame counts 10 where empty frames are rare, below 4 where 1 in 50 is empty


def _means(features: tuple[str, ...], *windows: int) -> tuple[Channel, ...]:
    return tuple(Channel(features=features, window=window, clip=_clip(window)) for window in windows)


def _rises(feature: str, *windows: int, clip: float | None = None) -> tuple[Channel, ...]:
    return tuple(
        Channel(features=(feature,), window=window, how="rise", clip=clip or _clip(window))
        for window in windows
    )


def _spreads(*windows: int) -> tuple[Channel, ...]:
    return tuple(Channel(features=PLACE, window=window, how="spread", clip=CLIP) for window in windows)


def _clip(window: int) -> float:
    return NO_CLIP if window < 5 else CLIP


LANES: tuple[Lane, ...] = (
    Lane(
        cause="power",
        channels=_means(("power",), 1, 9, 29, 99),
        weak="a spot that stands still gives dark difference frames and is told as power",
    ),
    Lane(
        cause="position",
        channels=_means(PLACE, 1, 9, 29, 99),
        weak="an offset of the whole recording is its own reference and stays unseen",
    ),
    Lane(cause="order", channels=_means(("step row", "step column"), 1, 3)),
    Lane(
        cause="timing",
        channels=(*_means(("progress",), 9, 19, 49, 99), *_rises("lost", 1)),
        weak="a scan off by about 1 % is found only when it lasts; one off for the whole recording is not",
    ),
    Lane(
        cause="shape",
        channels=(*_rises("shape", 1, 9, 29, 99), *_rises("spatter", 29), *_spreads(29, 99)),
        weak="a path too small slows the spot and may be told as spot size, timing or position; a dead pixel is "
        "seen mostly when it comes back, and told as spatter",
    ),
    Lane(
        cause="obstacle",
        channels=_rises("detour", 31, 61),
        weak="only where the metadata state obstacles, and only where they differ from the path for more than "
        "some 40 frames; a missed obstacle only if it has 600 frames or more; without metadata a detour of "
        "500 frames or more is taken for normal, a shorter one (videos below some 8000 frames) alarms as shape "
        "or spatter",
    ),
    Lane(cause="spot size", channels=_means(("size",), 1, 9, 29, 99)),
    Lane(cause="spatter", channels=_rises("spatter", 1, 5, clip=NO_CLIP)),
)
