"""OpenTelemetry spans: which are requests, and what they say."""
