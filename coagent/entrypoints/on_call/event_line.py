"""One line an event: for people with words and colours, for machines as JSON. Nothing in it acts on a terminal."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from confluent_kafka import Message
from rich.text import Text

from coagent.adapters.kafka.cloudevents import decode_event
from coagent.adapters.kafka.command_codec import decode_command
from coagent.adapters.kafka.dead_letter_codec import decode_dead_letter
from coagent.adapters.kafka.internal_codec import CANDIDATES, DETECTORS, INTAKE, InternalCodec
from coagent.adapters.kafka.record import Headers, Undecodable, header_texts
from coagent.domain import topics
from coagent.domain.candidate import Candidate
from coagent.domain.command import Accept, Mute, Rate, Reset, ToSegment, Unmute
from coagent.domain.detector import Detectors
from coagent.domain.headline import cause_title, headline
from coagent.domain.heartbeat import Heartbeat
from coagent.domain.insight import Insight
from coagent.domain.intake import Intake
from coagent.domain.number_format import dollars, minute, percent
from coagent.domain.rejected import DeadLetter
from coagent.domain.rollup import Rollup
from coagent.domain.routing_policy import RoutingPolicy
from coagent.domain.shift import Dismissed, Shift
from coagent.entrypoints.on_call.wording import paged
from coagent.entrypoints.terminal.wording import COLOURS, plain

LONGEST = 400
INTERNAL: Mapping[str, InternalCodec[Any]] = {
    topics.CANDIDATES: CANDIDATES,
    topics.DETECTORS: DETECTORS,
    topics.INTAKE: INTAKE,
}
Line = tuple[str, str, str]
"""What kind of event, its words, and its colour."""


def json_line(message: Message) -> str:
    """`{"type", "id", "data"}`; null for a tombstone, {"bytes": base64} for what is no JSON. What could act on a
    terminal is escaped.
    """
    headers = header_texts(message.headers())
    event = {"type": headers.get("ce_type"), "id": headers.get("ce_id"), "data": data_of(message.value())}
    return escaped(msgspec.json.encode(event).decode())


def escaped(line: str) -> str:
    r"""JSON with the same meaning, of printable characters alone.

    >>> print(escaped('"a\u202eb\x9b"'))
    "a\u202eb\u009b"
    """
    return "".join(one if one.isprintable() else _escape(one) for one in line)


def _escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def data_of(value: bytes | None) -> Any:
    """A value as JSON on one line: null for a tombstone, {"bytes": base64} for what is no JSON."""
    if value is None:
        return None
    try:
        msgspec.json.decode(value)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return {"bytes": b64encode(value).decode()}
    return msgspec.Raw(msgspec.json.format(value, indent=-1))


def event_line(message: Message) -> Text:
    """Time, kind and words; of what cannot be read, its size and why."""
    kind, words, colour = _words(message.topic(), message.value(), message.headers() or [])
    return Text.assemble((_time(message), "dim"), (f" {kind:<10} ", colour or "bold"), plain(words, LONGEST))


def _time(message: Message) -> str:
    _, milliseconds = message.timestamp()
    if milliseconds <= 0:
        return "--:--:--"
    return f"{milliseconds // 3_600_000 % 24:02}:{milliseconds // 60_000 % 60:02}:{milliseconds // 1000 % 60:02}"


def _words(topic: str, value: bytes | None, headers: Headers) -> Line:
    try:
        event = _decoded(topic, value, headers)
        return WORDS[type(event)](event)
    except Undecodable as error:
        name = topic.removeprefix("coagent.").removesuffix(".v1")
        if value is None:
            return name, "(no value: the key is deleted)", "dim"
        return name, f"{_text(value)} ({len(value):,} bytes; {error.detail})", "dim"


def _text(value: bytes) -> str:
    """JSON and other text as it is, anything else as a word."""
    try:
        return value[: 2 * LONGEST].decode()
    except UnicodeDecodeError:
        return "binary"


def _decoded(topic: str, value: bytes | None, headers: Headers) -> Any:
    """Raises Undecodable."""
    if topic in INTERNAL:
        return INTERNAL[topic].decode(value, headers)
    if topic == topics.CONTROL:
        return decode_command(value, headers)
    if topic == topics.DEADLETTER:
        return decode_dead_letter(value, headers)
    return decode_event(value, headers)


def _shift(shift: Shift) -> Line:
    state = f"{shift.id} {shift.status}, {paged(shift.page, shift.held_because, shift.direction)}"
    what = headline(shift.signals, shift.cause) or "answers differ from before"
    cause = f"{cause_title(shift.signals, shift.cause)} ({percent(shift.cause.confidence)} sure)"
    words = f"{shift.segment.label}: {what} · {cause} · {state}"
    return "shift", words, COLOURS[shift.cause.family]


def _dismissed(dismissed: Dismissed) -> Line:
    return "dismissed", f"{dismissed.segment.label}: {dismissed.signal}, {dismissed.why}", "dim"


def _rollup(rollup: Rollup) -> Line:
    errors = f", {rollup.errors:,} errors" if rollup.errors else ""
    cost = f", {dollars(rollup.cost_usd)}" if rollup.cost_usd is not None else ""
    counted = f"{rollup.requests:,} requests at {minute(rollup.minute)}{errors}{cost}"
    return "rollup", f"{rollup.segment.label}: {counted}", "cyan"


def _insight(insight: Insight) -> Line:
    return "insight", f"{insight.title} ({'paged' if insight.page else insight.kind}, {insight.id})", "green"


def _policy(policy: RoutingPolicy) -> Line:
    return "policy", f"version {policy.version}, {len(policy.rules)} rules", "green"


def _heartbeat(beat: Heartbeat) -> Line:
    state = "ready" if beat.ready else "waits" if beat.progressed else "starts"
    colour = "dim" if beat.ready else "yellow"
    return "heartbeat", f"{beat.process} {beat.instance}: {state}, version {beat.version}", colour


def _candidate(candidate: Candidate) -> Line:
    state = f"alarm {candidate.phase}, {candidate.rows_fresh:,} requests since"
    return "candidate", f"{candidate.segment.label}: {state}", "yellow"


def _detectors(detectors: Detectors) -> Line:
    states = [one.status for one in detectors.detectors]
    counted = ", ".join(f"{states.count(state)} {state.replace('_', ' ')}" for state in sorted(set(states)))
    seen = f"{detectors.rows_seen:,} requests, signals {counted or 'none yet'}"
    return "detectors", f"{detectors.segment.label}: {seen}", "dim"


def _dead_letter(letter: DeadLetter) -> Line:
    return "dead letter", f"{letter.origin}: {letter.reason}, {letter.detail}", "red"


def _intake(intake: Intake) -> Line:
    counts = intake.counts
    return "intake", f"{counts.topic}: {counts.read:,} read, {counts.accepted:,} accepted", "dim"


def _rate(rate: Rate) -> Line:
    return "command", f"rate {rate.rows_per_month:,.0f} requests a month, by {rate.by}", "dim"


def _command(command: ToSegment) -> Line:
    until = f" until {minute(command.until)}" if isinstance(command, Mute) else ""
    why = f" ({command.reason})" if command.reason else ""
    what = f"{type(command).__name__.lower()} of {command.segment.label}"
    return "command", f"{what}{until} by {command.by}{why}", "magenta"


WORDS: Mapping[type, Callable[[Any], Line]] = {
    Shift: _shift,
    Dismissed: _dismissed,
    Rollup: _rollup,
    Insight: _insight,
    RoutingPolicy: _policy,
    Heartbeat: _heartbeat,
    Candidate: _candidate,
    Detectors: _detectors,
    DeadLetter: _dead_letter,
    Intake: _intake,
    Rate: _rate,
    **dict.fromkeys((Accept, Mute, Unmute, Reset), _command),
}
"""Of each type of event."""
