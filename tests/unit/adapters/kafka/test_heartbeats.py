"""Heartbeats say what the pulse says, and what is none is left out, whatever it holds."""

from datetime import timedelta

import pytest

from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.heartbeats import HeartbeatReader, HeartbeatSender
from coagent.adapters.kafka.record import Record
from coagent.adapters.kafka.tail import Tail
from coagent.adapters.pulse import Pulse
from coagent.domain.heartbeat import Heartbeat
from tests.contract.samples import NOON
from tests.hostile_messages import heartbeat_records, hostile
from tests.unit.adapters.kafka.fakes import FakeMessage

NOWHERE = KafkaConnection("127.0.0.1:1")


def test_it_says_when_the_process_last_got_on() -> None:
    seconds = [0.0]
    pulse = Pulse(lambda: seconds[0])
    sender = HeartbeatSender(NOWHERE, "sink", pulse, lambda: NOON)
    before = sender.heartbeat()
    pulse.got_on()
    seconds[0] = 40.0
    after = sender.heartbeat()
    assert (before.progressed, before.ready, before.number) == (None, False, 1)
    assert (after.progressed, after.ready, after.number) == (NOON - timedelta(seconds=40), False, 2)
    assert before.instance == after.instance


@pytest.mark.parametrize("seed", [1, 2])
def test_no_message_stops_the_reader(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    good = heartbeat_records()
    reads = [[*good, *hostile(good, 300, seed), Record("", None, b"")], []]
    monkeypatch.setattr(Tail, "__init__", lambda *_args, **_named: None)
    monkeypatch.setattr(Tail, "read", lambda *_: [FakeMessage(0, one.value, one.headers) for one in reads.pop(0)])
    found = HeartbeatReader(NOWHERE).read()
    assert len(found) >= len(good)
    assert all(isinstance(one, Heartbeat) for one in found)
