"""What a decoder found becomes a request in coagent's own terms: values, token counts, who served it."""
