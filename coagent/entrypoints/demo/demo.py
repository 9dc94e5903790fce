"""Replays the null run, then the swap, through the real topic; shows and judges what comes back."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from threading import Event

import psycopg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from coagent.adapters.kafka.producer import BatchProducer
from coagent.bootstrap.kafka import kafka_connection
from coagent.bootstrap.postgres import postgres_url
from coagent.domain.errors import CoagentError, Fatal, Transient
from coagent.domain.insight import Insight
from coagent.entrypoints.demo import screen, ticket
from coagent.entrypoints.demo.database import View
from coagent.entrypoints.demo.recording import NULL, SWAP, Recording, load
from coagent.entrypoints.demo.verdict import Verdict, judge
from coagent.entrypoints.demo.watch import Watch
from coagent.entrypoints.replay.relabel import relabel
from coagent.entrypoints.replay.send import send
from coagent.entrypoints.stack import Connections

ROWS_PER_S = 400.0
ANSWER_WITHIN_S = 150.0
MODEL_LATE_S = 30.0
"""Added to the time that the agent gives its model: the draft is kept after it."""

NEW_LOG_WITHIN_S = 60.0


class LogLost(CoagentError):
    """The embedded broker began a new log: what was replayed so far is gone with the old one."""


@dataclass(frozen=True, slots=True)
class Run:
    """One replay; its endpoints keep its streams apart from earlier ones in the same database."""

    null: Recording
    swap: Recording
    stamp: str

    @property
    def null_endpoint(self) -> str:
        return f"null-{self.stamp}.demo.internal"

    @property
    def swap_endpoint(self) -> str:
        return f"swap-{self.stamp}.demo.internal"

    @property
    def endpoints(self) -> list[str]:
        return [self.null_endpoint, self.swap_endpoint]


class Demo:
    """`log_generation` changes when the embedded broker was lost; the replay then begins anew."""

    def __init__(self, connections: Connections, console: Console, log_generation: Callable[[], int]) -> None:
        self._connections, self._console, self._generation = connections, console, log_generation
        self._view = View(postgres_url(connections.settings))
        self._kafka = kafka_connection(connections.settings)
        self._watch: asyncio.Task[None] | None = None

    async def run(self) -> bool:
        """True if the swap was found in time, the null run stayed quiet, and SQL and Kafka both have it."""
        null, swap = load(NULL), load(SWAP)
        screen.introduce(self._console, null.truth, swap.truth)
        while True:
            run = Run(null, swap, datetime.now(UTC).strftime("%H%M%S"))
            try:
                return await self._run(run, self._generation())
            except LogLost:
                self._console.print("[yellow]The broker was lost with its log: the replay begins anew.[/yellow]")

    async def _run(self, run: Run, generation: int) -> bool:
        watch = Watch(set(run.endpoints), lambda event: screen.news(self._console, event))
        async with self._watching(watch):
            await self._replay(run, generation)
            counted = await self._until(lambda: self._counted(run), generation)
            reported = await self._until(lambda: self._reported(self._judge(run, watch), watch), generation)
            verdict = self._judge(run, watch)
            insight = watch.insight(verdict.shift.id) if verdict.shift else None
            written = await self._until(lambda: self._written(insight), generation) if insight else False
            judged = await self._model_judged(insight, generation)
        screen.conclude(self._console, verdict, self._connections, reported=reported, counted=counted, judged=judged)
        if insight is not None:
            ticket.show(self._console, self._connections, insight)
        return verdict.kept and reported and counted and written and judged is not False

    @contextlib.asynccontextmanager
    async def _watching(self, watch: Watch) -> AsyncIterator[None]:
        self._watch = asyncio.create_task(watch.run(self._kafka))
        try:
            yield
        finally:
            watch.end()
            await asyncio.wait([self._watch])

    async def _replay(self, run: Run, generation: int) -> None:
        columns = (TextColumn("{task.description:>9}"), BarColumn(None), MofNCompleteColumn(), TimeRemainingColumn())
        producer = BatchProducer(self._kafka, "coagent-demo")
        with Progress(*columns, console=self._console) as bar:
            for recording, endpoint in ((run.null, run.null_endpoint), (run.swap, run.swap_endpoint)):
                task = bar.add_task(recording.name.split("_")[-1], total=len(recording.lines))
                lines = relabel(recording.lines, end=datetime.now(UTC), labels={"endpoint": endpoint})
                await self._send(producer, lines, partial(bar.advance, task), generation)

    async def _send(
        self, producer: BatchProducer, lines: list[bytes], progress: Callable[[int], None], generation: int
    ) -> None:
        topic, stop = self._connections.settings.ingest.topics[0], Event()
        sending = partial(send, producer, topic, lines, rows_per_s=ROWS_PER_S, progress=progress, stopped=stop.is_set)
        try:
            await asyncio.to_thread(sending)
        except Transient:
            await self._until(lambda: False, generation, NEW_LOG_WITHIN_S)  # the broker may be coming back without it
            raise
        finally:
            stop.set()
            producer.abandon()
            self._check_log(generation)

    async def _until(self, condition: Callable[[], bool], generation: int, within_s: float = ANSWER_WITHIN_S) -> bool:
        """Polls; a database that is away for a moment is not an answer. Raises LogLost."""
        give_up = time.monotonic() + within_s
        while time.monotonic() < give_up:
            self._check_log(generation)
            if self._watch and self._watch.done():
                self._watch.result()  # it cannot go on: waiting for news would be in vain
            with contextlib.suppress(psycopg.Error):
                if await asyncio.to_thread(condition):
                    return True
            await asyncio.sleep(0.2)
        return False

    def _check_log(self, generation: int) -> None:
        if self._generation() != generation:
            raise LogLost

    async def _model_judged(self, insight: Insight | None, generation: int) -> bool | None:
        """Whether the model's answer about it was judged; None where no model is named."""
        settings = self._connections.settings
        if insight is None or settings.model.base_url is None:
            return None
        within_s = settings.agent.rewrite_s + MODEL_LATE_S
        return await self._until(lambda: self._view.judged(insight.subject_id), generation, within_s)

    def _counted(self, run: Run) -> bool:
        return self._view.requests(run.endpoints) == run.null.truth.rows + run.swap.truth.rows

    def _reported(self, verdict: Verdict, watch: Watch) -> bool:
        shift = verdict.shift
        return shift is not None and watch.insight(shift.id) is not None and self._view.reported(shift.id)

    def _written(self, insight: Insight) -> bool:
        return ticket.ticket_file(self._connections, insight) is not None

    @staticmethod
    def _judge(run: Run, watch: Watch) -> Verdict:
        change = run.swap.truth.change_at_row
        if change is None:
            raise Fatal("samples.json names no change for the swap: reinstall coagent")
        return judge(watch.shifts(run.swap_endpoint), watch.shifts(run.null_endpoint), run.swap.request_ids(), change)
