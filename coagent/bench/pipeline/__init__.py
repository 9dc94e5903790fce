"""`coagent bench pipeline`: a fleet's requests, backlog and live, from telemetry to rollups and candidates."""
