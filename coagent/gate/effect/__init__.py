"""From a change and a company's traffic to what it does, each figure with its interval."""
