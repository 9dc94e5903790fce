"""Room 6: an insight becomes messages for the outside world."""
