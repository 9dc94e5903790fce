"""The JSON object of a message that may hold content and whole batches."""

from typing import Any

import msgspec

from coagent.ingest.options import MAX_MESSAGE_BYTES
from coagent.ingest.strict_json import check_size, parse_object

_decode = msgspec.json.Decoder(dict[str, Any]).decode


def parsed(value: bytes) -> dict[str, Any]:
    """Raises Refused, which says what is wrong."""
    check_size(value, MAX_MESSAGE_BYTES)
    try:
        found: dict[str, Any] = _decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return parse_object(value, MAX_MESSAGE_BYTES)
    return found
