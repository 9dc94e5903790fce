"""Outcomes of decoding that are not requests."""

import msgspec


class Rejected(msgspec.Struct, frozen=True, kw_only=True):
    """A record, or one part of it, that could not be read; `index` is its place within the message.

    `reason` is a short stable slug for counting (`invalid_json`, `missing_field:provider`);
    `detail` says what was expected and what was found, without repeating content.
    """

    reason: str
    detail: str
    index: int = 0


class Skipped(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a record that is well formed and makes no request, such as a span of another library."""

    reason: str
    index: int = 0


class Noted(msgspec.Struct, frozen=True, kw_only=True):
    """Something of an accepted request that is not read or not believed; the request counts without it.

    `reason` is a short stable slug for counting (`negative:time_to_first_token_s`, `unread:gen_ai.usage.foo`,
    `contradictory_counts`); `detail` says what was expected and what was found, without repeating content.
    """

    reason: str
    detail: str
    index: int = 0


class Origin(msgspec.Struct, frozen=True):
    """The place of a message, `topic[partition]@offset` for people."""

    cluster: str
    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}[{self.partition}]@{self.offset}"


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A rejected record with its origin and its original bytes; the bytes may hold content and stay on Kafka."""

    cluster: str
    topic: str
    partition: int
    offset: int
    index: int
    reason: str
    detail: str
    payload: bytes

    @property
    def origin(self) -> Origin:
        """Several letters may come of one message, each with a reason of its own."""
        return Origin(self.cluster, self.topic, self.partition, self.offset)
