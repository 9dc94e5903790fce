"""What people on call look at: the list of shifts, what follows under one, and events as they come."""
