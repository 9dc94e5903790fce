"""The only place where adapters meet steps."""
