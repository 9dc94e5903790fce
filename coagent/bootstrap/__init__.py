"""The only place where adapters meet steps: one file a process or purpose, and each process imports its own alone."""
