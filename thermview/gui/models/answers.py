"""What a person says of a model that brings no card, and the card that follows from it; no Qt here."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from pydantic import ValidationError

from thermview.errors import ModelError
from thermview.inference.card import ModelCard, ModelInput, ModelOutput
from thermview.inference.proposal import BYTE, LAYOUT, OUTPUT, SCALING, SIZE, Proposal

Layout = Literal["NCHW", "NHWC"]
Fit = Literal["stretch", "crop", "letterbox"]
Order = Literal["rgb", "bgr"]


@dataclass(frozen=True)
class Scaling:
    """How pixel values become numbers: `(pixel * scale - mean) / std`."""

    scale: float
    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)


SCALINGS: dict[str, Scaling] = {
    "0 to 255, as they are": Scaling(1.0),
    "0 to 1": Scaling(BYTE),
    "-1 to 1": Scaling(BYTE, (0.5,), (0.5,)),
    "mean and sd of ImageNet": Scaling(BYTE, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    "mean and sd of CLIP": Scaling(
        BYTE, (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
    ),
}
"""Scalings in wide use, by what they do. Figures: torchvision's and OpenAI CLIP's published pre-processing."""
OTHER = "another mean and sd"
_SEPARATORS = re.compile(r"[\s,;]+")


@dataclass(frozen=True)
class Answers:
    """Everything that can be answered; `scaling` None while nobody has said it, `unanswered` what else is open."""

    name: str
    rows: int
    columns: int
    layout: Layout
    channels: Literal[1, 3]
    order: Order
    fit: Fit
    scaling: Scaling | None
    output: str
    unanswered: frozenset[str] = frozenset()

    @property
    def open(self) -> tuple[str, ...]:
        """What still must be said before the model can be used."""
        missing = {SCALING} if self.scaling is None else set()
        return tuple(what for what in (SIZE, LAYOUT, SCALING, OUTPUT) if what in missing | self.unanswered)

    def said(self, what: str) -> Answers:
        """The same with one question answered."""
        return replace(self, unanswered=self.unanswered - {what})


def answers_of(proposal: Proposal) -> Answers:
    """What the proposal already knows."""
    said, card = proposal.card.input, proposal.card
    return Answers(
        name=card.name,
        rows=said.rows or 0,
        columns=said.columns or 0,
        layout="NHWC" if said.layout == "NHWC" else "NCHW",
        channels=said.channels,
        order=said.order,
        fit=said.fit,
        scaling=None if SCALING in proposal.open else Scaling(said.scale, said.mean, said.std),
        output=card.outputs[0].name,
        unanswered=frozenset(proposal.open) - {SCALING},
    )


def card_from(proposal: Proposal, answers: Answers) -> ModelCard:
    """The card with a person's answers; ModelError where they do not fit together."""
    scaling = answers.scaling or SCALINGS["0 to 1"]
    said = {
        **proposal.card.input.model_dump(),
        "rows": answers.rows,
        "columns": answers.columns,
        "layout": answers.layout,
        "channels": answers.channels,
        "order": answers.order,
        "fit": answers.fit,
        "scale": scaling.scale,
        "mean": scaling.mean,
        "std": scaling.std,
    }
    try:
        return proposal.card.model_copy(
            update={
                "name": answers.name.strip() or proposal.card.name,
                "input": ModelInput.model_validate(said),
                "outputs": (ModelOutput(name=answers.output, meaning="embedding"),),
            }
        )
    except ValidationError as error:
        raise ModelError(f"These answers do not fit together: {error.errors()[0]['msg']}.") from None


def scaling_name(scaling: Scaling | None) -> str:
    """The name under which a scaling is offered; OTHER for one of its own, empty for none."""
    if scaling is None:
        return ""
    return next((name for name, known in SCALINGS.items() if _alike(known, scaling)), OTHER)


def _alike(one: Scaling, other: Scaling) -> bool:
    pairs = zip((one.scale, *one.mean, *one.std), (other.scale, *other.mean, *other.std), strict=False)
    same_length = len(one.mean) == len(other.mean) and len(one.std) == len(other.std)
    return same_length and all(abs(a - b) < 1e-3 * max(abs(a), 1e-3) for a, b in pairs)


def numbers_text(values: tuple[float, ...]) -> str:
    """Numbers as they are typed."""
    return ", ".join(f"{value:.6g}" for value in values)


def typed_numbers(text: str) -> tuple[float, ...] | None:
    """One or three numbers between commas or blanks, None for anything else."""
    try:
        values = tuple(float(part) for part in _SEPARATORS.split(text.strip()) if part)
    except ValueError:
        return None
    sensible = all(abs(value) < 1e6 for value in values)  # false for NaN
    return values if len(values) in (1, 3) and sensible else None
