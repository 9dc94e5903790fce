"""A row of an export, whatever it was written through: objects as such, as JSON text, or as dotted columns."""

from collections.abc import Mapping
from typing import Any

from coagent.ingest.loose_json.texts import structured

_UNKNOWN = (None, "", "None", "null", "NaN", "nan", "\\N")
"""`\\N` is what Postgres writes for NULL in a text export."""


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
