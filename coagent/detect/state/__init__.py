"""What is kept of a stream, and as bytes."""
