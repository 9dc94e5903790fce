"""Sends commands, waits for their effect, and says what came of them."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import uuid4

import msgspec
import typer

from coagent.bootstrap.kafka import control_topic
from coagent.bootstrap.readers import decision_reader
from coagent.domain.command import ToSegment
from coagent.domain.duration import duration
from coagent.domain.errors import Fatal
from coagent.domain.explanation import Decision
from coagent.domain.topics import CONTROL
from coagent.entrypoints.control.user import user
from coagent.entrypoints.control.wait import answers, no_answer
from coagent.entrypoints.terminal.wording import plain
from coagent.settings import Settings

By = Annotated[str | None, typer.Option(help="Who gives the command; else the user of this shell.")]
Reason = Annotated[str, typer.Option(help="Why; kept and shown in `coagent explain` and insights.commands.")]
Wait = Annotated[float, typer.Option(help="Seconds to wait for the effect; 0: only send.", min=0)]
AsJson = Annotated[bool, typer.Option("--json", help="What was sent and what came of it, as JSON.")]
WAIT_S = 10.0
LONGEST = timedelta(days=366)


def said(by: str | None, reason: str) -> dict[str, Any]:
    """Who, when, why, and a name for it."""
    return {"id": uuid4().hex, "at": datetime.now(UTC), "by": by or user(), "reason": reason}


def lasting(text: str) -> timedelta:
    """`90s`, `30m`, `2h`, `1d`; raises Fatal.

    >>> lasting("2h")
    datetime.timedelta(seconds=7200)
    """
    try:
        found = duration(text.strip())
    except ValueError:
        found = timedelta(0)
    if not found:
        raise Fatal(f"--for {text!r}: say a number with its unit, such as 30m, 2h or 1d")
    if found > LONGEST:
        raise Fatal(f"--for {text!r}: at most {LONGEST.days}d; `coagent accept` takes a change for good")
    return found


def say(
    settings: Settings,
    commands: Sequence[ToSegment],
    effect: Callable[[ToSegment], str],
    *,
    wait_s: float,
    as_json: bool,
) -> None:
    """`effect`: what is so once a command was obeyed; it may look itself. Ends with status 1 where one was refused or
    not answered in time. Raises Transient, Fatal.
    """
    topic = control_topic(settings)
    for command in commands:
        topic.say(command)
    known = answers(decision_reader(settings), [one.id for one in commands], wait_s) if wait_s else {}
    outcomes = [(one, _outcome(one, known.get(one.id), effect, wait_s)) for one in commands]
    if as_json:
        print(msgspec.json.encode([_as_json(*one) for one in outcomes]).decode())
    else:
        _print(outcomes)
    if wait_s and not all(_is_obeyed(known.get(one.id)) for one in commands):
        raise typer.Exit(1)


def _is_obeyed(answer: Decision | None) -> bool:
    return answer is not None and answer.obeyed_at is not None and answer.refused is None


def _outcome(
    command: ToSegment, answer: Decision | None, effect: Callable[[ToSegment], str], wait_s: float
) -> tuple[str, str]:
    """A word for machines, and a sentence."""
    if not wait_s:
        return "sent", "sent; `coagent explain` and insights.commands show what comes of it"
    if answer is not None and answer.refused:
        return "refused", f"refused, {plain(answer.refused, 400)}"
    return ("obeyed", effect(command)) if _is_obeyed(answer) else ("unanswered", no_answer(answer, wait_s))


def _print(outcomes: Sequence[tuple[ToSegment, tuple[str, str]]]) -> None:
    for command, (_, outcome) in outcomes:
        print(f"{type(command).__name__.lower()} of {plain(command.segment.label)}: {outcome}")
    first = outcomes[0][0]
    why = f" ({plain(first.reason)})" if first.reason else ""
    print(f"by {plain(first.by)} at {first.at:%Y-%m-%d %H:%M:%S} UTC{why}")


def _as_json(command: ToSegment, outcome: tuple[str, str]) -> dict[str, Any]:
    key = command.key().decode()
    return {"topic": CONTROL, "key": key, "command": command, "outcome": outcome[0], "detail": outcome[1]}
