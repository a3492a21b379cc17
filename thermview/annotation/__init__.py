"""Boxes, polygons, categories and what annotation files say of a picture."""

from thermview.annotation.reading import UnknownShapeError, read_annotations
from thermview.annotation.types import Annotation, AnnotationFile, BoundingBox, Category, PictureRecord

__all__ = [
    "Annotation",
    "AnnotationFile",
    "BoundingBox",
    "Category",
    "PictureRecord",
    "UnknownShapeError",
    "read_annotations",
]
