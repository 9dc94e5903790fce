"""Answers to a finding from the command line: the same word as a button in Slack gives."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec
import typer
from rich.text import Text

from coagent.adapters.postgres.conversations import PostgresConversations
from coagent.bootstrap.postgres import database
from coagent.bootstrap.readers import shift_reader
from coagent.deliver.subject import subject_of
from coagent.domain.conversation import Conversation
from coagent.domain.errors import Fatal
from coagent.domain.insight import Insight
from coagent.domain.notice import Word
from coagent.domain.number_format import minute
from coagent.entrypoints.control.named import LAST
from coagent.entrypoints.control.say import said
from coagent.entrypoints.control.target import the_shift
from coagent.entrypoints.control.wait import until
from coagent.entrypoints.on_call.findings import the_finding
from coagent.entrypoints.terminal.wording import plain
from coagent.settings import Settings

QUIET = {"acknowledge": "acknowledged", "snooze": "snoozed"}
MANY = 1000
"""Words that may wait for the agent at once."""


def answer(
    settings: Settings,
    named: str,
    kind: Literal["acknowledge", "snooze"],
    *,
    by: str | None,
    reason: str,
    wait_s: float,
    as_json: bool,
    lasts: timedelta | None = None,
) -> None:
    """Without `lasts` it is quiet for as long as the routes say. Ends with status 1 where no agent took it in time.
    Raises Fatal, Transient.
    """
    insight = _insight(settings, named)
    conversations = PostgresConversations(database(settings))
    if conversations.get(insight.id) is None:
        raise Fatal(f"{plain(insight.subject_id)} is not sent yet: the agent does it within seconds; try again")
    values = said(by, reason)
    ends = values["at"] + lasts if lasts else None
    word = Word(**values, conversation=insight.id, kind=kind, via="cli", until=ends)
    conversations.add_word(word)

    def is_taken() -> bool:
        return all(one.id != word.id for one in conversations.words(MANY))

    is_done = bool(wait_s) and until(is_taken, wait_s)
    _print(insight, word, conversations.get(insight.id) if is_done else None, is_done=is_done, as_json=as_json)
    if wait_s and not is_done:
        raise typer.Exit(1)


def answered(settings: Settings, shift: str, now: datetime) -> Text | None:
    """Who acknowledged or snoozed an open shift, while that lasts; None where nobody did. Raises Fatal, Transient."""
    conversations = PostgresConversations(database(settings))
    insight = conversations.insight_about(shift)
    known = conversations.get(insight.id) if insight else None
    word = conversations.newest_word(known.id) if known and known.acknowledged else None
    if word is None or known is None or word.kind not in QUIET:
        return None
    ends = f" until {minute(known.quiet_until)}" if known.quiet_until and known.quiet_until > now else ""
    why = f" ({plain(word.reason)})" if word.reason else ""
    return Text.assemble((f"{minute(word.at)}  ", "dim"), f"{QUIET[word.kind]} by {plain(word.by)}{ends}{why}")


def _insight(settings: Settings, named: str) -> Insight:
    """Of an open shift or another finding. Raises Fatal."""
    finding = None if named == LAST or shift_reader(settings).named(named, 1) else the_finding(settings, named)
    if finding is None:
        shift = the_shift(settings, named)
        finding = PostgresConversations(database(settings)).insight_about(shift.id)
        if finding is None:
            raise Fatal(f"shift {shift.id} is not reported yet: the agent does it within seconds; try again")
    if finding.kind == "opportunity":
        raise Fatal(f"{plain(finding.subject_id)} is an opportunity: `coagent opportunities snooze` takes it")
    state = subject_of(finding).state
    if state != "open":
        raise Fatal(f"{plain(finding.subject_id)} is {state} already: there is nothing to answer")
    return finding


def _print(insight: Insight, word: Word, after: Conversation | None, *, is_done: bool, as_json: bool) -> None:
    ends = after.quiet_until if after else None
    if as_json:
        kept = {"id": insight.subject_id, "word": word.id, "kind": word.kind, "until": ends, "done": is_done}
        print(msgspec.json.encode(kept).decode())
        return
    print(f"{plain(insight.title)}: {_outcome(word, ends, is_done=is_done)}")
    why = f" ({plain(word.reason)})" if word.reason else ""
    print(f"{word.kind} by {plain(word.by)} at {word.at:%Y-%m-%d %H:%M:%S} UTC{why}")


def _outcome(word: Word, ends: datetime | None, *, is_done: bool) -> str:
    if not is_done:
        return (
            "recorded, and not taken yet: is `coagent agent` running, or `coagent up`? It takes it as soon as it runs"
        )
    quiet = f" until {minute(ends)}; then you are reminded if it is still open" if ends else ""
    return f"{QUIET[word.kind]} in every channel{quiet}"
