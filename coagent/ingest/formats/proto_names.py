"""Protobuf's JSON may keep the field names of the `.proto` files: `resource_spans` instead of `resourceSpans`."""

from typing import Any


def with_json_names(found: Any) -> Any:
    """The same with camelCase keys, texts untouched.

    >>> with_json_names({"resource_spans": [{"scope_spans": []}]})
    {'resourceSpans': [{'scopeSpans': []}]}
    """
    if isinstance(found, list):
        return [with_json_names(one) for one in found]
    if isinstance(found, dict):
        return {_camel(name): with_json_names(value) for name, value in found.items()}
    return found


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(part.capitalize() for part in others)
