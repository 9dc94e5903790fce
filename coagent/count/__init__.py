"""Rows of a stream counted by account and minute: whole numbers, histograms and sketches that add up."""
