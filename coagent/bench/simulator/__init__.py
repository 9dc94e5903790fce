"""Telemetry made up from seeds, with changes planted where and as large as stated."""
