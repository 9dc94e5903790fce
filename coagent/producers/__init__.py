"""For the applications' side: producers of telemetry that coagent reads. Nothing else of coagent is needed there."""
