"""What a narrator writes."""

from typing import Any

import msgspec

TITLE_CHARS = 150
TEXT_CHARS = 8000


class Draft(msgspec.Struct, frozen=True):
    """`title` is plain text, `text` markdown."""

    title: str
    text: str


SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "title": {"type": "string", "minLength": 1, "maxLength": TITLE_CHARS},
        "text": {"type": "string", "minLength": 1, "maxLength": TEXT_CHARS},
    },
    "required": ["title", "text"],
    "additionalProperties": False,
}
