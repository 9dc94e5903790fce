"""The task or tenant that a setting names, where exports keep their users' labels."""

from typing import Any

from coagent.ingest.content.attributes import label_of
from coagent.ingest.formats.export_row import ExportRow


def labelled(name: str | None, *places: ExportRow) -> Any:
    """The value under the configured name in the first of the places that has it; None where none is configured."""
    if not name:
        return None
    found = (place.first(name) for place in places)
    return label_of(next((value for value in found if isinstance(value, str | int)), None))
