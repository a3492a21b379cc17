"""thermview bench: what this machine reaches, against the stated goals."""

from __future__ import annotations

from typing import Annotated

import typer

from thermview.cli.output import show, write_json


def bench(
    json: Annotated[bool, typer.Option("--json", help="One JSON object per measured figure.")] = False,
) -> None:
    """Measure reading, painting, scoring and embedding on simulated recordings."""
    from thermview.cli.measuring import figures

    for figure in figures():
        if json:
            write_json(figure.record())
        else:
            show(figure.text())
