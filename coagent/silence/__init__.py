"""Who stopped sending requests, and whether coagent itself is behind instead."""
