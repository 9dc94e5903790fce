"""ports.TelemetryStore in memory."""

from collections.abc import Hashable, Iterable
from datetime import datetime
from typing import Protocol, TypeVar

from coagent.domain.command import SaidCommand
from coagent.domain.detector import Detectors
from coagent.domain.intake import Intake
from coagent.domain.label import SaidOfRequest
from coagent.domain.rejected import DeadLetter
from coagent.domain.review import ReviewEntry, ReviewPool
from coagent.domain.rollup import Rollup
from coagent.domain.segment import Segment
from coagent.domain.shift import Dismissed, Shift


class Sequenced(Protocol):
    @property
    def sequence(self) -> int: ...


K = TypeVar("K", bound=Hashable)
V = TypeVar("V", bound=Sequenced)

LetterPlace = tuple[str, str, int, int, int]
"""Cluster, topic, partition, offset, index."""


class MemoryTelemetryStore:
    """What was written, by its key; for reading only."""

    def __init__(self) -> None:
        self.rollups: dict[tuple[Segment, datetime, str], Rollup] = {}
        self.shifts: dict[str, Shift] = {}
        self.dismissals: dict[str, Dismissed] = {}
        self.detectors: dict[Segment, Detectors] = {}
        self.commands: dict[str, SaidCommand] = {}
        self.dead_letters: dict[LetterPlace, DeadLetter] = {}
        self.intake: dict[str, Intake] = {}
        self.review: dict[tuple[Segment, datetime, str], ReviewPool] = {}
        self.entries: dict[tuple[Segment, datetime, str], ReviewEntry] = {}
        self.labels: dict[str, SaidOfRequest] = {}

    def write_rollups(self, rollups: Iterable[Rollup]) -> None:
        for rollup in rollups:
            _keep_newer(self.rollups, (rollup.segment, rollup.minute, rollup.part), rollup)

    def write_shifts(self, shifts: Iterable[Shift]) -> None:
        for shift in shifts:
            _keep_newer(self.shifts, shift.id, shift)

    def write_dismissals(self, dismissals: Iterable[Dismissed]) -> None:
        for dismissed in dismissals:
            _keep_newer(self.dismissals, dismissed.id, dismissed)

    def write_detectors(self, detectors: Iterable[Detectors]) -> None:
        for each in detectors:
            kept = self.detectors.get(each.segment)
            if kept is None or each.version > kept.version:
                self.detectors[each.segment] = each

    def write_commands(self, commands: Iterable[SaidCommand]) -> None:
        for said in commands:
            self.commands.setdefault(said.command.id, said)

    def write_dead_letters(self, letters: Iterable[DeadLetter]) -> None:
        for letter in letters:
            place = (letter.cluster, letter.topic, letter.partition, letter.offset, letter.index)
            self.dead_letters.setdefault(place, letter)

    def write_intake(self, counts: Iterable[Intake]) -> None:
        for each in counts:
            _keep_newer(self.intake, each.id, each)

    def write_review(self, pools: Iterable[ReviewPool]) -> None:
        for pool in pools:
            _keep_newer(self.review, (pool.segment, pool.day, pool.part), pool)
            for entry in pool.entries:
                self.entries.setdefault((pool.segment, pool.day, entry.request_id), entry)

    def write_labels(self, said: Iterable[SaidOfRequest]) -> None:
        for each in said:
            self.labels.setdefault(each.said.id, each)


def _keep_newer(kept: dict[K, V], key: K, value: V) -> None:
    if key not in kept or value.sequence > kept[key].sequence:
        kept[key] = value
