"""The JSON object of a message that may hold content and whole batches."""

from typing import Any

import msgspec

from coagent.ingest.options import MAX_MESSAGE_BYTES
from coagent.ingest.strict_json import check_size, parse_object

_decode = msgspec.json.Decoder(dict[str, Any]).decode


def read_object(value: bytes) -> dict[str, Any]:
    """The message as a dict. Raises Refused."""
    check_size(value, MAX_MESSAGE_BYTES)
    try:
        found: dict[str, Any] = _decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return parse_object(value, MAX_MESSAGE_BYTES)  # says what is wrong
    return found
