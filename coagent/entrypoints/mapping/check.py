"""A mapping file tried on the first records of a sample."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import msgspec

from coagent.domain.rejected import Noted, Rejected, Skipped
from coagent.domain.request import Request
from coagent.ingest.formats.mapping import Mapped
from coagent.ingest.options import DecodeOptions
from coagent.ports import RawRecord


@dataclass(slots=True)
class CheckedRecord:
    """What one record became: a request with its known fields, or a reason. `notes` are what was not believed."""

    place: str
    outcome: str
    fields: dict[str, Any] = field(default_factory=dict)
    reason: str | None = None
    detail: str | None = None
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Check:
    """`never` are the mapping's fields that no request had."""

    file: str
    records: Sequence[CheckedRecord]
    never: Sequence[str]

    @property
    def accepted(self) -> int:
        """How many records became requests."""
        return sum(record.outcome == "request" for record in self.records)

    def to_json(self) -> str:
        """All of it, for programs."""
        return msgspec.json.format(msgspec.json.encode(self)).decode() + "\n"


def check_mapping(
    file: str, mapped: Mapped, sample: Iterable[RawRecord], options: DecodeOptions, records: int
) -> Check:
    """The first `records` records of the sample through the mapping."""
    made = (record for raw in sample for record in _checked(raw, mapped, options))
    found = list(islice(made, records))
    filled = {name for record in found for name in record.fields}
    return Check(file, found, [rule.target for rule in mapped.rules if _field_of(rule.target) not in filled])


def _checked(raw: RawRecord, mapped: Mapped, options: DecodeOptions) -> list[CheckedRecord]:
    """One for each outcome; a note belongs to the request before it."""
    if raw.outcome is not None:
        return [_without_request(raw.place, raw.outcome)]
    found: list[CheckedRecord] = []
    for outcome in mapped.decode(raw.value, options):
        if isinstance(outcome, Noted):
            found[-1].notes.append(outcome.reason)
        elif isinstance(outcome, Request):
            found.append(CheckedRecord(raw.place, "request", _known(outcome)))
        else:
            found.append(_without_request(raw.place, outcome))
    return found


def _known(request: Request) -> dict[str, Any]:
    fields = msgspec.to_builtins(request)
    return {name: value for name, value in fields.items() if value is not None and value != {}}


def _without_request(place: str, outcome: Rejected | Skipped) -> CheckedRecord:
    if isinstance(outcome, Skipped):
        return CheckedRecord(place, "skipped", reason=outcome.reason)
    return CheckedRecord(place, "rejected", reason=outcome.reason, detail=outcome.detail)


def _field_of(target: str) -> str:
    """The request's field that shows that a target was filled."""
    return {
        "host": "endpoint",
        "end_time": "duration_s",
        "first_token_time": "time_to_first_token_s",
        "total_tokens": "input_tokens",
        "uncached_input_tokens": "input_tokens",
        "cache_write_5m_tokens": "cache_write_tokens",
    }.get(target, target)
