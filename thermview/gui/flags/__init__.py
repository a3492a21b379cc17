"""Flags and what is exported of them."""
