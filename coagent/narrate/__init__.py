"""Room 5: a shift or an opportunity becomes an insight that people can read."""
