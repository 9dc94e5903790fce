"""What `coagent bench detection` measures, one question a file."""
