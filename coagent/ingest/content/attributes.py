"""Extra keys that may be kept: few, short, and never anything that could be content or a secret."""

import re
from collections.abc import Mapping
from typing import Any

MAX_ATTRIBUTES = 32

_NAME = re.compile(r"[A-Za-z0-9_.:/-]{1,64}")
_VALUE = re.compile(r"[A-Za-z0-9_.:/+-]{1,64}")
_ERROR = re.compile(r"[\w.:/$-]{0,128}")
_CONTENT = re.compile(
    "prompt|message|content|completion|instruction|text|body|choice|answer|question|input|output|argument|"
    "query|document|transcript|mail|phone|address|name|user|key|secret|token|password|credential|auth|cookie|header",
    re.IGNORECASE,
)
_SECRET = re.compile(r"(?:sk|pk|rk|ghp|gho|xox[a-z]|AKIA|AIza|eyJ|hf)[-_A-Za-z0-9]|[A-Za-z0-9+/_-]{40,}")


def kept_attributes(extra: Mapping[str, Any]) -> dict[str, str]:
    """The first 32 scalars with harmless names and values that look like neither prose, address nor key.

    >>> kept_attributes({"region": "eu-west-1", "system_prompt": "Be brief", "note": "two words", "shard": 3})
    {'region': 'eu-west-1', 'shard': '3'}
    """
    kept: dict[str, str] = {}
    for name, value in extra.items():
        if len(kept) == MAX_ATTRIBUTES:
            break
        text = _plain(value)
        if text is not None and _NAME.fullmatch(name) and not _CONTENT.search(name):
            kept[name] = text
    return kept


def error_type_of(value: Any) -> Any:
    """A class or code of error; where a producer put its message there, which may quote content, `_OTHER`."""
    return value if not isinstance(value, str) or _ERROR.fullmatch(value) else "_OTHER"


def label_of(value: Any) -> Any:
    """A task's or tenant's name; numbers name things too."""
    return str(value) if type(value) is int else value


def _plain(value: Any) -> str | None:
    if isinstance(value, bool | int | float):
        text = str(value).lower() if abs(value) < 2**63 else ""
    else:
        text = value if isinstance(value, str) else ""
    return text if _VALUE.fullmatch(text) and not _SECRET.match(text) else None
