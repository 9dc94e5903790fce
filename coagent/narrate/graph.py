"""The graph that writes about one subject.

gather → investigate → choose → check → (choose again, twice at most) → persist; without a model, and when it fails,
arrange_plainly instead. What people have to decide on then waits at approve, and apply stands behind it.
"""

from typing import Any, Literal

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from coagent.narrate.kinds import kind_of
from coagent.narrate.nodes import Nodes
from coagent.narrate.state import State

Graph = CompiledStateGraph[State, None, State, State]


def build_graph(nodes: Nodes, checkpointer: BaseCheckpointSaver[Any] | None) -> Graph:
    """Compiles it; without a checkpointer nothing can wait for a decision."""
    builder = StateGraph(State)
    for name in ("gather", "investigate", "choose", "check", "arrange_plainly", "persist", "approve", "apply"):
        builder.add_node(name, getattr(nodes, name))
    builder.add_conditional_edges(START, _begin, ["gather", "approve"])
    builder.add_edge("gather", "investigate")
    builder.add_conditional_edges("investigate", _after_investigation, ["choose", "arrange_plainly"])
    builder.add_conditional_edges("choose", _after_choice, ["check", "arrange_plainly"])
    builder.add_conditional_edges("check", _after_check, ["persist", "choose", "arrange_plainly"])
    builder.add_edge("arrange_plainly", "persist")
    waits = checkpointer is not None
    builder.add_conditional_edges("persist", lambda state: _after_persist(state, waits=waits), ["approve", END])
    builder.add_conditional_edges("approve", _after_word, ["approve", "apply"])
    builder.add_edge("apply", END)
    return builder.compile(checkpointer=checkpointer)


def _begin(state: State) -> Literal["gather", "approve"]:
    """A decision about something whose thread is gone starts where it waited."""
    return "approve" if "insight" in state and state["job"].edition < 0 else "gather"


def _after_investigation(state: State) -> Literal["choose", "arrange_plainly"]:
    return "choose" if state["job"].edition > 0 else "arrange_plainly"


def _after_choice(state: State) -> Literal["check", "arrange_plainly"]:
    return "arrange_plainly" if state["choice"].fell_back else "check"


def _after_check(state: State) -> Literal["persist", "choose", "arrange_plainly"]:
    choice = state["choice"]
    if choice.fell_back:
        return "arrange_plainly"
    return "choose" if choice.problems else "persist"


def _after_persist(state: State, *, waits: bool) -> str:
    decided = waits and kind_of(state["subject"]).decided and state["job"].edition == 0
    return "approve" if decided else END


def _after_word(state: State) -> Literal["approve", "apply"]:
    """Who snoozes it is asked again."""
    word = state["word"]
    return "approve" if word is not None and word.kind == "snooze" else "apply"
