"""Active probes: what to ask an endpoint, and what its answers say. Pure; whoever calls asks and keeps."""
