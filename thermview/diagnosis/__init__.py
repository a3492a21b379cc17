"""Diagnosis of a picture set: embeddings, densities that do not depend on the frame rate, findings in words."""

from thermview.diagnosis.densities import PictureDensities, measure_densities
from thermview.diagnosis.diagnose import diagnose
from thermview.diagnosis.picture_scores import PictureScores, picture_scores
from thermview.diagnosis.results import Diagnosis

__all__ = [
    "Diagnosis",
    "PictureDensities",
    "PictureScores",
    "diagnose",
    "measure_densities",
    "picture_scores",
]
