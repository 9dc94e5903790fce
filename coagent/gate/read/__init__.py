"""From files to settings of calls of models, and from settings of both sides to changes."""
