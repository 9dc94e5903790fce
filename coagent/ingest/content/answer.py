"""An answer that is made of parts: text, tool calls, refusals. None of its content is kept."""

from collections.abc import Mapping, Sequence
from typing import Any

from coagent.ingest.content.measures import answer_fields, is_valid_json, texts


def parts_fields(shown: Sequence[Any], calls: int, *, refusal: Any = None) -> dict[str, Any]:
    """`output_chars`, `tool_calls` and `refusal` of the parts that people see; None as `refusal` is unknown."""
    message: dict[str, Any] = {"content": list(shown), "tool_calls": [None] * calls}
    return answer_fields(message if refusal is None else message | {"refusal": refusal})


def wanted_json(shown: Sequence[Any], wanted: bool, schema: Any, measured: Mapping[str, Any]) -> dict[str, Any]:
    """`schema_valid`, where the request wanted JSON and the answer is text."""
    if not wanted or not measured.get("output_chars") or measured.get("tool_calls"):
        return {}
    found = texts(list(shown))
    return {"schema_valid": is_valid_json(found[0] if len(found) == 1 else None, schema)}
