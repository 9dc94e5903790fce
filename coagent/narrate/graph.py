"""The graph that writes up one subject: facts → draft → grounding → insight, or the deterministic narrator instead.

The state holds plain JSON types only, so that any checkpointer can keep it; an unknown figure stays NaN there.
"""

from collections.abc import Hashable
from datetime import datetime
from typing import Any, Literal, TypedDict

import msgspec
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from coagent.domain.errors import Transient
from coagent.domain.insight import Fact
from coagent.domain.opportunity import Opportunity
from coagent.domain.shift import Shift
from coagent.narrate.commands import commands
from coagent.narrate.completeness import left_out
from coagent.narrate.deterministic import NARRATOR, plain_draft
from coagent.narrate.draft import SCHEMA, Draft
from coagent.narrate.facts import facts_of
from coagent.narrate.grounding import ungrounded
from coagent.narrate.insights import compose
from coagent.narrate.prompts import SYSTEM, request_again, request_for
from coagent.ports import ChatModel

DRAFTS = 3
"""The first one and two more."""


class State(TypedDict):
    """`subject` is a Shift or Opportunity as JSON types; `draft` is None before the first and after a failed one;
    `narrator` names who wrote the draft that goes out; `insight` is the result.
    """

    kind: Literal["shift", "opportunity"]
    subject: dict[str, Any]
    sequence: int
    at: str
    facts: list[dict[str, str]]
    drafts: int
    draft: dict[str, str] | None
    problems: list[str]
    narrator: str
    insight: dict[str, Any] | None


Graph = CompiledStateGraph[State, None, State, State]


def build_graph(model: ChatModel | None, checkpointer: BaseCheckpointSaver[Any] | None) -> Graph:
    """Compiles the graph; without a model it goes straight to the deterministic narrator."""
    builder = StateGraph(State)
    builder.add_node("gather", _gather)
    builder.add_node("write_plainly", _write_plainly)
    builder.add_node("finish", _finish)
    builder.add_edge(START, "gather")
    if model is None:
        builder.add_edge("gather", "write_plainly")
    else:
        _add_model(builder, _Writer(model))
    builder.add_edge("write_plainly", "finish")
    builder.add_edge("finish", END)
    return builder.compile(checkpointer=checkpointer)


def _add_model(builder: StateGraph[State], writer: "_Writer") -> None:
    builder.add_node("draft", writer.draft)
    builder.add_node("ground", _ground)
    builder.add_edge("gather", "draft")
    after_draft: dict[Hashable, str] = {True: "ground", False: "write_plainly"}
    builder.add_conditional_edges("draft", lambda state: state["draft"] is not None, after_draft)
    builder.add_conditional_edges("ground", _after_grounding, ["finish", "draft", "write_plainly"])


class _Writer:
    """The one node that talks to the model."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model

    async def draft(self, state: State) -> dict[str, Any]:
        """The next draft, or None where the model is away: people do not wait for it."""
        facts = _facts(state)
        refused = msgspec.convert(state["draft"], Draft) if state["draft"] else None
        user = request_again(facts, refused, state["problems"]) if refused else request_for(facts)
        try:
            answer = msgspec.convert(await self._model.answer(SYSTEM, user, SCHEMA), Draft)
        except (Transient, msgspec.ValidationError):
            return {"draft": None}
        return {
            "draft": msgspec.to_builtins(answer),
            "drafts": state["drafts"] + 1,
            "narrator": f"model:{self._model.name}",
        }


def _gather(state: State) -> dict[str, Any]:
    facts = msgspec.to_builtins(facts_of(_subject(state)))
    return {"facts": facts, "drafts": 0, "draft": None, "problems": [], "insight": None}


def _ground(state: State) -> dict[str, Any]:
    draft, facts = msgspec.convert(state["draft"], Draft), _facts(state)
    return {"problems": [*ungrounded(draft, facts), *left_out(draft, facts)]}


def _after_grounding(state: State) -> Literal["finish", "draft", "write_plainly"]:
    if not state["problems"]:
        return "finish"
    return "draft" if state["drafts"] < DRAFTS else "write_plainly"


def _write_plainly(state: State) -> dict[str, Any]:
    return {"draft": msgspec.to_builtins(plain_draft(_subject(state))), "narrator": NARRATOR}


def _finish(state: State) -> dict[str, Any]:
    draft, facts = msgspec.convert(state["draft"], Draft), _facts(state)
    if state["narrator"] != NARRATOR:
        draft = Draft(draft.title, f"{draft.text}\n\n{commands(facts)}")
    at = msgspec.convert(state["at"], datetime)
    subject, narrator = _subject(state), state["narrator"]
    insight = compose(subject, state["sequence"], at, draft=draft, narrator=narrator, facts=facts)
    return {"insight": msgspec.to_builtins(insight)}


def _subject(state: State) -> Shift | Opportunity:
    if state["kind"] == "shift":
        return msgspec.convert(state["subject"], Shift)
    return msgspec.convert(state["subject"], Opportunity)


def _facts(state: State) -> list[Fact]:
    return msgspec.convert(state["facts"], list[Fact])
