"""Sensing one stream: conformal ranks on a fixed grid, bets, a dead band, facts, traffic."""
