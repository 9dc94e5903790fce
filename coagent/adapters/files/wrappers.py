"""Objects that exports and APIs wrap their list of records in, such as {"data": […], "meta": {…}}."""

import re
from typing import NamedTuple

LISTS = frozenset(
    {b"data", b"results", b"records", b"items", b"rows", b"logs", b"observations", b"generations", b"runs", b"spans"}
)
GROUPS = frozenset({b"resourceSpans", b"resourceLogs", b"resource_spans", b"resource_logs"})
"""Lists of an OTLP export, which is a record itself unless it is too long."""

_RECORD_KEYS = frozenset(
    {b"model", b"usage", b"choices", b"request", b"response", b"provider", b"request_model", b"time", b"startTime"}
)
"""What holds one of these before its list is a record itself."""

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
    while member := _MEMBER.match(text, place):
        key = member["key"]
        if member["list"]:
            known = key in LISTS | GROUPS and not _PART_OF_ANSWER.match(text, member.start("list"))
            return Wrapped(key, member.end("list")) if known else None
        if key in _RECORD_KEYS:
            return None
        place = member.end()
    return None
