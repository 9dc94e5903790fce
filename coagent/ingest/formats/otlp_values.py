"""OTLP's values in protobuf as plain types."""

from collections.abc import Iterable
from typing import Any

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # protobuf ships no types
from opentelemetry.proto.common.v1.common_pb2 import AnyValue

from coagent.ingest.refused import Refused
from coagent.ingest.strict_json import MAX_DEPTH


def plain(attributes: Iterable[Any], depth: int = 0) -> dict[str, Any]:
    """KeyValues by key, the last of a key that is there twice."""
    return {pair.key: value_of(pair.value, depth) for pair in attributes}


def value_of(value: Any, depth: int = 0) -> Any:
    """An AnyValue as a plain type, None where it holds nothing. Raises Refused where it is nested too deep."""
    if depth > MAX_DEPTH:
        raise Refused("too_deep", f"a value is nested deeper than {MAX_DEPTH} levels")
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [value_of(one, depth + 1) for one in value.array_value.values]
    if kind == "kvlist_value":
        return plain(value.kvlist_value.values, depth + 1)
    return None if kind is None else getattr(value, kind)


def value_of_bytes(written: bytes) -> Any:
    """The same from a part of a message."""
    if (found := _short_list(written)) is not None:
        return found
    try:
        return value_of(AnyValue.FromString(written))
    except DecodeError:
        raise Refused("invalid_protobuf", "a value within the batch is no AnyValue") from None


_LIST, _ENTRY, _TEXT = 0x2A, 0x0A, 0x0A
_ONE_BYTE = 128
_HEADS = [bytes((_LIST, size + 4, _ENTRY, size + 2, _TEXT, size)) for size in range(_ONE_BYTE - 4)]
"""What stands before a text of that many bytes that is alone in a list."""


def _short_list(written: bytes) -> list[str] | None:
    """A list of one short text, such as the finish reasons; None for anything else."""
    size = len(written) - 6
    if not 0 <= size < len(_HEADS) or written[:6] != _HEADS[size]:
        return None
    try:
        return [written[6:].decode()]
    except UnicodeDecodeError:
        raise Refused("invalid_protobuf", "a text within the batch is not UTF-8") from None
