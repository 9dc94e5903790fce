"""Writes insights: the one entrance of this room."""

import asyncio
from typing import Any

import msgspec
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.types import Command, StateSnapshot

from coagent.domain.insight import Insight
from coagent.domain.notice import Word
from coagent.domain.opportunity import Opportunity
from coagent.domain.subject import AnySubject, Waiting
from coagent.narrate.graph import build_graph
from coagent.narrate.insights import insight_id
from coagent.narrate.kinds import kind_of
from coagent.narrate.nodes import Nodes, World
from coagent.narrate.state import Job, State

DECIDING = -1
"""Edition of a job that only waits for a decision: nothing is written."""

AFTER_STORED = ("approve", "apply")


class Narrator:
    """Writes insights and stores them with what they owe; then, where people have to decide, waits for their word.

    With a checkpointer what was cut off goes on where it stopped. A thread is named after the insight; that of a later
    edition after the edition too, so that it never disturbs what waits for a decision.
    """

    def __init__(self, world: World, checkpointer: BaseCheckpointSaver[Any] | None = None) -> None:
        self._world = world
        self._nodes = Nodes(world)
        self._checkpointer = checkpointer
        self._graph = build_graph(self._nodes, checkpointer)

    @property
    def rewrites(self) -> bool:
        """Whether there is a model that arranges insights anew."""
        return self._world.model is not None

    async def write(self, waiting: Waiting) -> Insight:
        """The insight, stored. Raises Transient where the store or the model is away."""
        config = _thread(_name(waiting.subject, waiting.edition))
        start = None if await self._was_cut_off(config, waiting) else self._start(waiting)
        end = await self._graph.ainvoke(start, config, durability=self._durability)
        if not (waiting.edition == 0 and kind_of(waiting.subject).decided):
            await self.forget(waiting)
        insight: Insight = end["insight"]
        return insight

    async def resume(self, word: Word) -> None:
        """Takes up what waits for this word about an opportunity: `approve`, `reject` or `snooze`. Idempotent. Raises
        Transient.
        """
        config = _thread(word.conversation)
        state = await self._waiting_at(word, config)
        if state is None:
            return
        if word.id in state.values.get("taken_up", []):
            await self._graph.ainvoke(None, config, durability=self._durability)
        else:
            said: Command[Any] = Command(resume=msgspec.to_builtins(word))
            await self._graph.ainvoke(said, config, durability=self._durability)
        if word.kind != "snooze" and self._checkpointer is not None:
            await self._checkpointer.adelete_thread(word.conversation)

    async def waits(self, conversation: str) -> bool:
        """Whether a word would be taken up: what was cut off before it waited is finished then."""
        return bool((await self._graph.aget_state(_thread(conversation))).next)

    async def forget(self, waiting: Waiting) -> None:
        """Drops the thread: what is under way begins anew."""
        if self._checkpointer is not None:
            await self._checkpointer.adelete_thread(_name(waiting.subject, waiting.edition))

    @property
    def _durability(self) -> Any:
        return "sync" if self._checkpointer is not None else None

    def _start(self, waiting: Waiting) -> State:
        job = Job(waiting.sequence, waiting.edition, self._world.clock.now())
        return State(subject=waiting.subject, job=job, word=None)

    async def _was_cut_off(self, config: RunnableConfig, waiting: Waiting) -> bool:
        """In the same version of the subject, before it was stored, with time left."""
        if self._checkpointer is None:
            return False
        state = await self._graph.aget_state(config)
        job = state.values.get("job")
        same = job is not None and (job.sequence, job.edition) == (waiting.sequence, waiting.edition)
        if not (same and state.next) or state.next[0] in AFTER_STORED:
            return False
        return waiting.edition == 0 or self._nodes.seconds_left(state.values) > 0  # type: ignore[arg-type]

    async def _waiting_at(self, word: Word, config: RunnableConfig) -> StateSnapshot | None:
        """The thread, brought to where it waits; None where nothing is known of what the word is about."""
        state = await self._graph.aget_state(config)
        if not state.next:
            start = self._decision(word, await asyncio.to_thread(self._world.store.insight, word.conversation))
            if start is None:
                return None
            await self._graph.ainvoke(start, config, durability=self._durability)
        elif not _waits(state) and word.id not in state.values.get("taken_up", []):
            await self._graph.ainvoke(None, config, durability=self._durability)
        return await self._graph.aget_state(config)

    def _decision(self, word: Word, insight: Insight | None) -> State | None:
        """Where the thread is gone: a job that only waits, about what the stored insight is about."""
        if insight is None or insight.kind != "opportunity":
            return None
        subject = msgspec.convert(insight.subject, Opportunity, strict=False)
        return State(subject=subject, job=Job(insight.sequence, DECIDING, word.at), insight=insight, word=None)


def _waits(state: StateSnapshot) -> bool:
    return bool(state.interrupts)


def _name(subject: AnySubject, edition: int) -> str:
    return f"{insight_id(subject)}/{edition}" if edition else insight_id(subject)


def _thread(name: str) -> RunnableConfig:
    return {"configurable": {"thread_id": name}}
