"""60 seeded faults, one after the other, on a running coagent: `make chaos`."""
