"""Evidence of all segments of one provider and model together."""
