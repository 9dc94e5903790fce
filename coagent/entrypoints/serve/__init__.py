"""`coagent serve`: what people answer in Slack and in trackers, taken in and stored as words."""
