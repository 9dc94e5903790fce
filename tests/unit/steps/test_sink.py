from datetime import timedelta

import pytest

from coagent.adapters.memory.telemetry_store import MemoryTelemetryStore
from coagent.steps import sink
from coagent.steps.sink import SinkStep
from tests.contract.samples import NOON, dead_letter, detectors, dismissed, intake, rollup, said, shift


class Recording(MemoryTelemetryStore):
    """Keeps the size of every write."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []

    def write_rollups(self, rollups) -> None:
        self.sizes.append(len(rollups))
        super().write_rollups(rollups)


def test_every_kind_goes_to_its_place() -> None:
    store = MemoryTelemetryStore()

    SinkStep(store)([dead_letter(), shift(), rollup(), dismissed(), detectors(), said(), intake()])

    assert [rollup()] == list(store.rollups.values())
    assert [shift()] == list(store.shifts.values())
    assert [dismissed()] == list(store.dismissals.values())
    assert [dead_letter()] == list(store.dead_letters.values())
    assert [detectors()] == list(store.detectors.values())
    assert [said()] == list(store.commands.values())
    assert [intake()] == list(store.intake.values())


def test_only_the_newest_of_a_call_is_written() -> None:
    store = Recording()

    SinkStep(store)([rollup(sequence=1), rollup(sequence=3), rollup(sequence=2), rollup(part="other")])

    assert [2] == store.sizes
    assert [3, 1] == [each.sequence for each in store.rollups.values()]


@pytest.mark.parametrize("turned", [1, -1])
def test_detectors_of_a_state_that_began_anew_replace_those_before_in_one_call_too(turned: int) -> None:
    store, anew = MemoryTelemetryStore(), detectors(time=NOON + timedelta(hours=1))

    SinkStep(store)([detectors(sequence=9), anew][::turned])

    assert [anew] == list(store.detectors.values())


def test_a_shift_and_a_dismissal_of_one_id_are_two_things() -> None:
    store = MemoryTelemetryStore()

    SinkStep(store)([shift(id="same"), dismissed(id="same")])

    assert (["same"], ["same"]) == (list(store.shifts), list(store.dismissals))


def test_writes_are_bounded(monkeypatch) -> None:
    monkeypatch.setattr(sink, "CHUNK", 4)
    store = Recording()

    SinkStep(store)([rollup(part=str(each)) for each in range(10)])

    assert [4, 4, 2] == store.sizes


def test_nothing_is_written_of_nothing() -> None:
    store = Recording()

    SinkStep(store)([])

    assert [] == store.sizes
