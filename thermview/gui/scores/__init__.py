"""Scores and densities as plots."""
