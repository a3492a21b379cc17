"""The sample capture: simulated from stated and measured facts, in the layouts of the published data sets."""

from thermview.sample.sample_capture import MARKER, PRESETS, Preset, SampleSizes, make_sample

__all__ = ["MARKER", "PRESETS", "Preset", "SampleSizes", "make_sample"]
