"""Many records at once, columnar."""
