"""Streams of one provider and model (endpoints, shards): what their rows say together."""
