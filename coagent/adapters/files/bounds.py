"""How much of a file is held at once."""

MAX_RECORD_BYTES = 16 << 20
"""Of a longer record only one byte more than this is handed on, so that it is rejected and not read in full."""

HEAD_BYTES = 1 << 17
"""What a file's kind is decided by."""

CHUNK_BYTES = 1 << 16
