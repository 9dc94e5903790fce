"""Room 3: a candidate becomes a shift with a size and a cause, or is dismissed."""
