"""Dead letters: the original bytes as they came, origin and reason in the headers; marks of those sent again."""

from coagent.adapters.kafka.record import Headers, Record, Undecodable, header_texts
from coagent.domain.rejected import DeadLetter, Origin
from coagent.domain.topics import DEADLETTER

_TEXTS = ("cluster", "topic", "reason", "detail")
_NUMBERS = ("partition", "offset", "index")
_ORIGIN = ("cluster", "topic", "partition", "offset")
_RETRIED = "coagent-retried"
MAX_PAYLOAD_BYTES = 4 * 1024 * 1024
"""A longer original is left where it came from: the headers say where that is."""


def encode_dead_letter(letter: DeadLetter) -> Record:
    """Keyed by origin, so that letters of one partition stay in order."""
    headers = [(f"coagent-{name}", str(getattr(letter, name)).encode()) for name in (*_TEXTS, *_NUMBERS)]
    payload = letter.payload if len(letter.payload) <= MAX_PAYLOAD_BYTES else b""
    return Record(DEADLETTER, f"{letter.topic}/{letter.partition}".encode(), payload, headers)


def decode_dead_letter(value: bytes | None, headers: Headers | None) -> DeadLetter:
    """Inverse of `encode_dead_letter`; raises Undecodable."""
    found = header_texts(headers)
    try:
        texts = {name: found[f"coagent-{name}"] for name in _TEXTS}
        numbers = {name: int(found[f"coagent-{name}"]) for name in _NUMBERS}
    except (KeyError, ValueError) as error:
        raise Undecodable("malformed", f"a dead letter without a proper header {error}") from error
    return DeadLetter(
        cluster=texts["cluster"],
        topic=texts["topic"],
        partition=numbers["partition"],
        offset=numbers["offset"],
        index=numbers["index"],
        reason=texts["reason"],
        detail=texts["detail"],
        payload=value or b"",
    )


def encode_retried(origin: Origin) -> Record:
    """Says on the dead-letter topic that a message's bytes were sent again, so that they are not sent a third time."""
    headers = [(f"coagent-{name}", str(getattr(origin, name)).encode()) for name in _ORIGIN]
    return Record(DEADLETTER, f"{origin.topic}/{origin.partition}".encode(), b"", [(_RETRIED, b"1"), *headers])


def retried_origin(headers: Headers | None) -> Origin | None:
    """Inverse of `encode_retried`; None where the message is no such mark."""
    found = header_texts(headers)
    if _RETRIED not in found:
        return None
    cluster, topic, partition, offset = (found[f"coagent-{name}"] for name in _ORIGIN)
    return Origin(cluster, topic, int(partition), int(offset))
