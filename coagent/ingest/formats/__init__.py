"""One file a format: the bytes of a message become readings."""
