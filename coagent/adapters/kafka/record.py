"""What travels on a topic: bytes and headers, and the error of a reader that cannot make sense of them."""

from collections.abc import Sequence

import msgspec

from coagent.domain.errors import CoagentError

Headers = list[tuple[str, bytes]]


class Record(msgspec.Struct, frozen=True):
    """One message to send; where no `partition` is named, the key decides."""

    topic: str
    key: bytes | None
    value: bytes
    headers: Headers = []
    partition: int | None = None


class Undecodable(CoagentError):
    """A message that no reader of this version understands: it goes to the dead-letter topic, and work goes on.

    `reason` is a short stable slug for counting.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


def header_texts(headers: Sequence[tuple[str, bytes | str | None]] | None) -> dict[str, str]:
    """Headers as texts; of a repeated name the last counts."""
    return {name: _text(value) for name, value in headers or () if value is not None}


def _text(value: bytes | str) -> str:
    return value if isinstance(value, str) else value.decode(errors="replace")
