"""Telemetry recorded from a real model; README.md says how."""
