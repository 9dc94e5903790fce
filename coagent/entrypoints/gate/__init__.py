"""`coagent gate`: what it is given, and what it writes."""
