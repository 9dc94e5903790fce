"""Writes insights: the one entrance of this room."""

from datetime import datetime
from typing import Any

import msgspec
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver

from coagent.domain.insight import Insight
from coagent.domain.opportunity import Opportunity
from coagent.domain.shift import Shift
from coagent.narrate.graph import State, build_graph
from coagent.narrate.insights import insight_id, kind_of
from coagent.ports import ChatModel


class Narrator:
    """Writes insights with the model, or without one by templates. With a checkpointer an insight that was cut off
    goes on where it stopped; its thread is named after the insight.
    """

    def __init__(self, model: ChatModel | None, checkpointer: BaseCheckpointSaver[Any] | None = None) -> None:
        self._checkpointer = checkpointer
        self._graph = build_graph(model, checkpointer)

    async def write(self, subject: Shift | Opportunity, sequence: int, at: datetime) -> Insight:
        """The insight about the subject as of `sequence`. Raises what the checkpointer raises."""
        config: RunnableConfig = {"configurable": {"thread_id": insight_id(subject)}}
        start = None if await self._was_cut_off(config, sequence) else _start(subject, sequence, at)
        end = await self._graph.ainvoke(start, config)
        return msgspec.convert(end["insight"], Insight)

    async def forget(self, insight: Insight) -> None:
        """Drops the thread of an insight that is safely stored."""
        if self._checkpointer is not None:
            await self._checkpointer.adelete_thread(insight.id)

    async def _was_cut_off(self, config: RunnableConfig, sequence: int) -> bool:
        if self._checkpointer is None:
            return False
        state = await self._graph.aget_state(config)
        return bool(state.next) and state.values.get("sequence") == sequence


def _start(subject: Shift | Opportunity, sequence: int, at: datetime) -> State:
    return State(
        kind=kind_of(subject),
        subject=msgspec.to_builtins(subject),
        sequence=sequence,
        at=at.isoformat(),
        facts=[],
        drafts=0,
        draft=None,
        problems=[],
        narrator="",
        insight=None,
    )
