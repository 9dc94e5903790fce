"""The unit of counting, an account, and the unit of sensing, a stream: an account without task and tenant."""

import hashlib

import msgspec

OTHER = "(other)"
ALL = "(all)"
"""The tenant of what was seen in all segments of a provider and model together."""
OURSELVES = "(coagent)"
"""Stands for the provider where a report is about coagent itself."""
RESERVED = frozenset({OTHER, ALL, OURSELVES})
"""Names that coagent gives; ingest takes them from no telemetry."""


class Segment(msgspec.Struct, frozen=True, order=True):
    """Provider, model as requested, endpoint, task and tenant; None is unknown.

    >>> Segment("openai", "gpt-4", task="summary").key()
    b'["openai","gpt-4",null,"summary",null]'
    """

    provider: str
    request_model: str
    endpoint: str | None = None
    task: str | None = None
    tenant: str | None = None

    def key(self) -> bytes:
        """Kafka key: the five values as a JSON array, the same bytes for the same segment on every machine."""
        return msgspec.json.encode(msgspec.structs.astuple(self))

    @classmethod
    def from_key(cls, key: bytes) -> "Segment":
        """Inverse of `key`; raises msgspec.DecodeError on anything else."""
        return cls(*msgspec.json.decode(key, type=tuple[str, str, str | None, str | None, str | None]))

    @property
    def stream(self) -> "Segment":
        """What is sensed together: its provider, model and endpoint, whatever the task and tenant."""
        return Segment(self.provider, self.request_model, self.endpoint)

    @property
    def pool(self) -> "Segment":
        """All segments of its provider and model, as one."""
        return Segment(self.provider, self.request_model, tenant=ALL)

    @property
    def id(self) -> str:
        """16 hex digits that name the segment where a key would be too long."""
        return hashlib.blake2b(self.key(), digest_size=8).hexdigest()

    @property
    def label(self) -> str:
        """What people read: `openai/gpt-4 · summary`."""
        rest = [part for part in (self.task, self.tenant, self.endpoint) if part]
        return " · ".join([f"{self.provider}/{self.request_model}", *rest])
