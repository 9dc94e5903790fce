"""Commands on `coagent.control.v1`: JSON that people may write themselves, with or without coagent's headers."""

import msgspec

from coagent.adapters.kafka.record import Headers, Record, Undecodable, header_texts
from coagent.domain.command import Command
from coagent.domain.topics import CONTROL

SCHEMA = "coagent.command/1"
HEADERS: Headers = [("content-type", b"application/json"), ("schema", SCHEMA.encode())]
KINDS = ("accept", "mute", "unmute", "reset", "rate")

_ENCODER = msgspec.json.Encoder()
_DECODER: msgspec.json.Decoder[Command] = msgspec.json.Decoder(Command)


def encode_command(command: Command) -> Record:
    """The message that says `command`; a rate has to go to each partition by its number."""
    return Record(CONTROL, command.key(), _ENCODER.encode(command), HEADERS)


def is_command(headers: Headers | None) -> bool:
    """Whether a message may be a command: what carries another schema is none."""
    schema = header_texts(headers).get("schema")
    return schema is None or schema.startswith("coagent.command/")


def decode_command(value: bytes | None, headers: Headers | None) -> Command:
    """Inverse of `encode_command`; raises Undecodable."""
    schema = header_texts(headers).get("schema", SCHEMA)
    if schema != SCHEMA:
        raise Undecodable("schema_version", f"this version reads {SCHEMA}, the message says {schema}")
    if not value:
        raise Undecodable("empty", "the command has no value")
    try:
        return _DECODER.decode(value)
    except (msgspec.DecodeError, RecursionError, ValueError, OverflowError) as error:
        raise Undecodable("malformed_command", f"{error}; kinds are {', '.join(KINDS)}") from error
