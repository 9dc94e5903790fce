"""What is new, pushed to open pages."""
