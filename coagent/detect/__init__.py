"""Room 2: a batch and a state become a new state, rollups and candidates."""
