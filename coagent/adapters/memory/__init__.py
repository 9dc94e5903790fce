"""In-memory twins of the stores, held to the same contract tests."""
