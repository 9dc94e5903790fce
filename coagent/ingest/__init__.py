"""Room 1: a raw telemetry record becomes requests, skipped records or rejections."""
