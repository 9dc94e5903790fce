"""One revision a file, in order; a released revision is never changed."""
