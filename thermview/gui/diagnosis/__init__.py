"""Pages of a diagnosis in place of the frame: every point, bar and row leads to its pictures."""
