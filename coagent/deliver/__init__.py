"""Room 6: an insight becomes messages."""
