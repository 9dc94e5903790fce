"""What Postgres cannot hold and telemetry may: the character NUL, in text and in JSON; NaN in JSON."""

from typing import Any, overload

import msgspec

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


@overload
def storable(text: str) -> str: ...
@overload
def storable(text: None) -> None: ...
def storable(text: str | None) -> str | None:
    """The text with NUL replaced."""
    return None if text is None else text.replace("\0", REPLACEMENT)


def json_text(value: Any) -> str:
    """JSON with NUL replaced and NaN as null; Decimals become strings, so that no digit is lost."""
    encoded = msgspec.json.encode(value)
    if rb"\u0000" in encoded:
        encoded = msgspec.json.encode(_without_nul(msgspec.json.decode(encoded)))
    return encoded.decode()


def _without_nul(value: Any) -> Any:
    match value:
        case str():
            return storable(value)
        case list():
            return [_without_nul(item) for item in value]
        case dict():
            return {storable(key): _without_nul(item) for key, item in value.items()}
    return value
