"""What every channel does with a message of the outbox."""

import msgspec

from coagent.domain.errors import Fatal
from coagent.domain.insight import OutboxMessage
from coagent.domain.notice import Notice


def notice_of(message: OutboxMessage) -> Notice:
    """Raises Fatal where the payload is none."""
    try:
        return msgspec.json.decode(message.payload, type=Notice)
    except msgspec.DecodeError as error:
        raise Fatal(f"outbox {message.idempotency_key} is no notice ({error}): look at its payload") from error
