"""What a process says of itself: metrics for Prometheus, and whether it lives and gets on."""
