"""Child processes kept alive, stopped in order, never orphaned."""
