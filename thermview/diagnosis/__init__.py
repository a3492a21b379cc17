"""Diagnosis of a picture set: embeddings, densities that do not depend on the frame rate, scores in words."""

from thermview.diagnosis.densities import PictureDensities, measure_densities
from thermview.diagnosis.picture_scores import PictureScores, picture_scores

__all__ = ["PictureDensities", "PictureScores", "measure_densities", "picture_scores"]
