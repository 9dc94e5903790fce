"""What a message that is no JSON looks like, and what to do about it; nothing of it is repeated."""

import re

_LOOKED_AT_BYTES = 4096
_FORMS = (
    (re.compile(rb"(?:data|event|id|retry):"), "a line of server-sent events", "log the events as a pair's response"),
    (re.compile(rb"<[!?a-zA-Z]"), "HTML or XML", "save the records themselves"),
    (re.compile(rb"\{\s*'"), "what Python prints for a dict", "write it with json.dumps"),
    (re.compile(rb'[^{]{1,1000}\{\s*"', re.DOTALL), "a text before a JSON object", "log the object alone"),
    (re.compile(rb"[A-Za-z_][\w.-]*:(?: |$)"), "YAML", "write it as JSON lines"),
    (re.compile(rb"[^|]*\|[^|]*\|?"), "a printed table", "export it as CSV with a header"),
)
_JSON = re.compile(rb"\[|\{(?!\s*')")


def described(value: bytes) -> str:
    """What to say beside the place where JSON ends; empty where it begins as JSON does.

    >>> described(b'2026-06-01 INFO {"time": 1}')
    'this looks like a text before a JSON object: log the object alone'
    """
    start = value.strip()[:_LOOKED_AT_BYTES]
    if not start or _JSON.match(start):
        return ""
    found = next(((what, action) for form, what, action in _FORMS if form.match(start)), None)
    what, action = found or ("plain text", "write one JSON object a line, or CSV with a header")
    return f"this looks like {what}: {action}"
