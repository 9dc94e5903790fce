"""A stream's events out of the text that a server sent (server-sent events)."""

from typing import Any

from coagent.ingest.loose_json.texts import structured

_FIELD = "data:"


def events_of(body: Any) -> Any:
    r"""The events of a text that holds some, in their order; everything else stays as it is.

    >>> events_of('data: {"a": 1}\n\ndata: [DONE]\n')
    [{'a': 1}]
    """
    if not isinstance(body, str) or _FIELD not in body:
        return body
    lines = (line.removeprefix(_FIELD).strip() for line in body.splitlines() if line.startswith(_FIELD))
    found = [event for event in map(structured, lines) if isinstance(event, dict)]
    return found or body
