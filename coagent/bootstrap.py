"""The only place where adapters meet steps."""

import asyncio
import random
import re
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Engine

from coagent import channels
from coagent.adapters.clock import SystemClock
from coagent.adapters.embedded.broker import USUAL_PORT as BROKER_PORT
from coagent.adapters.embedded.broker import EmbeddedBroker, is_embedded
from coagent.adapters.embedded.ports import PortWish
from coagent.adapters.embedded.postgres import USUAL_PORT as POSTGRES_PORT
from coagent.adapters.embedded.postgres import EmbeddedPostgres
from coagent.adapters.kafka.cloudevents import encode_event
from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.consumer import PartitionedConsumer
from coagent.adapters.kafka.control_topic import ControlTopic
from coagent.adapters.kafka.dead_letters import DeadLetters, send_dead_letters
from coagent.adapters.kafka.ingest_session import IngestSession
from coagent.adapters.kafka.insight_notifier import InsightNotifier
from coagent.adapters.kafka.lag import lag, read_offsets
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.sink_session import TOPICS as SINK_TOPICS
from coagent.adapters.kafka.sink_session import SinkSession
from coagent.adapters.kafka.stage_positions import StagePositions
from coagent.adapters.kafka.topics import cluster_id, ensure_topics, own_topics, telemetry_topics
from coagent.adapters.postgres.advisory_lock import advisory_lock
from coagent.adapters.postgres.checkpoints import open_checkpoints
from coagent.adapters.postgres.conversations import PostgresConversations
from coagent.adapters.postgres.decision_reader import PostgresDecisionReader
from coagent.adapters.postgres.engine import make_engine
from coagent.adapters.postgres.insight_store import PostgresInsightStore
from coagent.adapters.postgres.longer_rollups import LongerRollups
from coagent.adapters.postgres.outbox import PostgresOutbox
from coagent.adapters.postgres.shift_reader import PostgresShiftReader
from coagent.adapters.postgres.silence_store import PostgresSilenceStore
from coagent.adapters.postgres.sql_reader import SqlReader
from coagent.adapters.postgres.state_checkpoints import StateCheckpoints
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.adapters.postgres.tickets import PostgresTickets
from coagent.confirm.config import ConfirmConfig
from coagent.confirm.episodes.lost import ended_as_lost
from coagent.deliver.backoff import Backoff
from coagent.detect.config import ASSUMED_ROWS_PER_MONTH, DetectConfig
from coagent.domain import topics
from coagent.domain.errors import Fatal
from coagent.domain.report import Report
from coagent.domain.shift import Shift
from coagent.domain.telemetry_format import Format
from coagent.domain.topics import CANDIDATES, CONTROL, REQUESTS
from coagent.ingest.formats.mapping import Mapped
from coagent.ingest.formats.mapping_file import read_mapping
from coagent.ingest.options import DecodeOptions
from coagent.ingest.pricing.price_overrides import read_price_overrides
from coagent.ingest.pricing.price_table import PriceTable
from coagent.narrate.narrator import Narrator
from coagent.ports import ChatModel, RecordSource
from coagent.settings import AnyFormat, Settings
from coagent.steps.advise import AdviseStep
from coagent.steps.analyze import LOG, analyze
from coagent.steps.confirm import ConfirmStep
from coagent.steps.deliver import DeliverStep
from coagent.steps.detect import DetectStep
from coagent.steps.ingest import IngestStep, warm_up
from coagent.steps.measure import MeasureStep
from coagent.steps.narrate import NarrateStep
from coagent.steps.poll import PollStep
from coagent.steps.roll_up import Retention, RollUpStep
from coagent.steps.route import RouteStep
from coagent.steps.silence import SilenceStep
from coagent.steps.sink import SinkStep

CHECK_WITHIN_S = 3.0
"""A person waits in front of it: a broker on the other side of the world answers in half a second."""

Alone = Callable[[str], AbstractAsyncContextManager[bool]]
"""Takes a lock by name; tells whether it is held, here and nowhere else."""


@dataclass(frozen=True, slots=True)
class AgentSteps:
    """What `coagent agent` runs, each `alone`."""

    narrate: NarrateStep
    advise: AdviseStep
    route: RouteStep
    deliver: DeliverStep
    poll: PollStep
    measure: MeasureStep
    silence: SilenceStep
    roll_up: RollUpStep
    alone: Alone


def embedded_broker(settings: Settings) -> EmbeddedBroker:
    """The broker that `coagent up` runs where no cluster is named; raises Fatal where its port is taken."""
    wish = PortWish(BROKER_PORT, settings.kafka.embedded_port, "COAGENT_KAFKA__EMBEDDED_PORT")
    return EmbeddedBroker.at_kept_port(settings.data_dir / "broker", wish)


def embedded_postgres(settings: Settings) -> EmbeddedPostgres:
    """The database that `coagent up` runs where none is named."""
    wish = PortWish(POSTGRES_PORT, settings.postgres.embedded_port, "COAGENT_POSTGRES__EMBEDDED_PORT")
    return EmbeddedPostgres(settings.data_dir / "postgres", wish=wish)


def kafka_connection(settings: Settings) -> KafkaConnection:
    """Raises Fatal where no cluster is named."""
    kafka = settings.kafka
    if kafka.bootstrap_servers is None:
        raise Fatal("no Kafka cluster is named: set COAGENT_KAFKA__BOOTSTRAP_SERVERS, or run `coagent up`")
    secrets = {name: secret.get_secret_value() for name, secret in kafka.secrets.items()}
    return KafkaConnection(kafka.bootstrap_servers, kafka.options, secrets)


def postgres_url(settings: Settings) -> str:
    """A plain libpq URL, whatever driver the setting names; raises Fatal where no database is named."""
    if settings.postgres.url is None:
        raise Fatal("no database is named: set COAGENT_POSTGRES__URL, or run `coagent up`")
    return re.sub(r"^postgres(ql)?\+\w+://", "postgresql://", settings.postgres.url.get_secret_value())


def database(settings: Settings) -> Engine:
    """Connections to the database, made when needed; raises Fatal where none is named."""
    return make_engine(postgres_url(settings))


def shift_reader(settings: Settings) -> PostgresShiftReader:
    """What is known of shifts; raises Fatal where no database is named."""
    return PostgresShiftReader(database(settings))


def sql_reader(settings: Settings) -> SqlReader:
    """Queries as the read-only role; raises Fatal where no database is named."""
    return SqlReader(database(settings))


def decision_reader(settings: Settings) -> PostgresDecisionReader:
    """What people decided; raises Fatal where no database is named."""
    return PostgresDecisionReader(database(settings))


def sink_step(settings: Settings) -> SinkStep:
    """The step of `coagent sink`; raises Fatal where no database is named."""
    return SinkStep(PostgresTelemetryStore(database(settings)))


def kafka_cluster_id(settings: Settings) -> str:
    """The cluster's name for itself; raises Transient where it does not answer."""
    return cluster_id(kafka_connection(settings))


def check_kafka(settings: Settings) -> None:
    """Raises Transient where the cluster does not answer at once, Fatal where none is named."""
    cluster_id(kafka_connection(settings), CHECK_WITHIN_S)


def stage_lag(settings: Settings, stage: str) -> int:
    """Messages that a stage has not acknowledged yet, by its name in `stages`; raises Transient."""
    group, topics = stages(settings)[stage]
    return lag(kafka_connection(settings), group, topics)


def telemetry_read(settings: Settings) -> dict[str, int]:
    """How far `coagent ingest` has read each telemetry topic, in messages; raises Transient."""
    group, topics = stages(settings)["ingest"]
    return read_offsets(kafka_connection(settings), group, topics)


def stages(settings: Settings) -> dict[str, tuple[str, Sequence[str]]]:
    """The processes that read topics: their consumer groups and topics."""
    return {
        "ingest": ("coagent-ingest", settings.ingest.topics),
        "worker": ("coagent", (REQUESTS, CONTROL, CANDIDATES)),
        "sink": ("coagent-sink", SINK_TOPICS),
    }


def prepare_topics(settings: Settings) -> dict[str, int]:
    """Creates what is missing of coagent's topics and the telemetry topics; partitions by topic."""
    kafka = settings.kafka
    own = own_topics(kafka.partitions, kafka.replication_factor)
    telemetry = telemetry_topics(settings.ingest.topics, kafka.partitions, kafka.replication_factor)
    return ensure_topics(kafka_connection(settings), [*own, *telemetry])


def price_table(settings: Settings) -> PriceTable:
    """The operator's prices before genai-prices; raises Fatal where the file cannot be read."""
    path = settings.ingest.prices_file
    if path is None:
        return PriceTable()
    try:
        return PriceTable(read_price_overrides(path.read_bytes(), str(path)))
    except OSError as error:
        raise Fatal(f"COAGENT_INGEST__PRICES_FILE: {error}. Name a file that exists, or unset it") from error


def pinned_topics(settings: Settings) -> dict[str, Format]:
    """The topics that a setting pins to a format."""
    return {topic: kind for topic, kind in settings.ingest.formats.items() if kind != "auto"}


def mapped_topics(settings: Settings) -> dict[str, Mapped]:
    """The mapping files by topic; raises Fatal for one that cannot be read, and for a topic with a format besides."""
    mappings = settings.ingest.mappings
    for topic in sorted(pinned_topics(settings).keys() & mappings.keys()):
        raise Fatal(f"topic {topic} is in COAGENT_INGEST__FORMATS and in COAGENT_INGEST__MAPPINGS: keep one of them")
    return {topic: read_mapping_file(path) for topic, path in mappings.items()}


def read_mapping_file(path: Path) -> Mapped:
    """The mapping; raises Fatal where the file is missing or wrong."""
    try:
        return read_mapping(path.read_bytes(), str(path))
    except OSError as error:
        raise Fatal(f"{path}: {error.strerror}. Name a mapping file that exists") from error


def decode_options(settings: Settings) -> DecodeOptions:
    """How telemetry is decoded, save the time of reading."""
    ingest = settings.ingest
    return DecodeOptions(
        hash_key=ingest.hash_key.get_secret_value().encode() if ingest.hash_key else None,
        task_attribute=ingest.task_attribute,
        tenant_attribute=ingest.tenant_attribute,
    )


def ingest_step(settings: Settings) -> IngestStep:
    """The step of `coagent ingest`; list prices come from the price table."""
    ingest = settings.ingest
    return IngestStep(
        options=decode_options(settings),
        prices=price_table(settings),
        flush_rows=ingest.flush_rows,
        flush_age_s=ingest.flush_age_s,
        max_rows=ingest.max_rows,
        max_segments=ingest.max_segments,
        formats=pinned_topics(settings),
        mappings=mapped_topics(settings),
    )


def ingest_session(settings: Settings) -> IngestSession:
    """One membership of `coagent ingest` in its group."""
    prepare_topics(settings)
    warm_up(ingest_step(settings))
    connection = kafka_connection(settings)

    def open_consumer(on_revoke: Callable[[], None], on_lost: Callable[[], None]) -> PartitionedConsumer:
        return PartitionedConsumer(
            connection,
            group="coagent-ingest",
            topics=settings.ingest.topics,
            session_timeout_ms=settings.kafka.session_timeout_ms,
            on_revoke=on_revoke,
            on_lost=on_lost,
        )

    producer = BatchProducer(connection, "coagent-ingest")
    step, run = ingest_step(settings), uuid4().hex
    return IngestSession(open_consumer, producer, step, time.time, run, commit_s=settings.ingest.commit_s)


def sink_session(settings: Settings) -> SinkSession:
    """One membership of `coagent sink` in its group; raises Fatal where no database is named."""
    prepare_topics(settings)
    connection = kafka_connection(settings)

    def open_consumer() -> PartitionedConsumer:
        return PartitionedConsumer(
            connection,
            group="coagent-sink",
            topics=SINK_TOPICS,
            session_timeout_ms=settings.kafka.session_timeout_ms,
        )

    producer = BatchProducer(connection, "coagent-sink")
    return SinkSession(open_consumer, sink_step(settings), partial(send_dead_letters, producer), time.time)


def dead_letters(settings: Settings) -> DeadLetters:
    """The dead-letter topic; raises Fatal where no cluster is named."""
    return DeadLetters(kafka_connection(settings))


def chat_model(settings: Settings) -> ChatModel | None:
    """The local model, or None where none is named; raises Fatal where it is named by half."""
    model = settings.model
    if model.base_url is None:
        return None
    if model.name is None:
        raise Fatal("COAGENT_MODEL__BASE_URL is set: say which model to ask for with COAGENT_MODEL__NAME")
    from coagent.adapters.llm.openai_compatible import OpenAiCompatibleModel  # noqa: PLC0415  a second to load

    return OpenAiCompatibleModel(model.base_url, model.name, model.api_key, model.timeout_s)


def _retention(settings: Settings) -> Retention:
    kept = settings.retention
    return Retention(minutes=timedelta(days=kept.minutes_days), hours=timedelta(days=kept.hours_days))


@asynccontextmanager
async def agent_steps(settings: Settings) -> AsyncIterator[AgentSteps]:
    """The steps of `coagent agent`. Raises Transient where the database is away, Fatal where a setting is missing."""
    model, engine, clock = chat_model(settings), database(settings), SystemClock()
    store, outside = PostgresInsightStore(engine), channels.notifiers(settings.delivery, PostgresTickets(engine), clock)
    commands = control_topic(settings)
    silences = PostgresSilenceStore(engine)
    async with AsyncExitStack() as stack:
        stack.callback(engine.dispose)
        saver = await stack.enter_async_context(open_checkpoints(postgres_url(settings))) if model else None
        yield AgentSteps(
            narrate=NarrateStep(store, silences, Narrator(model, saver), clock),
            advise=AdviseStep(store, clock, timedelta(days=settings.agent.lookback_days)),
            silence=SilenceStep(silences, stage_positions(settings), clock),
            measure=MeasureStep(store, commands, clock, ASSUMED_ROWS_PER_MONTH),
            route=route_step(settings, engine, [one.channel for one in outside], commands),
            deliver=DeliverStep(
                PostgresOutbox(engine), [insight_notifier(settings), *outside], clock, random.random, Backoff()
            ),
            poll=PollStep(channels.polled(settings.delivery, outside), PostgresConversations(engine), clock),
            roll_up=RollUpStep(LongerRollups(engine), clock, _retention(settings)),
            alone=partial(_alone, engine),
        )


def route_step(settings: Settings, engine: Engine, configured: list[str], commands: ControlTopic) -> RouteStep:
    """Who is notified of what. Raises Fatal where the file of routes is wrong."""
    reader = PostgresShiftReader(engine)

    def shift(shift_id: str) -> Shift | None:
        return next((one for one in reader.named(shift_id, 2) if one.id == shift_id), None)

    policy = channels.policy(settings.delivery)
    return RouteStep(
        store=PostgresConversations(engine),
        policy=policy,
        configured=configured,
        commands=commands,
        shift=shift,
        clock=SystemClock(),
    )


@asynccontextmanager
async def _alone(engine: Engine, name: str) -> AsyncIterator[bool]:
    """`advisory_lock` off the event loop."""
    with ExitStack() as stack:
        try:
            yield await asyncio.to_thread(stack.enter_context, advisory_lock(engine, name))
        finally:
            await asyncio.to_thread(stack.close)


def control_topic(settings: Settings) -> ControlTopic:
    """Where commands are said; raises Fatal where no cluster is named."""
    return ControlTopic(kafka_connection(settings), "coagent-control")


def stage_positions(settings: Settings) -> StagePositions:
    """How far ingest, worker and sink have read; raises Fatal where no cluster is named."""
    groups = {
        "ingest": ("coagent-ingest", settings.ingest.topics),
        "worker": ("coagent", (topics.REQUESTS, topics.CANDIDATES)),
        "sink": ("coagent-sink", (topics.ROLLUPS, topics.SHIFTS)),
    }
    return StagePositions(kafka_connection(settings), groups)


def insight_notifier(settings: Settings) -> InsightNotifier:
    """Notifier `kafka`; raises Fatal where no cluster is named."""
    return InsightNotifier(BatchProducer(kafka_connection(settings), "coagent-agent"))


def state_checkpoints(settings: Settings, cluster: str) -> StateCheckpoints | None:
    """Where the worker's states are copied to; None where the cluster keeps its log, or no database is named."""
    if not is_embedded(cluster) or settings.postgres.url is None:
        return None
    return StateCheckpoints(database(settings))


def close_lost_shifts(settings: Settings, is_known: Callable[[Shift], bool]) -> int:
    """Ends the open shifts that detection knows nothing of any more, for nothing else would ever end them; how many.

    Raises Transient where database or broker are away.
    """
    lost = [shift for shift in shift_reader(settings).open() if not is_known(shift)]
    if lost:
        producer = BatchProducer(kafka_connection(settings), "coagent-worker")
        delivery = producer.send(encode_event(ended_as_lost(shift)) for shift in lost)
        producer.flush()
        delivery.raise_refused()
    return len(lost)


def _detect_config(settings: Settings) -> DetectConfig:
    detection = settings.detection
    return DetectConfig(
        false_alarms_per_month=detection.false_alarms_per_month,
        rows_per_month=detection.rows_per_month,
    )


def detect_step(settings: Settings) -> DetectStep:
    """Step 2 under the operator's budget of false alarms."""
    return DetectStep(_detect_config(settings))


def confirm_step(_settings: Settings) -> ConfirmStep:
    """Step 3; nothing of it is the operator's to set."""
    return ConfirmStep(ConfirmConfig())


def analyze_logs(
    settings: Settings, source: RecordSource, log_format: AnyFormat, at_s: float, mapping: Path | None = None
) -> Report:
    """What `coagent analyze` does, in this process. `at_s`: epoch seconds, now. Raises Fatal where nothing is read."""
    mappings = {LOG.topic: mapping} if mapping else {}
    ingest = settings.ingest.model_copy(update={"formats": {LOG.topic: log_format}, "mappings": mappings})
    return analyze(
        source,
        ingest=ingest_step(settings.model_copy(update={"ingest": ingest})),
        detect=detect_step(settings),
        confirm=confirm_step(settings),
        at_s=at_s,
    )
