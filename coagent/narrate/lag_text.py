"""coagent's own lag in words."""

from coagent.domain.insight import Fact
from coagent.domain.number_format import count, moment
from coagent.domain.silence import Silence
from coagent.narrate.telemetry_text import name

COMMAND = {"ingest": "coagent ingest", "worker": "the worker", "sink": "coagent sink"}


def lag_facts(silence: Silence) -> list[Fact]:
    """What is read by which stage, since when it is behind."""
    facts = [
        Fact("stage", name(silence.segment.request_model)),
        Fact("status", silence.status),
        Fact("noticed time", moment(silence.noticed), "UTC"),
        Fact("waiting", count(silence.waiting or 0), "messages"),
    ]
    return facts + ([Fact("returned time", moment(silence.returned), "UTC")] if silence.returned else [])


def lag_title(silence: Silence, facts: dict[str, Fact]) -> str:
    stage = facts["stage"].value
    if silence.returned is not None:
        return f"coagent has caught up: {stage}"
    return f"coagent is behind: {stage} has {facts['waiting'].value} unread messages"


def lag_text(silence: Silence, facts: dict[str, Fact]) -> str:
    """What it means, and what to do."""
    stage, noticed = facts["stage"].value, facts["noticed time"].value
    if silence.returned is not None:
        said = f"The backlog of {stage}, noticed at {noticed} UTC, was read by {facts['returned time'].value} UTC."
        return f"{said}\n\n**Next** No action needed."
    said = (
        f"At {noticed} UTC {stage} had {facts['waiting'].value} messages that had waited for more than two minutes. "
        "Counts and alarms are late by that much, and no segment is called silent until it has caught up."
    )
    command = COMMAND.get(silence.segment.request_model, stage)
    return f"{said}\n\n**Next** Check that {command} runs and keeps up: `coagent doctor`."
