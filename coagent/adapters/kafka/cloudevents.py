"""CloudEvents 1.0 in Kafka's binary mode: what the public topics carry.

Attributes are `ce_*` headers, the data is JSON, the key is what keeps events in order: mostly the segment's.
Ids follow from the value: an event that is sent twice has the same id.
Source: CloudEvents 1.0.2 specification, Kafka protocol binding 1.0.2.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from coagent.adapters.kafka.ranges import check_amount, check_histogram, check_moment, checked
from coagent.adapters.kafka.record import Headers, Record, Undecodable, header_texts
from coagent.domain.heartbeat import Heartbeat
from coagent.domain.insight import Insight
from coagent.domain.probe import ProbeOutcome
from coagent.domain.rollup import Rollup
from coagent.domain.routing_policy import RoutingPolicy
from coagent.domain.shift import Dismissed, Shift
from coagent.domain.topics import HEARTBEATS, INSIGHTS, POLICY, PROBES, ROLLUPS, SHIFTS

SOURCE = "/coagent"
SPEC_VERSION = "1.0"
CONTENT_TYPE = "application/json"
CHECKSUM = "coagent-crc32"
"""Of rollups, whose sketch is read by a library that never comes back from some bytes that are no sketch."""

PublicValue = Shift | Dismissed | Rollup | Insight | RoutingPolicy | Heartbeat | ProbeOutcome
FLEET = "fleet"
"""Subject and key of what concerns all segments."""


@dataclass(frozen=True)
class EventKind:
    """How one type is sent: `ce_type`, its topic, and where id, time, subject and the message's key come from."""

    value: type[Any]
    ce_type: str
    topic: str
    identify: Callable[[Any], str]
    time_of: Callable[[Any], datetime]
    subject_of: Callable[[Any], str] = lambda value: value.segment.id
    key_of: Callable[[Any], bytes] = lambda value: value.segment.key()


def _numbered(value: Shift | Dismissed | Insight | ProbeOutcome) -> str:
    edition = value.edition if isinstance(value, Insight) else 0
    return f"{value.id}/{value.sequence}.{edition}" if edition else f"{value.id}/{value.sequence}"


def _instance(beat: Heartbeat) -> str:
    return f"{beat.process}/{beat.instance}"


def _rollup_id(rollup: Rollup) -> str:
    return f"{rollup.segment.id}/{rollup.minute.isoformat()}/{rollup.part}/{rollup.sequence}"


KINDS = (
    EventKind(Shift, "dev.coagent.shift.v1", SHIFTS, _numbered, lambda shift: shift.updated.time),
    EventKind(Dismissed, "dev.coagent.dismissed.v1", SHIFTS, _numbered, lambda dismissed: dismissed.raised.time),
    EventKind(Rollup, "dev.coagent.rollup.v1", ROLLUPS, _rollup_id, lambda rollup: rollup.minute),
    EventKind(
        RoutingPolicy,
        "dev.coagent.policy.v1",
        POLICY,
        lambda policy: str(policy.version),
        lambda policy: policy.at,
        lambda _: FLEET,
        lambda _: FLEET.encode(),
    ),
    EventKind(ProbeOutcome, "dev.coagent.probe.v1", PROBES, _numbered, lambda outcome: outcome.at),
    EventKind(Insight, "dev.coagent.insight.v1", INSIGHTS, _numbered, lambda insight: insight.created_at),
    EventKind(
        Heartbeat,
        "dev.coagent.heartbeat.v1",
        HEARTBEATS,
        lambda beat: f"{_instance(beat)}/{beat.number}",
        lambda beat: beat.at,
        lambda beat: beat.process,
        lambda beat: _instance(beat).encode(),
    ),
)

_BY_VALUE = {kind.value: kind for kind in KINDS}
_BY_TYPE = {kind.ce_type: kind for kind in KINDS}
_ENCODER = msgspec.json.Encoder()
_DECODERS = {kind.ce_type: msgspec.json.Decoder(kind.value) for kind in KINDS}


def encode_event(value: PublicValue) -> Record:
    """The message of `value`."""
    kind = _BY_VALUE[type(value)]
    attributes = {
        "ce_specversion": SPEC_VERSION,
        "ce_id": kind.identify(value),
        "ce_source": SOURCE,
        "ce_type": kind.ce_type,
        "ce_time": kind.time_of(value).isoformat(),
        "ce_subject": kind.subject_of(value),
        "content-type": CONTENT_TYPE,
    }
    headers = [(name, text.encode()) for name, text in attributes.items()]
    data = _ENCODER.encode(value)
    headers += [(CHECKSUM, checksum(data))] if isinstance(value, Rollup) else []
    return Record(kind.topic, kind.key_of(value), data, headers)


def checksum(data: bytes) -> bytes:
    """CRC-32 of an event's data, 8 hex digits."""
    return f"{zlib.crc32(data):08x}".encode()


def decode_event(value: bytes | None, headers: Headers | None) -> PublicValue:
    """Inverse of `encode_event`; raises Undecodable."""
    ce_type = header_texts(headers).get("ce_type", "")
    if ce_type not in _BY_TYPE:
        raise Undecodable("event_type", f"ce_type is {ce_type!r}, this version reads {', '.join(_BY_TYPE)}")
    if value is None:
        raise Undecodable("empty", "the event has no data")
    try:
        decoded: PublicValue = _DECODERS[ce_type].decode(value)
    except (msgspec.DecodeError, RecursionError, ValueError, OverflowError, ArithmeticError) as error:
        raise Undecodable("malformed", str(error)) from error
    _check(decoded)
    return _with_sound_sketches(decoded, value, headers) if isinstance(decoded, Rollup) else decoded


def _with_sound_sketches(rollup: Rollup, data: bytes, headers: Headers | None) -> Rollup:
    """The rollup itself; without its sketches where nothing says that its bytes are whole. Raises Undecodable where
    they are not.
    """
    written = header_texts(headers).get(CHECKSUM)
    if written is not None and written != checksum(data).decode():
        raise Undecodable("checksum", "the data are not those that were sent")
    if written is None:
        return msgspec.structs.replace(rollup, prompt_sketch=None, prefix_sketch=None)
    return rollup


def _check(value: PublicValue) -> None:
    """Raises Undecodable. Rollups are many: their counts are checked as they are decoded."""
    if not isinstance(value, Rollup):
        checked(value)
        return
    check_moment(value.minute, "minute")
    for name in ("cost_usd", "list_cost_usd"):
        check_amount(getattr(value, name), name)
    for name in ("duration", "time_to_first_token"):
        check_histogram(getattr(value, name), name)
