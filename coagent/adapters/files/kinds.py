"""What a file is written in, decided by its first bytes; its name decides only where bytes cannot."""

import re
from typing import Literal

import msgspec

from coagent.adapters.files.bounds import MAX_RECORD_BYTES
from coagent.adapters.files.unread import refuse_unread
from coagent.adapters.files.value_end import ValueEnd
from coagent.adapters.files.wire_format import is_export, is_messages_by_varint
from coagent.adapters.files.wrappers import LISTS, wrapped_list

Kind = Literal["lines", "json", "csv", "parquet", "messages_by_uint32", "messages_by_varint", "export", "events"]

PARQUET = b"PAR1"
_MESSAGE_STARTS = (b"\x0a", b"{", b"\x28\xb5\x2f\xfd", b"\x1f\x8b")
_LOOKED_AT_LINES = 100
_CELL = rb'"?[A-Za-z_][\w.:/ \[\]-]{0,80}"?'
_HEADER = re.compile(rb"%s(?:(?P<delimiter>[,;\t|])%s)(?:(?P=delimiter)%s)+\r?\n" % (_CELL, _CELL, _CELL))
_EVENTS = re.compile(rb"(?::[^\n]*\n+)*(?:data: ?[\[{]|event: ?[\w.]+\r?\n(?:id:[^\n]*\n)?data:)")
"""A stream of server-sent events: its fields, after comments that keep it alive."""
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")


def kind_of(head: bytes, whole: bool, name: str) -> Kind:
    """`head`: the first bytes, `whole`: all of them, `name`: without a suffix of compression. Raises Unread."""
    refuse_unread(head)
    if head.startswith(PARQUET):
        return "parquet"
    if name.lower().endswith((".csv", ".tsv")):
        return "csv"
    if _CONTROL.search(head[:4096]) and (binary := _binary(head)):
        return binary
    return _text(head, whole)


def _binary(head: bytes) -> Kind | None:
    """Protobuf has no mark of its own: the lengths in it have to fit."""
    size = int.from_bytes(head[:4], "big")
    if 0 < size <= MAX_RECORD_BYTES and head[4:].startswith(_MESSAGE_STARTS):
        return "messages_by_uint32"
    if is_export(head):
        return "export"
    return "messages_by_varint" if is_messages_by_varint(head) else None


def _text(head: bytes, whole: bool) -> Kind:
    start = head.lstrip()
    if start.startswith(b"["):
        return "json"
    if start.startswith(b"{"):
        return "lines" if _is_lines(start, whole) else "json"
    if _EVENTS.match(start):
        return "events"
    header = _HEADER.match(head)
    return "csv" if header and b"model" in header[0].lower() else "lines"


def _is_lines(start: bytes, whole: bool) -> bool:
    """One object a line; what is pretty-printed is indented. A line longer than what is looked at is taken for one."""
    wrapped = wrapped_list(start, 0)
    if wrapped and wrapped.key in LISTS:
        return False
    lines = start.split(b"\n", _LOOKED_AT_LINES)
    if _has_neighbour(lines[0]):
        return False
    seen = lines if whole and len(lines) <= _LOOKED_AT_LINES else lines[:-1]
    return not seen or any(line.startswith(b"{") and _is_object(line) for line in seen)


def _has_neighbour(line: bytes) -> bool:
    """Whether another value follows the first one in its line."""
    end = ValueEnd().find(line, 0)
    return end.found and line[end.place :].lstrip()[:1] in (b"{", b",")


def _is_object(line: bytes) -> bool:
    try:
        _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


_decode = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
