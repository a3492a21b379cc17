"""Display filters: frames held, compared with a reference, smoothed; for the eye, and said beside the frame."""
