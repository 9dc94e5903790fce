"""Paths into a record: `usage.prompt_tokens`, `choices[0].finish_reason`, `attributes["gen_ai.system"]`."""

import re
from typing import Any

from coagent.ingest.loose_json.texts import structured

Path = tuple[str | int, ...]

_STEP = re.compile(
    r"""(?:^|(?<=.)\.)(?P<key>[^.\[\]"'\s][^.\[\]"']*)   # a key: the first, or after a point
    |\[(?P<place>-?\d{1,6})\]                            # a place in a list, -1 the last
    |\[(?P<quote>["'])(?P<quoted>.+?)(?P=quote)\]        # a key that holds points or brackets""",
    re.VERBOSE,
)
_MAX_STEPS = 16


def parse_path(text: str) -> Path:
    """The steps of a path; raises ValueError with what is wrong with it.

    >>> parse_path('a["b.c"][0].d')
    ('a', 'b.c', 0, 'd')
    >>> parse_path("$.usage.input")
    ('usage', 'input')
    """
    steps: list[str | int] = []
    text, end = _within_root(text), 0
    while end < len(text):
        step = _STEP.match(text, end)
        if step is None or len(steps) == _MAX_STEPS:
            raise ValueError(f"cannot read the path from {text[end : end + 20]!r} on")
        steps.append(int(step["place"]) if step["place"] else step["quoted"] or step["key"])
        end = step.end()
    if not steps:
        raise ValueError("an empty path")
    return tuple(steps)


def _within_root(text: str) -> str:
    """Without the sign that JSONPath has for the record itself."""
    return text[1:].removeprefix(".") if text.startswith(("$.", "$[")) else text


def value_at(record: Any, path: Path) -> Any:
    """What stands there, also within objects that are written as JSON text; None where nothing does."""
    found = record
    for step in path:
        found = structured(found)
        if isinstance(step, str):
            found = found.get(step) if isinstance(found, dict) else None
        else:
            found = found[step] if isinstance(found, list) and -len(found) <= step < len(found) else None
        if found is None:
            return None
    return found
