"""A row of an export, whatever it was written through: objects as such, as JSON text, or as dotted columns."""

from collections.abc import Mapping
from typing import Any

import msgspec

from coagent.ingest.options import MAX_MESSAGE_BYTES
from coagent.ingest.strict_json import check_size, parse_object

_UNKNOWN = (None, "", "None", "null", "NaN", "nan", "\\N")
"""`\\N` is what Postgres writes for NULL in a text export."""

_decode = msgspec.json.Decoder(dict[str, Any]).decode


def read_object(value: bytes) -> dict[str, Any]:
    """The message as a dict. Raises Refused."""
    check_size(value, MAX_MESSAGE_BYTES)
    try:
        found: dict[str, Any] = _decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return parse_object(value, MAX_MESSAGE_BYTES)  # says what is wrong
    return found


def structured(value: Any) -> Any:
    """What a text holds as JSON, where it is an object or an array; else the value itself.

    >>> structured('{"a": 1}'), structured("text"), structured('{"a": ')
    ({'a': 1}, 'text', '{"a": ')
    """
    if not isinstance(value, str) or value[:1] not in {"{", "["}:
        return value
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return value


class ExportRow:
    """Values by name; what an export writes for nothing is None."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __bool__(self) -> bool:
        return bool(self._values)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def first(self, *names: str) -> Any:
        """The first known value under these names."""
        for name in names:
            value = self._values.get(name)
            if value.__class__ in {dict, list} or value not in _UNKNOWN:
                return value
        return None

    def text(self, *names: str) -> str | None:
        """The same where it is a text, else None."""
        found = self.first(*names)
        return found if isinstance(found, str) else None

    def part(self, *names: str) -> "ExportRow":
        """The first object under these names, or the columns `name.…`; an empty row where there is none."""
        for name in names:
            value = structured(self._values.get(name))
            if isinstance(value, dict):
                return ExportRow(value)
            prefix = f"{name}."
            columns = {key[len(prefix) :]: value for key, value in self._values.items() if key.startswith(prefix)}
            if columns:
                return ExportRow(columns)
        return _EMPTY

    def items(self, *names: str) -> list[Any]:
        """The first list under these names, [] where there is none."""
        for name in names:
            value = structured(self._values.get(name))
            if isinstance(value, list):
                return value
        return []

    def object(self) -> Mapping[str, Any]:
        """The values themselves."""
        return self._values


_EMPTY = ExportRow({})
