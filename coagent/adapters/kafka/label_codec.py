"""Labels and reports on `coagent.labels.v1`: JSON that people may write, with or without coagent's headers."""

import re
from datetime import datetime

import msgspec

from coagent.adapters.kafka.ranges import check_moment
from coagent.adapters.kafka.record import Headers, Record, Undecodable, header_texts
from coagent.domain.label import AHEAD, Said
from coagent.domain.topics import LABELS

SCHEMA = "coagent.label/1"
HEADERS: Headers = [("content-type", b"application/json"), ("schema", SCHEMA.encode())]

_ENCODER = msgspec.json.Encoder()
_DECODER: msgspec.json.Decoder[Said] = msgspec.json.Decoder(Said)


def encode_label(said: Said) -> Record:
    """The message that says it, keyed by the request's id."""
    return Record(LABELS, said.key(), _ENCODER.encode(said), HEADERS)


def decode_label(value: bytes | None, headers: Headers | None, now: datetime) -> Said:
    """Inverse of `encode_label`; raises Undecodable, also where it is said to be of a day to come."""
    schema = header_texts(headers).get("schema", SCHEMA)
    if schema != SCHEMA:
        raise Undecodable("schema_version", f"this version reads {SCHEMA}, the message says {schema}")
    if not value:
        raise Undecodable("empty", "the label has no value")
    try:
        said = _DECODER.decode(value)
    except (msgspec.DecodeError, RecursionError, ValueError, OverflowError) as error:
        raise Undecodable("malformed_label", _detail(str(error))) from None
    check_label(said, now)
    return said


def _detail(problem: str) -> str:
    """Where it is wrong, without its words: they may be content of the request."""
    place = re.search(r"at `(\$[\w.\[\]]*)`", problem)
    where = f"wrong at {place[1]}" if place else "not a JSON object of such fields"
    return f"{where}; docs/prove.md says what a label or report holds"


def check_label(said: Said, now: datetime) -> None:
    """Raises Undecodable where its time cannot be."""
    check_moment(said.at, "at")
    if said.at > now + AHEAD:
        raise Undecodable("out_of_range", f"at: more than {AHEAD.days} day ahead; it would outlast all later labels")
