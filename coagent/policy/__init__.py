"""What is approved, as a routing policy: neutral JSON, and LiteLLM's router configuration."""
