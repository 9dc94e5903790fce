"""Detectors that coagent is measured beside, one a file, each watching one signal."""
