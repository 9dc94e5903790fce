"""Is everything there that coagent needs, and if not, what is to be done."""
