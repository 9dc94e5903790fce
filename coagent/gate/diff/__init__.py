"""From a unified diff to the lines of both sides."""
