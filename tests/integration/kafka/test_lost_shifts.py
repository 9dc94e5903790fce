"""An open shift that no restored state knows is ended in words; one that is known stays open."""

from pydantic import SecretStr
from sqlalchemy import Engine

from coagent.adapters.kafka.cloudevents import decode_event
from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.postgres.state_checkpoints import StateCheckpoints
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.bootstrap.worker import close_lost_shifts, state_checkpoints
from coagent.confirm.episodes.lost import LOST
from coagent.domain.segment import Segment
from coagent.domain.shift import Shift
from coagent.domain.state_checkpoint import StateCheckpoint
from coagent.domain.topics import SHIFTS
from coagent.settings import KafkaSettings, PostgresSettings, Settings
from streams.checkpoints import DETECT, Checkpoints
from streams.state import State
from tests.contract.samples import shift
from tests.integration.kafka.reading import reader
from tests.unit.detect.test_detect_step import CHANGE, SEGMENT, traffic
from tests.unit.detect.test_new_log import SOURCE, feed


def test_only_the_shift_that_detection_forgot_is_ended(
    embedded: KafkaConnection, postgres_engine: Engine, postgres_url: str
):
    state = feed(None, traffic(), range(CHANGE + 60), 0, SOURCE)[-1].state
    copies = StateCheckpoints(postgres_engine)
    copies.write([StateCheckpoint(DETECT, SEGMENT.key(), "embedded-gone", 3, State(3, state).pack())])
    known, lost = (
        shift(id="a" * 16, segment=SEGMENT, status="open"),
        shift(id="b" * 16, segment=Segment("another", "model"), status="open"),
    )
    PostgresTelemetryStore(postgres_engine).write_shifts([known, lost, shift(id="c" * 16, status="recovered")])
    settings = Settings(
        kafka=KafkaSettings(bootstrap_servers=embedded.bootstrap_servers),
        postgres=PostgresSettings(url=SecretStr(postgres_url)),
    )

    checkpoints = Checkpoints(copies, "embedded-new")
    assert close_lost_shifts(settings, checkpoints.knows) == 1

    consumer = reader(embedded, [SHIFTS])
    [message] = consumer.consume(2, 3.0)
    consumer.close()
    ended = decode_event(message.value(), message.headers())
    assert isinstance(ended, Shift)
    assert (ended.id, ended.status, ended.sequence) == (lost.id, "accepted", lost.sequence + 1)
    assert ended.cause.because[-1] == LOST


def test_where_the_cluster_keeps_its_log_nothing_is_copied(postgres_url: str):
    settings = Settings(postgres=PostgresSettings(url=SecretStr(postgres_url)))
    assert state_checkpoints(settings, "a-real-cluster") is None
    assert state_checkpoints(Settings(), "embedded-x") is None
