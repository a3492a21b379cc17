"""The frame on screen: picture, overlays, colour bar, read-out, histogram."""
