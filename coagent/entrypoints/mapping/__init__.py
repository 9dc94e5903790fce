"""What a mapping file makes of a sample."""
