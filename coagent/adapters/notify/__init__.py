"""Ways to people: one channel a file. Each brings what it shows of a conversation to the state that a notice names."""
