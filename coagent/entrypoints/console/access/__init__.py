"""Who may see the console, and who may decide."""
