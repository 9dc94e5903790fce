"""One look at a running coagent."""

from datetime import datetime

import msgspec

from coagent.entrypoints.model_state import ModelState


class TopicStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Of one telemetry topic, in the present log. Messages `read` hold any number of records, each of which is
    accepted, skipped or rejected. `per_s` is None where it was not measured. `reason` is the latest rejection's.
    """

    topic: str
    read: int
    accepted: int
    skipped: int
    rejected: int
    per_s: float | None = None
    last_read_at: datetime | None = None
    reason: str | None = None


class StreamStatus(msgspec.Struct, frozen=True, kw_only=True):
    """`learned` counts requests that later ones are compared with; `needed` those before anything can be noticed."""

    provider: str
    model: str
    endpoint: str | None
    requests_24h: int
    learned: int
    needed: int
    state: str


class ShiftStatus(msgspec.Struct, frozen=True, kw_only=True):
    """An open shift; `headline` is None until the agent has written it."""

    id: str
    since: datetime
    stream: str
    headline: str | None


class InsightStatus(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    at: datetime


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """`lag`: by stage, messages that wait for it; None where Kafka does not answer. `problems`: what could not be
    asked, and why. `pid` and `since` are of the running `coagent up`, None where none was found. `model` says who
    arranges the insights beside code, None where code does so alone. `is_found_known`: Postgres said what was found.
    """

    at: datetime
    pid: int | None
    since: datetime | None
    topics: list[TopicStatus]
    lag: dict[str, int | None]
    streams: list[StreamStatus]
    open_shifts: list[ShiftStatus]
    last_insight: InsightStatus | None
    problems: list[str] = []
    model: ModelState | None = None
    is_found_known: bool = True
