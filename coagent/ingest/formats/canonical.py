"""The canonical record of the README, one JSON object a message: coagent's own format.

Names, texts and times are taken as they are written. `canonical_chunk` reads ordinary ones at full speed.
"""

from typing import Any

from coagent.ingest.content.attributes import kept_attributes
from coagent.ingest.normalize.moments import canonical_moment
from coagent.ingest.normalize.notes import Notes, noted
from coagent.ingest.normalize.spellings import status_of
from coagent.ingest.normalize.token_counts import contradiction, doubt
from coagent.ingest.normalize.values import read_request
from coagent.ingest.options import MAX_RECORD_BYTES, DecodeOptions, Outcome
from coagent.ingest.record import Record
from coagent.ingest.refused import Refused, rejecting
from coagent.ingest.strict_json import parse_object

_FIELDS = frozenset(Record.__struct_fields__)
_UNKNOWN = frozenset({""})


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request and what is noted of it, or why there is none."""
    found = parse_object(value, MAX_RECORD_BYTES)
    own = found.pop("attributes", None)
    extra = {name: value for name, value in found.items() if name not in _FIELDS}
    known = {name: value for name, value in found.items() if name in _FIELDS and value is not None and value != ""}
    _check_required(known)
    notes: Notes = []
    known["time"] = canonical_moment(known["time"], options)
    known["attributes"] = kept_attributes((own if isinstance(own, dict) else {}) | extra)
    if "status" in known:
        known["status"] = status_of(known["status"])
    request = read_request(known, notes, _UNKNOWN)
    if (detail := contradiction(request)) and request.cost_doubt is None:
        doubt(request, detail, notes)
    return [request, *noted(notes)]


def _check_required(known: dict[str, Any]) -> None:
    """Raises Refused."""
    for name in ("provider", "request_model", "time"):
        if name not in known:
            raise Refused(f"missing_field:{name}", f"{name} is required and absent, at $.{name}")
