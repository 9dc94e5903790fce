"""`coagent bench intake`: what intake does beside the bare client and a Faust agent."""
