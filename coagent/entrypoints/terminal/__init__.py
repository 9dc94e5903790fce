"""What people see in a terminal, drawn with rich."""
