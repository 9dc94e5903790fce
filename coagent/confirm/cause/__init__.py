"""Who changed what: evidence, and how likely each cause is."""
