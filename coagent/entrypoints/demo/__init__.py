"""`coagent up --demo`: the recorded swap, replayed through the real topic and judged against the truth."""
