"""Which requests a person should look at, and what their labels say: no content, only ids, counts and figures."""
