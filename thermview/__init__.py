"""ThermView: read, score and diagnose industrial thermal images and 1 kHz laser videos; no Qt in here."""

from thermview.errors import ThermviewError

__version__ = "0.1.0"
__all__ = ["ThermviewError", "__version__"]
