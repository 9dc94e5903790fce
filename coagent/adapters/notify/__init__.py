"""Notifiers: where insights go."""
