"""Values that tools spell in their own ways: what is unknown, how a request ended."""

import re
from functools import lru_cache
from typing import Any

import msgspec

from coagent.ingest.loose_json.numbers import number_of

UNKNOWN = frozenset(
    {"", "None", "none", "NONE", "null", "NULL", "Null", "nan", "NaN", "NAN", "undefined", "N/A", "n/a", "<nil>"}
)
"""Texts that stand for no value: what Python, JavaScript, Go and table exports make of it."""

_OK = frozenset([
    "ok", "success", "successful", "succeeded", "completed", "complete", "stop", "default", "info", "warning",
    "unset",
])  # fmt: skip
_ERROR = frozenset([
    "error", "failure", "failed", "fail", "failing", "errored", "fatal", "exception", "timeout", "timed_out",
])  # fmt: skip
_STATUS_PREFIX = re.compile(r"^(?:status_code_|statuscode\.|status\.|ai_)")
_ENUM = re.compile(r"<?(?:[A-Za-z_]\w*\.)+(?P<member>\w+)(?:: .{0,64})?>?")
_PRINTED = re.compile(r"\[\s*'?(?P<first>[\w.<]+[^',\]]*)")
_FIRST_ERROR = 400
_HTTP = range(100, 600)


def status_of(written: Any) -> Any:
    """`ok` or `error` of the ways in which tools say so, HTTP status codes and flags among them; else what it was."""
    if isinstance(written, bool):
        return "ok" if written else "error"
    if isinstance(written, int) and written in _HTTP:
        return "ok" if written < _FIRST_ERROR else "error"
    return _status_of_text(written) if isinstance(written, str) and len(written) <= _MAX_CHARS else written


_MAX_CHARS = 64


def status_of_code(written: Any) -> str | None:
    """`ok` or `error` of an HTTP status code, in text too; None for what is no number.

    >>> status_of_code(200), status_of_code("429"), status_of_code("soon")
    ('ok', 'error', None)
    """
    code = number_of(written)
    return None if code is None else "error" if code >= _FIRST_ERROR else "ok"


@lru_cache(1024)
def _status_of_text(written: str) -> Any:
    text = _STATUS_PREFIX.sub("", written.strip().lower())
    if text.isdecimal() and len(text) == len("200"):
        return status_of(int(text))
    return "ok" if text in _OK else "error" if text in _ERROR else written


def finish_reason_of(written: Any) -> Any:
    """The first of a list, or of a list written as text; of an enumeration's member its name without the class.

    >>> finish_reason_of('["FinishReason.STOP"]')
    'STOP'
    """
    if isinstance(written, (list, tuple)):
        return finish_reason_of(written[0]) if written and isinstance(written[0], str) else None
    return _finish_reason_of_text(written) if isinstance(written, str) and len(written) <= _MAX_LIST_CHARS else written


_MAX_LIST_CHARS = 512


@lru_cache(1024)
def _finish_reason_of_text(written: str) -> str | None:
    text = written.strip()
    if text.startswith("["):
        return _first_of(text)
    member = _ENUM.fullmatch(text)
    found = member["member"] if member else text
    return None if found in UNKNOWN else found


def _first_of(text: str) -> str | None:
    """Of a JSON list, or of what Python prints for a list."""
    try:
        found = msgspec.json.decode(text, type=list[str | None])
    except msgspec.MsgspecError:
        printed = _PRINTED.match(text)
        found = [printed["first"]] if printed else []
    return _finish_reason_of_text(found[0]) if found and found[0] and not found[0].startswith("[") else None
