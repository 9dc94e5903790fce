"""The lengths within protobuf's wire format, as far as export batches of OTLP need them.

Source: https://protobuf.dev/programming-guides/encoding/; all three export requests have one field, number 1, which is
repeated and delimited by its length.
"""

RESOURCE_GROUP = 0x0A
"""Field 1, delimited by its length: a resource and its spans, logs or metrics."""
_WITHIN_GROUP = (0x0A, 0x12, 0x1A)
_LONGEST_VARINT = 5


def varint(data: bytes, start: int) -> tuple[int, int] | None:
    """The number that is written there and where it ends; None where it is cut off or longer than 35 bits.

    >>> varint(bytes([0xAC, 0x02]), 0)
    (300, 2)
    """
    value = 0
    for place in range(start, min(start + _LONGEST_VARINT, len(data))):
        value |= (data[place] & 0x7F) << 7 * (place - start)
        if data[place] < 0x80:  # noqa: PLR2004  the bit that says "more follows"
            return value, place + 1
    return None


def is_export(head: bytes) -> bool:
    """Whether it begins as one export request: resource groups, one behind the other."""
    return _groups_fit(head, 0, None)


def is_messages_by_varint(head: bytes) -> bool:
    """Whether it begins with a length and an export request that fills it."""
    found = varint(head, 0)
    return bool(found and found[0] and _groups_fit(head, found[1], found[1] + found[0]))


def _groups_fit(head: bytes, start: int, end: int | None) -> bool:
    """Whether groups fill the bytes from `start` to `end`, as far as they are seen; at least one is."""
    place = start
    while place < len(head) and place != end:
        found = varint(head, place + 1)
        if head[place] != RESOURCE_GROUP or not found or not _is_group(head, *found):
            return False
        place = found[1] + found[0]
        if end is not None and place > end:
            return False
    return place > start


def _is_group(head: bytes, size: int, start: int) -> bool:
    return size == 0 or start >= len(head) or head[start] in _WITHIN_GROUP
