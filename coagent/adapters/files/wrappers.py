"""Objects that exports and APIs wrap their list of records in, such as {"data": […], "meta": {…}}."""

import re
from typing import NamedTuple

LISTS = frozenset(
    {
        *(b"data", b"results", b"records", b"items", b"rows", b"logs", b"events", b"content"),
        *(b"observations", b"generations", b"runs", b"spans"),
    }
)
GROUPS = frozenset({b"resourceSpans", b"resourceLogs", b"resource_spans", b"resource_logs"})
"""Lists of an OTLP export, which is a record itself unless it is too long."""

_RECORD_KEYS = frozenset(
    {
        *(b"model", b"usage", b"choices", b"request", b"response", b"provider", b"request_model", b"time"),
        *(b"id", b"name", b"context", b"attributes", b"type", b"role", b"startTime", b"start_time"),
    }
)
"""What holds one of these before its list is a record itself."""
_PAGE_KEYS = frozenset({b"page", b"size", b"total"})
"""A list called `content` is a page's only behind one of these: answers have such a list too."""

_OPEN = re.compile(rb"\{\s*")
_MEMBER = re.compile(
    rb'"(?P<key>[^"\\]{1,64}+)"\s*:\s*(?:(?P<list>\[)\s*\{|'
    rb'(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"|[-+.\w]+|\{[^{}\[\]]*+\}|\[\s*\])\s*,\s*)',
    re.DOTALL,
)
_PART_OF_ANSWER = re.compile(rb'\[\s*\{[^{}]{0,200}?"(?:embedding|b64_json|url)"', re.DOTALL)
"""Embeddings and pictures come in a list `data` too: the whole of it is one answer."""


class Wrapped(NamedTuple):
    """The list's key, and the place behind its opening bracket."""

    key: bytes
    start: int


def wrapped_list(text: bytes, start: int) -> Wrapped | None:
    """The list of objects within the object that begins at `start`; None where it is a record itself."""
    opened = _OPEN.match(text, start)
    place = opened.end() if opened else len(text)
    seen: set[bytes] = set()
    while member := _MEMBER.match(text, place):
        if member["list"]:
            return Wrapped(member["key"], member.end("list")) if _is_of_records(text, member, seen) else None
        seen.add(member["key"])
        if member["key"] in _RECORD_KEYS:
            return None
        place = member.end()
    return None


def _is_of_records(text: bytes, member: re.Match[bytes], seen: set[bytes]) -> bool:
    key = member["key"]
    if key == b"content" and not seen & _PAGE_KEYS:
        return False
    return key in LISTS | GROUPS and not _PART_OF_ANSWER.match(text, member.start("list"))
