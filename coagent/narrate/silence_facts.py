"""What may be said about a segment that stopped, and about coagent's own lag."""

from datetime import timedelta

from coagent.domain.insight import Fact
from coagent.domain.number_format import count, duration, moment
from coagent.domain.silence import Silence
from coagent.narrate.segment_facts import segment_facts
from coagent.narrate.telemetry_text import name, sql_text

COMMAND = {"ingest": "`coagent ingest`", "worker": "the worker", "sink": "`coagent sink`"}
CHECK_SENDER = "Check whether the application still runs, sends elsewhere, or only its telemetry stopped."
NO_ACTION = "No action needed."


def silence_facts(silence: Silence) -> list[Fact]:
    """Who stopped, since when, and how long it paused before; or which stage lags, and how much waits for it."""
    return _lag(silence) if silence.about == "coagent" else _stopped(silence)


def _stopped(silence: Silence) -> list[Fact]:
    step = CHECK_SENDER if silence.returned is None else NO_ACTION
    return [
        *segment_facts(silence.segment),
        Fact("status", silence.status, role="judgement"),
        Fact("last time", moment(silence.last), "UTC", "time"),
        Fact("noticed time", moment(silence.noticed), "UTC", "time"),
        Fact("longest pause", duration(timedelta(seconds=silence.longest_s)), role="time"),
        Fact("pauses", count(silence.pauses), role="count"),
        *_returned(silence),
        Fact("next step 1", step, role="step"),
        Fact("details", f"select * from insights.gaps where id = {sql_text(silence.id)}", role="command"),  # noqa: S608 - shown to people, never run
    ]


def _lag(silence: Silence) -> list[Fact]:
    stage = silence.segment.request_model
    command = COMMAND.get(stage, f"`{name(stage)}`")
    step = f"Check that {command} runs and keeps up: `coagent doctor`." if silence.returned is None else NO_ACTION
    return [
        Fact("stage", name(stage) or "(no name)", role="name"),
        Fact("status", silence.status, role="judgement"),
        Fact("last time", moment(silence.last), "UTC", "time"),
        Fact("noticed time", moment(silence.noticed), "UTC", "time"),
        Fact("waited", duration(silence.noticed - silence.last), role="time"),
        *([] if silence.waiting is None else [Fact("waiting", count(silence.waiting), "messages", "count")]),
        *_returned(silence),
        Fact("next step 1", step, role="step"),
    ]


def _returned(silence: Silence) -> list[Fact]:
    if silence.returned is None:
        return []
    return [
        Fact("returned time", moment(silence.returned), "UTC", "time"),
        Fact("length", duration(silence.returned - silence.last), role="time"),
    ]
