"""Verdicts on a change of one's own: valid whenever one looks."""
