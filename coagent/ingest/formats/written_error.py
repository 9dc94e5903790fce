"""What a record's `error` says: whether there was one, and of which class."""

import re
from typing import Any

from coagent.ingest.content.attributes import error_type_of
from coagent.ingest.loose_json.texts import structured

_NONE = frozenset({"", "false", "0", "none", "null", "nan"})
_CLASS = re.compile(r"(?:\w+\.)*(?:[A-Z]\w*(?=\()|\w*(?:Error|Exception|Timeout|Warning)\b)")
_MAX_CHARS = 128


def is_error(error: Any) -> bool:
    """A flag, a message or an object; LangWatch's says in `has_error` whether it is one.

    >>> is_error("Timeout"), is_error("false"), is_error({"has_error": False}), is_error('{"message": "x"}')
    (True, False, False, True)
    """
    found = structured(error)
    if isinstance(found, dict):
        return bool(found) and found.get("has_error") is not False
    return found.strip().lower() not in _NONE if isinstance(found, str) else bool(found)


def error_class_of(printed: str | None) -> Any:
    """The class at the beginning of a printed error; of other texts, which may be content, that there was one.

    >>> error_class_of("openai.RateLimitError: x"), error_class_of("ValueError('x')"), error_class_of("Bob")
    ('openai.RateLimitError', 'ValueError', '_OTHER')
    """
    if not printed:
        return None
    found = _CLASS.match(printed[:_MAX_CHARS])
    return error_type_of(found[0]) if found else "_OTHER"
