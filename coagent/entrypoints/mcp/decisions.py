"""The one tool that writes, and only where it is allowed: a decision about an opportunity, confirmed by a person."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any, Literal, Protocol

from mcp.server.mcpserver import Elicit, ElicitationResult, Resolve
from pydantic import BaseModel, Field

from coagent.adapters.postgres.sql_reader import SqlReader
from coagent.domain.decision import DecisionKind
from coagent.domain.notice import Word
from coagent.entrypoints.mcp.refusal import refusals
from coagent.entrypoints.money.found import the_opportunity
from coagent.entrypoints.terminal.wording import plain

SNOOZE = timedelta(days=7)


class Give(Protocol):
    """Gives the word that a button in Slack would give; raises Fatal, Transient."""

    def __call__(
        self, opportunity_id: str, kind: DecisionKind, *, reason: str, lasts: timedelta | None = None
    ) -> Word: ...


class Confirmed(BaseModel):
    """What the person answers."""

    confirm: bool = Field(description="Whether to record this decision.")


class Decided(BaseModel):
    """`recorded`: the agent acts on it within seconds; insights.decisions shows it."""

    recorded: bool
    decision: str
    opportunity: str
    word_id: str | None = None


def decision_tool(reader: SqlReader, give: Give) -> Callable[..., Decided]:
    """Asks the person by the client's own form before anything is written."""

    def ask(opportunity_id: str, decision: str) -> Elicit[Confirmed]:
        title = plain(_found(reader, opportunity_id)["title"])
        return Elicit(f"{decision.capitalize()} this opportunity? {title}", Confirmed)

    def decide_opportunity(
        opportunity_id: Annotated[str, Field(min_length=4, max_length=64)],
        decision: Literal["approve", "reject", "snooze"],
        reason: Annotated[str, Field(min_length=3, max_length=500, description="Why; it is kept.")],
        answer: Annotated[ElicitationResult[Confirmed], Resolve(ask)],
    ) -> Decided:
        """Approve, reject or snooze (7 days) an opportunity. A person is asked first, in the client."""
        found = _found(reader, opportunity_id)["id"]
        if answer.action != "accept" or not answer.data.confirm:
            return Decided(recorded=False, decision=decision, opportunity=found)
        with refusals():
            word = give(found, decision, reason=reason, lasts=SNOOZE if decision == "snooze" else None)
        return Decided(recorded=True, decision=decision, opportunity=found, word_id=word.id)

    return decide_opportunity


def _found(reader: SqlReader, named: str) -> dict[str, Any]:
    with refusals():
        return the_opportunity(reader, named)
