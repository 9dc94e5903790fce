"""What may be known of content without keeping it."""
