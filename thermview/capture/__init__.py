"""A capture: the folder that an engineer opens, its recordings, and what lies around them."""

from thermview.capture.batch import Batch, read_batch
from thermview.capture.classes import class_of, is_normal_class, split_class
from thermview.capture.context import Context, ContextFinder
from thermview.capture.filter import Filter, parse_filter
from thermview.capture.ids import id_of, recording_id
from thermview.capture.index import CaptureIndex, Known
from thermview.capture.intervals import Interval
from thermview.capture.listing import Listing, list_all, list_folder, natural_key
from thermview.capture.names import NameTokens, format_name, parse_name

__all__ = [
    "Batch",
    "CaptureIndex",
    "Context",
    "ContextFinder",
    "Filter",
    "Interval",
    "Known",
    "Listing",
    "NameTokens",
    "class_of",
    "format_name",
    "id_of",
    "is_normal_class",
    "list_all",
    "list_folder",
    "natural_key",
    "parse_filter",
    "parse_name",
    "read_batch",
    "recording_id",
    "split_class",
]
