"""Gives a decision about an opportunity, and waits until the agent has acted on it."""

from datetime import timedelta
from typing import Any

import typer

from coagent.adapters.postgres.conversations import PostgresConversations
from coagent.adapters.postgres.sql_reader import SqlReader
from coagent.bootstrap.postgres import database
from coagent.bootstrap.readers import sql_reader
from coagent.domain.decision import DecisionKind
from coagent.domain.errors import Fatal
from coagent.domain.notice import Word
from coagent.entrypoints.control.say import said
from coagent.entrypoints.control.wait import until
from coagent.entrypoints.money.found import the_opportunity
from coagent.entrypoints.terminal.answer_table import json_rows
from coagent.entrypoints.terminal.wording import plain
from coagent.settings import Settings

OUTCOMES = {
    "approved": "approved. It is in the routing policy (`coagent policy show`); `coagent ledger` shows what it saves, "
    "from tomorrow on",
    "rejected": "rejected. It does not come back until its figures have changed notably",
    "snoozed": "snoozed until {snoozed_until:%Y-%m-%d %H:%M} UTC",
    "held": "recorded. It is held and not in the routing policy: {status_reason}",
}


def decide(
    settings: Settings,
    named: str,
    kind: DecisionKind,
    *,
    by: str | None,
    reason: str,
    wait_s: float,
    as_json: bool,
    lasts: timedelta | None = None,
) -> None:
    """The same word as a button in Slack gives. Ends with status 1 where no agent acted on it in time."""
    reader = sql_reader(settings)
    found = the_opportunity(reader, named)
    word = give(settings, found["id"], kind, by=by, via="cli", reason=reason, lasts=lasts)
    is_done = bool(wait_s) and until(lambda: _is_decided(reader, word.id), wait_s)
    _print(word, the_opportunity(reader, found["id"]), is_done=is_done, as_json=as_json)
    if wait_s and not is_done:
        raise typer.Exit(1)


def give(
    settings: Settings,
    opportunity_id: str,
    kind: DecisionKind,
    *,
    by: str | None,
    via: str,
    reason: str,
    lasts: timedelta | None = None,
) -> Word:
    """Records what a person decided, for the agent to act on. Raises Fatal, Transient."""
    conversations = PostgresConversations(database(settings))
    insight = conversations.insight_about(opportunity_id)
    if insight is None:
        raise Fatal(f"opportunity {opportunity_id} is not reported yet: the agent does it within seconds; try again")
    values = said(by, reason)
    ends = values["at"] + lasts if lasts else None
    word = Word(**values, conversation=insight.id, kind=kind, via=via, until=ends)
    conversations.add_word(word)
    return word


def _is_decided(reader: SqlReader, word: str) -> bool:
    return bool(reader.ask("SELECT id FROM decisions WHERE id = %(id)s", {"id": word}).rows)


def _print(word: Word, after: dict[str, Any], *, is_done: bool, as_json: bool) -> None:
    if as_json:
        kept = {"id": after["id"], "decision": word.id, "status": after["status"], "done": is_done}
        print(next(json_rows(list(kept), [list(kept.values())])))
        return
    outcome = OUTCOMES.get(after["status"], "done").format(**after) if is_done else "not acted on yet: is the agent up?"
    print(f"{plain(after['title'])}: {outcome}")
    why = f" ({plain(word.reason)})" if word.reason else ""
    print(f"{word.kind} by {plain(word.by)} at {word.at:%Y-%m-%d %H:%M:%S} UTC{why}")
