"""`coagent bench pipeline`: a fleet's requests, live, from the telemetry topic to rollups."""
