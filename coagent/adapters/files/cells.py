"""Cells of a table to values, and rows to records."""

import ast
import json
import re
from collections.abc import Iterable
from typing import Any

import msgspec

from coagent.ingest.loose_json.moments import iso_moment
from coagent.ingest.record import TEXT_WIDTH, Record

_NUMBERS = frozenset(Record.__struct_fields__[TEXT_WIDTH:])
"""Canonical fields that are no texts. Numbers among them are read at full speed, texts of numbers one by one."""
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?")
_FLAGS = {"true": True, "false": False}
_UNKNOWN = frozenset({"none", "null", "nan", "nat", "n/a"})
_LONGEST_LITERAL = 1 << 20


def record_of(cells: Iterable[tuple[str, Any]]) -> bytes:
    """JSON of the cells that hold something; of a name that comes twice the first counts. A text that was no UTF-8
    stays none, so that its record is rejected.
    """
    known: dict[str, Any] = {}
    for name, cell in cells:
        value = value_of(name, cell) if isinstance(cell, str) else cell
        if name and value is not None and value != "":
            known.setdefault(name, value)
    try:
        return msgspec.json.Encoder(decimal_format="number").encode(known)
    except UnicodeEncodeError:
        return json.dumps(known, ensure_ascii=False, default=str).encode("utf-8", "surrogateescape")


def value_of(name: str, cell: str) -> Any:
    """JSON where the cell looks like an object or a list; numbers only of canonical fields, for `007` is a name.

    >>> value_of("usage", '{"input": 3}'), value_of("input_tokens", "3"), value_of("team", "3")
    ({'input': 3}, 3, '3')
    """
    text = cell.strip()
    if text[:1] in ("{", "["):
        return _structure(text)
    return _plain(name, text) if name in _NUMBERS else cell


def _structure(text: str) -> Any:
    """JSON, or what Python prints for a dict or a list."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return _literal(text)


def _literal(text: str) -> Any:
    if len(text) > _LONGEST_LITERAL:
        return text
    try:
        found = ast.literal_eval(text)
        return msgspec.to_builtins(found)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return text


def _plain(name: str, text: str) -> Any:
    if text.lower() in _UNKNOWN:
        return None
    if _NUMBER.fullmatch(text):
        return msgspec.json.decode(text)
    return iso_moment(text) or text if name == "time" else _FLAGS.get(text.lower(), text)
