"""`coagent mcp`: the views, asked from an IDE by the Model Context Protocol."""
