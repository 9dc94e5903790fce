"""coagent reads LLM request telemetry, finds silent provider changes and says what they cost."""

__version__ = "0.1.0"
