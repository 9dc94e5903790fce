"""What `coagent probe` does."""
