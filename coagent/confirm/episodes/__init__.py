"""The life of a shift: opened, updated, recovered, accepted."""
