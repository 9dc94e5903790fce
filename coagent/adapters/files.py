"""Log files as a source of raw records."""
