"""Measurements of coagent itself, one file each."""
