"""The visible picture with the frame: beside it, blended in, around an inset, or as edges; and how both are aligned."""
