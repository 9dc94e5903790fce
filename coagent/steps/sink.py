"""What the topics said, into the store: once each, the newest only, in bounded writes."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from coagent.domain.command import SaidCommand
from coagent.domain.detector import Detectors
from coagent.domain.intake import Intake
from coagent.domain.label import SaidOfRequest
from coagent.domain.rejected import DeadLetter
from coagent.domain.review import ReviewPool
from coagent.domain.rollup import Rollup
from coagent.domain.shift import Dismissed, Shift
from coagent.ports import TelemetryStore

Kept = Rollup | Shift | Dismissed | Detectors | SaidCommand | DeadLetter | Intake | ReviewPool | SaidOfRequest
K = TypeVar("K", Rollup, Shift, Dismissed, Detectors, SaidCommand, DeadLetter, Intake, ReviewPool, SaidOfRequest)

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
CHUNK = 5000
"""Rows a transaction: large enough for COPY to pay, small enough not to hold others up."""


class SinkStep:
    """Writes values of any kinds. Every write is repeatable, so a failed call may be made again as a whole."""

    def __init__(self, store: TelemetryStore) -> None:
        self._store = store

    def __call__(self, values: Sequence[Kept]) -> None:
        """Raises Transient when the store is away; then some values may have been written already."""
        newest = list(_newest(values).values())
        _write(newest, Rollup, self._store.write_rollups)
        _write(newest, Shift, self._store.write_shifts)
        _write(newest, Dismissed, self._store.write_dismissals)
        _write(newest, Detectors, self._store.write_detectors)
        _write(newest, SaidCommand, self._store.write_commands)
        _write(newest, DeadLetter, self._store.write_dead_letters)
        _write(newest, Intake, self._store.write_intake)
        _write(newest, ReviewPool, self._store.write_review)
        _write(newest, SaidOfRequest, self._store.write_labels)


def _newest(values: Sequence[Kept]) -> dict[Hashable, Kept]:
    kept: dict[Hashable, Kept] = {}
    for value in values:
        key = _key(value)
        before = kept.get(key)
        if before is None or _version(value) > _version(before):
            kept[key] = value
    return kept


def _key(value: Kept) -> Hashable:
    match value:
        case Rollup():
            return (Rollup, value.segment, value.minute, value.part)
        case DeadLetter():
            return (DeadLetter, value.cluster, value.topic, value.partition, value.offset, value.index)
        case Detectors():
            return (Detectors, value.segment)
        case SaidCommand():
            return (SaidCommand, value.command.id)
        case SaidOfRequest():
            return (SaidOfRequest, value.said.id)
        case _:
            return (type(value), value.id)


def _version(value: Kept) -> tuple[datetime, int]:
    """To compare with others of the same key."""
    match value:
        case DeadLetter() | SaidCommand() | SaidOfRequest():
            return NEVER, 0
        case Detectors():
            return value.version
        case _:
            return NEVER, value.sequence


def _write(values: Sequence[Kept], kind: type[K], write: Callable[[Sequence[K]], None]) -> None:
    chosen = [value for value in values if isinstance(value, kind)]
    for chunk in _chunks(chosen):
        write(chunk)


def _chunks(values: Sequence[K]) -> Iterator[Sequence[K]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
