"""From an alarm to a candidate."""
