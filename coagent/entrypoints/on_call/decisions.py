"""A command that somebody gave, in one line: who, when, what, why, and what came of it."""

from datetime import datetime

from rich.text import Text

from coagent.domain.explanation import Decision
from coagent.domain.number_format import minute
from coagent.entrypoints.terminal.wording import plain


def decision_line(one: Decision, now: datetime) -> Text:
    """Such as `2026-07-01 12:00 UTC  mute of tenant acme by ann (maintenance): ended 2026-07-01 14:00 UTC`."""
    said = f"{one.kind} {_what(one)}by {plain(one.by)}" + (f" ({plain(one.reason)})" if one.reason else "")
    colour = "red" if one.refused else "dim" if one.ended_at else ""
    return Text.assemble((f"{minute(one.at)}  ", "dim"), (f"{said}: {outcome(one, now)}", colour))


def outcome(one: Decision, now: datetime) -> str:
    """What came of it."""
    if one.refused:
        return f"refused, {plain(one.refused, 400)}"
    if one.kind == "mute" and one.muted_until:
        return _mute(one, now)
    return "done" if one.obeyed_at else "not confirmed yet"


def _mute(one: Decision, now: datetime) -> str:
    assert one.muted_until is not None
    if one.ended_at and one.ended_at <= now:
        return f"ended {minute(one.ended_at)}" + (f" by {plain(one.ended_by)}" if one.ended_by else "")
    return f"until {minute(one.muted_until)}" + ("" if one.obeyed_at else ", not confirmed yet")


def _what(one: Decision) -> str:
    parts = [f"{name} {plain(value)}" for name in ("task", "tenant") if (value := getattr(one.segment, name))]
    what = ", ".join([*parts, *map(plain, one.signals)])
    return f"of {what} " if what else ""
