"""Recorded telemetry, sent through a real topic again."""
