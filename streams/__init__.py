"""Faust wiring only: decode, step, send."""
