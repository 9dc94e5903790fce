"""A span or an event as its exporter wrote it, whatever the encoding: attributes stay beside the plan of their keys."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from coagent.ingest.spans.plan import Plan

NANOS = 1_000_000_000
STATUS_ERROR = 2


class Scope(msgspec.Struct, frozen=True, gc=False):
    """The instrumentation that made the span."""

    name: str = ""
    version: str = ""


class Event(msgspec.Struct, frozen=True, gc=False):
    """A span's event; `nano` are nanoseconds since the epoch, 0 is unknown."""

    name: str
    nano: int
    attributes: Mapping[str, Any]


class Span(msgspec.Struct, gc=False):
    """`values` stand in the order of the keys that `plan` was made of, as plain types; they are left out where the
    plan says that nothing of them is read. Ids are texts in any spelling, "" where unknown. Times are nanoseconds since
    the epoch, 0 is unknown.
    """

    plan: Plan
    values: Sequence[Any]
    span_id: str = ""
    trace_id: str = ""
    parent_id: str = ""
    name: str = ""
    start_nano: int = 0
    end_nano: int = 0
    failed: bool = False
    resource: Mapping[str, Any] = {}
    scope: Scope = Scope()
    events: Sequence[Event] = ()

    def attributes(self) -> dict[str, Any]:
        """By key; of a key that is there twice the last value."""
        return dict(zip(self.plan.keys, self.values, strict=False))

    def named(self, name: str) -> Any:
        """An attribute of the span, else of its resource; None where there is none."""
        place = self.plan.places.get(name, -1)
        return self.values[place] if 0 <= place < len(self.values) else self.resource.get(name)
