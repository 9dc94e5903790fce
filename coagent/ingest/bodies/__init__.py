"""What a logged body of a provider's API carries around it: pairs, batch lines, streams, times beside them."""
