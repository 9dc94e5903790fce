"""From a reading to its outcomes."""

from coagent.ingest.content.attributes import kept_attributes
from coagent.ingest.endpoint import endpoint_of
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.reading import Reading
from coagent.ingest.record import Record, to_request
from coagent.ingest.refused import Refused

_FIELDS = frozenset(Record.__struct_fields__)


def outcomes_of(reading: Reading, options: DecodeOptions, index: int = 0) -> list[Outcome]:
    """The request, then one `Noted` for each thing of it that is not read or not believed; or why there is none."""
    fields = {name: value for name, value in reading.fields.items() if name in _FIELDS}
    if fields.get("endpoint") is None:
        fields["endpoint"] = endpoint_of(reading.host)
    try:
        return [to_request(fields, options, kept_attributes(reading.attributes), reading.response_id)]
    except Refused as refused:
        return [refused.at(index)]
