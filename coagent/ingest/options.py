"""What a decoder needs to know besides the message."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from coagent.domain.rejected import Noted, Rejected, Skipped
from coagent.domain.request import Request

Outcome = Request | Rejected | Skipped | Noted

EARLIEST_S = datetime(2015, 1, 1, tzinfo=UTC).timestamp()
LATEST_S = datetime(9999, 1, 1, tzinfo=UTC).timestamp()
AHEAD_S = 86_400.0

MAX_RECORD_BYTES = 1 << 20
MAX_MESSAGE_BYTES = 16 << 20
"""A canonical message is one content-free record; the others carry content or whole export batches."""


@dataclass(frozen=True, slots=True)
class DecodeOptions:
    """`now_s`: epoch seconds; requests more than a day ahead of it are rejected (None: any future is taken).

    `hash_key`: HMAC key of prompt and prefix hashes, None makes none. `task_attribute` and `tenant_attribute` name
    the span attribute, request tag or metadata key that holds the task and the tenant. `latest_s` follows: epoch
    seconds after which a request's time is absurd.
    """

    now_s: float | None = None
    hash_key: bytes | None = None
    task_attribute: str | None = None
    tenant_attribute: str | None = None
    latest_s: float = field(init=False)

    def __post_init__(self) -> None:
        latest_s = LATEST_S if self.now_s is None else self.now_s + AHEAD_S
        object.__setattr__(self, "latest_s", latest_s)  # it is asked for every request
