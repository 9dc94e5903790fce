"""Brief for people: what changed, what it cost, what was decided, what was saved, what waits."""
