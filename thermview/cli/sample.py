"""thermview sample: make the simulated sample capture."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from thermview.cli.output import say
from thermview.cli.progress import follow


class Preset(StrEnum):
    """How large a sample is, before single sizes are changed."""

    SMALL = "small"
    FULL = "full"


def _size(text: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(help=text, show_default=False, rich_help_panel="Sizes")
    return option


def sample(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    preset: Annotated[Preset, typer.Option(help="full is as large as the published sets.")] = Preset.SMALL,
    seed: Annotated[int, typer.Option(min=0, help="Another seed gives other recordings.")] = 1,
    batches: Annotated[int | None, _size("Laser batches.")] = None,
    recordings_per_batch: Annotated[int | None, _size("Laser recordings in each.")] = None,
    faulty_per_batch: Annotated[int | None, _size("How many of them are faulty.")] = None,
    frames: Annotated[int | None, _size("Frames of a laser recording, at most.")] = None,
    pictures: Annotated[int | None, _size("Thermal pictures.")] = None,
    crops_per_session: Annotated[int | None, _size("Pictures of one session.")] = None,
    frames_per_session: Annotated[int | None, _size("Full frames kept of a session.")] = None,
    drawn_sessions: Annotated[int | None, _size("Sessions drawn, the rest varied from them; 0: all.")] = None,
) -> None:
    """Make the sample capture: simulated laser batches and thermal pictures, with the truth beside them."""
    from thermview.sample import make_sample

    sizes = {
        "batches": batches,
        "recordings_per_batch": recordings_per_batch,
        "faulty_per_batch": faulty_per_batch,
        "frames": frames,
        "pictures": pictures,
        "crops_per_session": crops_per_session,
        "frames_per_session": frames_per_session,
        "drawn_sessions": drawn_sessions,
    }
    changed = {name: value for name, value in sizes.items() if value is not None}
    for _ in follow(make_sample(folder, preset=preset.value, seed=seed, **changed), "Making the sample"):
        pass
    typed = f'"{folder}"' if " " in str(folder) else folder
    say(f"The sample capture is in {folder}; open it with: thermview {typed}")
