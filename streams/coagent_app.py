"""A Faust app that knows which cluster its local state belongs to, and is warm before it joins the group."""

import asyncio
import logging
import os
import shutil
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Timer
from typing import Any

import faust
from faust.app.base import BootStrategy
from faust.exceptions import AlreadyConfiguredWarning
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from coagent.adapters.embedded.broker import CLUSTER_PREFIX, is_embedded
from coagent.adapters.garbage import collect_seldom
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.record import Record
from coagent.adapters.kafka.topics import MAX_MESSAGE_BYTES
from coagent.adapters.logs import shape_logs
from coagent.adapters.metrics.server import serve_metrics
from coagent.adapters.pulse import Pulse
from coagent.bootstrap.heartbeats import send_heartbeats
from coagent.bootstrap.kafka import kafka_cluster_id, kafka_connection, prepare_topics
from coagent.bootstrap.worker import close_lost_shifts, state_checkpoints
from coagent.domain.errors import Transient
from coagent.settings import Settings
from streams.checkpoints import Checkpoints
from streams.credentials import faust_credentials
from streams.metrics import worker_samples
from streams.own_folder import OwnFolder, own_folder
from streams.sought_consumer import SoughtConsumer
from streams.stage import Stage, StageRunner
from streams.state_table import StateTable
from streams.take_over import take_over

log = logging.getLogger(__name__)

APP_ID = "coagent"
WATCH_EVERY_S = 5.0
NOTE_EVERY_S = 10.0
"""Two checkpoints' time."""
COPY_EVERY_S = 0.5
"""States that a checkpoint wrote go to the database so soon, where they are copied there."""
FINISH_WITHIN_S = 5.0
"""A worker that stops waits so long for Kafka; what it still owes then is read again by the next."""
CRASHED_FOR_S = 10.0
"""A crashed worker that has not ended by then is ended: it owes nothing, the next reads again from the last commit."""
TAKEN_WITHIN_S = 30.0
"""Records that Kafka has not taken by then are sent again."""


class NoWeb(BootStrategy):
    """Faust serves nothing: its command line would else open a port for everybody, whatever the settings say."""

    enable_web = False


class CoagentApp(faust.App):
    """`settings`, `warm_up`, `sending` and `runners` are set by `make_app`; `cluster` when the worker starts."""

    BootStrategy = NoWeb
    settings: Settings
    warm_up: Callable[[], None]
    cluster = ""
    checkpoints: Checkpoints
    _folder: OwnFolder | None = None
    _batches: BatchProducer | None = None
    sending: ThreadPoolExecutor
    _is_at_work = False
    _done: Sequence[tuple[int, int]] = ()
    runners: list[StageRunner]
    pulse: Pulse

    def on_init_dependencies(self) -> Any:
        """Before anything connects: the producer takes its settings here."""
        shape_logs(as_json=self.settings.log.is_json)
        metrics = self.settings.metrics
        serve_metrics(metrics.host, metrics.worker_port, lambda: worker_samples(self.runners), self.pulse)
        send_heartbeats(self.settings, "worker", self.pulse)
        self._prepare()
        collect_seldom()
        return super().on_init_dependencies()

    @retry(retry=retry_if_exception_type(Transient), stop=stop_after_delay(60), wait=wait_fixed(1), reraise=True)
    def _prepare(self) -> None:
        prepare_topics(self.settings)
        take_over(self.settings)
        self.cluster = kafka_cluster_id(self.settings)
        folder = self._take_folder()
        self.checkpoints = Checkpoints(state_checkpoints(self.settings, self.cluster), self.cluster)
        if is_embedded(self.cluster):
            self.conf.producer_max_batch_size = 1  # its end offset counts only the first record of the last batch
            if folder.is_first and not folder.path.exists():
                self._begin_new_log()
        self.conf.datadir.mkdir(parents=True, exist_ok=True)
        self.warm_up()  # compiles for seconds, in which a member of the group would be taken for dead

    def _new_transport(self) -> Any:
        transport = super()._new_transport()
        transport.Consumer = SoughtConsumer
        return transport

    def _take_folder(self) -> OwnFolder:
        """Faust warns of a setting that it has read before; no store is open yet."""
        if self._folder is None:
            self._folder = own_folder(self.settings.data_dir / "faust", self.cluster or "unnamed")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", AlreadyConfiguredWarning)
            self.conf.datadir = self._folder.path
        return self._folder

    def _begin_new_log(self) -> None:
        """Local states of logs that are gone go too; open shifts that no copied state knows are ended."""
        for gone in (self.settings.data_dir / "faust").glob(f"{CLUSTER_PREFIX}*"):
            shutil.rmtree(gone, ignore_errors=True)
        if self.checkpoints.kept:
            closed = close_lost_shifts(self.settings, self.checkpoints.knows)
            log.info("a new log begins from %d states; %d shifts were lost", len(self.checkpoints), closed)

    async def copy_states(self) -> None:
        """What was learned since the last time, to the database where the log does not keep it."""
        changed = self.checkpoints.take_changed()
        if changed and not await asyncio.to_thread(self.checkpoints.write, changed):
            self.checkpoints.give_back(changed)

    async def on_stop(self) -> None:
        """In order: whatever is owed leaves first, while the tables are open. After a crash Faust may stop for ever:
        its consumer commits once more, in a thread that the crash has stopped.
        """
        if self.crashed:
            _end_after(CRASHED_FOR_S)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._finish(), FINISH_WITHIN_S)
        await super().on_stop()
        await self.copy_states()
        self.sending.shutdown(wait=False)

    async def _finish(self) -> None:
        if not self.crashed:  # else the next worker reads again what is owed
            await asyncio.gather(*[runner.finish() for runner in self.runners])

    async def hold_back(self, *_args: Any, **_kwargs: Any) -> None:
        """When the tables are recovered: Faust fetches for the streams before it has sought their offsets, and what it
        hands them until then it throws away, read and never to be read again. So nothing is handed over until it
        resumes the flow.
        """
        self.flow_control.suspend()
        self._is_at_work = True
        log.info("at work on its partitions")

    async def hand_over(self, records: Sequence[Record]) -> None:
        """Returns when Kafka has taken all; raises Transient where it has not. Not by the tables' producer: librdkafka
        needs a fraction of its time, and a fleet has thousands of rollups at a checkpoint.
        """
        if records:
            await self.loop.run_in_executor(self.sending, self._send_now, records)

    def _send_now(self, records: Sequence[Record]) -> None:
        """In the one thread that sends."""
        if self._batches is None:
            self._batches = BatchProducer(kafka_connection(self.settings), "coagent-worker")
        delivery = self._batches.send(records)
        try:
            self._batches.flush(TAKEN_WITHIN_S)
            delivery.raise_refused()
        except Transient:
            self._batches.abandon()
            raise

    async def run_stage(self, stage: Stage, table: StateTable, stream: Any) -> None:
        """The body of a stateful agent; what it cannot survive ends the worker, for the supervisor to start again."""
        session_s = self.settings.kafka.session_timeout_ms / 1000
        copies = self.checkpoints.of_table(table.name, stage.begin_new_log)
        runner = StageRunner(stage, table, stream, self.hand_over, self.cluster, session_s=session_s, copies=copies)

        async def abandon(*_args: Any, **_kwargs: Any) -> None:
            await runner.abandon()

        self.on_partitions_revoked.connect(abandon, weak=False)
        self.runners.append(runner)
        try:
            await runner.run()
        except Exception as error:
            await self.crash(error)
            raise
        finally:
            self.runners.remove(runner)
            self.on_partitions_revoked.disconnect(abandon, weak=False)

    async def note_progress(self) -> None:
        """It gets on while nothing that it has read waits for longer than from one look to the next."""
        done = [(runner.checkpoints, runner.owed) for runner in self.runners]
        if self._is_at_work and all(owed == 0 or done != self._done for _, owed in done):
            self.pulse.got_on()
        self._done = done
        self.pulse.beat()

    async def watch_cluster(self) -> None:
        """Ends the worker where the broker came back without its log: local state would be of another world."""
        try:
            now = await asyncio.to_thread(kafka_cluster_id, self.settings)
        except Transient:
            return
        if now != self.cluster:
            await self.crash(Transient(f"cluster {self.cluster} was replaced by {now}"))


def _end_after(seconds: float) -> None:
    """Ends the process, unless it ends by itself before."""
    timer = Timer(seconds, _end_now)
    timer.daemon = True
    timer.start()


def _end_now() -> None:
    log.error("did not stop within %.0f s of its crash", CRASHED_FOR_S)
    logging.shutdown()
    os._exit(1)


def make_app(settings: Settings, agents: Sequence[str], warm_up: Callable[[], None]) -> CoagentApp:
    """An app for the cluster that the settings name, with the agents of these modules; nothing is connected yet."""
    connection = kafka_connection(settings)
    session_s = settings.kafka.session_timeout_ms / 1000
    app = CoagentApp(
        APP_ID,
        broker=[f"kafka://{server.strip()}" for server in connection.bootstrap_servers.split(",")],
        broker_credentials=faust_credentials(connection.config()),
        autodiscover=list(agents),
        store="rocksdb://",
        key_serializer="raw",
        value_serializer="raw",
        topic_partitions=settings.kafka.partitions,
        topic_replication_factor=settings.kafka.replication_factor,
        topic_disable_leader=True,
        stream_wait_empty=False,
        stream_buffer_maxsize=32,  # a full batch has half a MB, at most 4 MB
        broker_session_timeout=session_s,
        broker_heartbeat_interval=max(0.3, session_s / 4),
        broker_commit_interval=0.5,
        broker_max_poll_records=500,
        producer_acks=-1,
        producer_compression_type="lz4",
        producer_max_request_size=MAX_MESSAGE_BYTES,
        consumer_max_fetch_size=MAX_MESSAGE_BYTES,
    )
    app.settings = settings
    app.checkpoints = Checkpoints(None, "")
    app.warm_up = warm_up
    app.runners = []
    app.pulse = Pulse()
    app.sending = ThreadPoolExecutor(1, "sending")
    app.on_rebalance_complete.connect(app.hold_back, weak=False)
    app.timer(interval=WATCH_EVERY_S)(app.watch_cluster)
    app.timer(interval=COPY_EVERY_S)(app.copy_states)
    app.timer(interval=NOTE_EVERY_S)(app.note_progress)
    return app
