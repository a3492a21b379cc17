"""ONNX models: described by a card, opened safely, run on one core; pre- and post-processing in one place."""

from thermview.inference.card import (
    Calibration,
    Channel,
    Lane,
    ModelCard,
    ModelId,
    ModelInput,
    ModelOutput,
    NormalBatch,
    Reference,
    Threshold,
)
from thermview.inference.catalogue import CatalogueEntry, catalogue, default_model
from thermview.inference.pixels import prepare
from thermview.inference.session import Model, open_model, save_model

__all__ = [
    "Calibration",
    "CatalogueEntry",
    "Channel",
    "Lane",
    "Model",
    "ModelCard",
    "ModelId",
    "ModelInput",
    "ModelOutput",
    "NormalBatch",
    "Reference",
    "Threshold",
    "catalogue",
    "default_model",
    "open_model",
    "prepare",
    "save_model",
]
