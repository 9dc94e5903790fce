"""Command line and scheduler."""
