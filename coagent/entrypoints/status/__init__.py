"""What `coagent status` shows: whether telemetry comes, is read and understood, and what came of it."""
