"""ThermView: read, score and diagnose industrial thermal images and 1 kHz laser videos; no Qt in here.

    import thermview
    from pathlib import Path

    recording = thermview.open_recording(Path("Type16/1673.npz"))
    model = thermview.open_model(thermview.default_model("laser score"))
    steps = thermview.score_recording(recording, model, recording_id="Type16/1673")
    scores = thermview.last_result(steps)
    for event in scores.events:
        print(event.first, event.last, event.text)

Long work is a plain generator of Progress; `last_result` runs one to its end. Every failure that a user can
mend is a ThermviewError with one sentence. Names are imported when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from thermview.errors import ThermviewError

if TYPE_CHECKING:
    from thermview.annotation import read_annotations
    from thermview.capture import CaptureIndex, ContextFinder, parse_filter, parse_name, recording_id
    from thermview.diagnosis.densities import PictureDensities, measure_densities
    from thermview.diagnosis.diagnose import diagnose
    from thermview.diagnosis.picture_scores import PictureScores, picture_scores
    from thermview.diagnosis.results import Diagnosis
    from thermview.inference import Model, catalogue, default_model, open_model
    from thermview.jobs import Progress, last_result
    from thermview.readers import open_recording
    from thermview.recording import Quantity, Recording
    from thermview.review.diagnosis_output import write_diagnosis
    from thermview.review.export import ExportOptions, export_frames
    from thermview.review.fixes import Fixes, fixes_of
    from thermview.review.fixes_copy import CopyOptions, apply_fixes
    from thermview.review.selection import ExportItem
    from thermview.sample import make_sample
    from thermview.scoring import Event, Scores, rescored, score_recording
    from thermview.thermal.display import Display, paint

__version__ = "0.1.0"
__all__ = [
    "CaptureIndex",
    "ContextFinder",
    "CopyOptions",
    "Diagnosis",
    "Display",
    "Event",
    "ExportItem",
    "ExportOptions",
    "Fixes",
    "Model",
    "PictureDensities",
    "PictureScores",
    "Progress",
    "Quantity",
    "Recording",
    "Scores",
    "ThermviewError",
    "__version__",
    "apply_fixes",
    "catalogue",
    "default_model",
    "diagnose",
    "export_frames",
    "fixes_of",
    "last_result",
    "make_sample",
    "measure_densities",
    "open_model",
    "open_recording",
    "paint",
    "parse_filter",
    "parse_name",
    "picture_scores",
    "read_annotations",
    "recording_id",
    "rescored",
    "score_recording",
    "write_diagnosis",
]

_NAMES_OF = {
    "thermview.annotation": ("read_annotations",),
    "thermview.capture": ("CaptureIndex", "ContextFinder", "parse_filter", "parse_name", "recording_id"),
    "thermview.diagnosis.densities": ("PictureDensities", "measure_densities"),
    "thermview.diagnosis.diagnose": ("diagnose",),
    "thermview.diagnosis.picture_scores": ("PictureScores", "picture_scores"),
    "thermview.diagnosis.results": ("Diagnosis",),
    "thermview.inference": ("Model", "catalogue", "default_model", "open_model"),
    "thermview.jobs": ("Progress", "last_result"),
    "thermview.readers": ("open_recording",),
    "thermview.recording": ("Quantity", "Recording"),
    "thermview.review.diagnosis_output": ("write_diagnosis",),
    "thermview.review.export": ("ExportOptions", "export_frames"),
    "thermview.review.fixes": ("Fixes", "fixes_of"),
    "thermview.review.fixes_copy": ("CopyOptions", "apply_fixes"),
    "thermview.review.selection": ("ExportItem",),
    "thermview.sample": ("make_sample",),
    "thermview.scoring": ("Event", "Scores", "rescored", "score_recording"),
    "thermview.thermal.display": ("Display", "paint"),
}
_MODULE_OF = {name: module for module, names in _NAMES_OF.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import a public name at its first use, so that `import thermview` costs next to nothing."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_MODULE_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
