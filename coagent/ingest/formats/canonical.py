"""The canonical record of the README, one JSON object a message: coagent's own format, read strictly.

`canonical_chunk` reads ordinary ones at full speed.
"""

from coagent.ingest.content.attributes import kept_attributes
from coagent.ingest.options import MAX_RECORD_BYTES, DecodeOptions, Outcome
from coagent.ingest.record import Record, to_request
from coagent.ingest.refused import rejecting
from coagent.ingest.strict_json import parse_object

_FIELDS = frozenset(Record.__struct_fields__)


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request, or why there is none."""
    found = parse_object(value, MAX_RECORD_BYTES)
    own = found.pop("attributes", None)
    extra = {name: value for name, value in found.items() if name not in _FIELDS}
    known = {name: value for name, value in found.items() if name in _FIELDS}
    return [to_request(known, options, kept_attributes((own if isinstance(own, dict) else {}) | extra))]
