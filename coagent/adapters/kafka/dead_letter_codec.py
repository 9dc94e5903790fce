"""Dead letters: the original bytes as they came, origin and reason in the headers; marks of those sent again."""

from coagent.adapters.kafka.record import Headers, Record, Undecodable, header_texts
from coagent.domain.rejected import DeadLetter, Origin
from coagent.domain.topics import DEADLETTER

_TEXTS = {"cluster": 255, "topic": 255, "reason": 255, "detail": 4000}
"""Longest text of each, in characters; Kafka's topics have at most 249. Written longer, they are cut: what says why a
message was refused must itself always fit, into a Kafka message and into an index.
"""
_NUMBERS = {"partition": 2**31 - 1, "offset": 2**63 - 1, "index": 2**31 - 1}
_ORIGIN = ("cluster", "topic", "partition", "offset")
_RETRIED = "coagent-retried"
_DIGITS = 19
MAX_PAYLOAD_BYTES = 4 * 1024 * 1024
"""A longer original is left where it came from: the headers say where that is."""


def encode_dead_letter(letter: DeadLetter) -> Record:
    """Keyed by origin, so that letters of one partition stay in order."""
    headers = [(f"coagent-{name}", _cut(getattr(letter, name), longest)) for name, longest in _TEXTS.items()]
    headers += [(f"coagent-{name}", str(getattr(letter, name)).encode()) for name in _NUMBERS]
    payload = letter.payload if len(letter.payload) <= MAX_PAYLOAD_BYTES else b""
    return Record(DEADLETTER, _key(letter.origin), payload, headers)


def decode_dead_letter(value: bytes | None, headers: Headers | None) -> DeadLetter:
    """Inverse of `encode_dead_letter`; raises Undecodable."""
    found = header_texts(headers)
    texts, numbers = _texts(found, list(_TEXTS)), _numbers(found, list(_NUMBERS))
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
    return Record(DEADLETTER, _key(origin), b"", [(_RETRIED, b"1"), *headers])


def retried_origin(headers: Headers | None) -> Origin | None:
    """Inverse of `encode_retried`; None where the message is no such mark. Raises Undecodable: it has no origin."""
    found = header_texts(headers)
    if _RETRIED not in found:
        return None
    texts, numbers = _texts(found, ["cluster", "topic"]), _numbers(found, ["partition", "offset"])
    return Origin(texts["cluster"], texts["topic"], numbers["partition"], numbers["offset"])


def _key(origin: Origin) -> bytes:
    return _cut(f"{origin.topic}/{origin.partition}", 2 * _TEXTS["topic"])


def _cut(text: str, longest: int) -> bytes:
    return (text if len(text) <= longest else text[: longest - 1] + "…").encode(errors="replace")


def _texts(found: dict[str, str], names: list[str]) -> dict[str, str]:
    texts = {name: found.get(f"coagent-{name}") for name in names}
    wrong = [name for name, text in texts.items() if text is None or len(text) > _TEXTS[name]]
    if wrong:
        raise Undecodable("malformed", f"a dead letter whose headers lack, or are too long: {', '.join(wrong)}")
    return {name: text for name, text in texts.items() if text is not None}


def _numbers(found: dict[str, str], names: list[str]) -> dict[str, int]:
    texts = {name: found.get(f"coagent-{name}", "") for name in names}
    wrong = [name for name, text in texts.items() if not _is_number(text, _NUMBERS[name])]
    if wrong:
        raise Undecodable("malformed", f"a dead letter whose headers are no number in range: {', '.join(wrong)}")
    return {name: int(text) for name, text in texts.items()}


def _is_number(text: str, largest: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _DIGITS and int(text) <= largest
