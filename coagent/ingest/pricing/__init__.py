"""What requests cost: list prices, dated, and what was billed."""
