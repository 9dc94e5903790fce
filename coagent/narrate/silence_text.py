"""A silence in words; short enough to need no model."""

from datetime import datetime, timedelta

import msgspec

from coagent.domain.insight import Fact, Insight
from coagent.domain.number_format import count, duration, moment
from coagent.domain.silence import Silence
from coagent.narrate.deterministic import NARRATOR
from coagent.narrate.lag_text import lag_facts, lag_text, lag_title
from coagent.narrate.segment_facts import affected, segment_facts, service
from coagent.narrate.telemetry_text import sql_text


def silence_insight(silence: Silence, at: datetime) -> Insight:
    """Never pages."""
    ours = silence.about == "coagent"
    facts = lag_facts(silence) if ours else _facts(silence)
    known = {fact.name: fact for fact in facts}
    return Insight(
        id=silence.id,
        kind="silence",
        subject_id=silence.id,
        sequence=silence.sequence,
        segment=silence.segment,
        title=lag_title(silence, known) if ours else _title(silence, known),
        text=lag_text(silence, known) if ours else _text(silence, known),
        page=False,
        narrator=NARRATOR,
        facts=facts,
        subject=msgspec.json.decode(msgspec.json.encode(silence)),
        created_at=at,
    )


def _facts(silence: Silence) -> list[Fact]:
    facts = [
        *segment_facts(silence.segment),
        Fact("status", silence.status),
        Fact("last time", moment(silence.last), "UTC"),
        Fact("noticed time", moment(silence.noticed), "UTC"),
        Fact("longest pause", duration(timedelta(seconds=silence.longest_s))),
        Fact("pauses", count(silence.pauses)),
        Fact("details", f"select * from insights.silences where id = {sql_text(silence.id)}"),  # noqa: S608 - shown to people, never run
    ]
    if silence.returned is not None:
        facts.append(Fact("returned time", moment(silence.returned), "UTC"))
        facts.append(Fact("length", duration(silence.returned - silence.last)))
    return facts


def _title(silence: Silence, facts: dict[str, Fact]) -> str:
    what = service(facts, quote=False)
    return f"Silent: no requests of {what}" if silence.returned is None else f"Back: {what} has requests again"


def _text(silence: Silence, facts: dict[str, Fact]) -> str:
    before = f"Longest earlier gap: {facts['longest pause'].value} ({facts['pauses'].value} gaps seen)."
    what, where = service(facts, quote=True), affected(facts)
    if silence.returned is None:
        said = f"{what} has had no requests since {facts['last time'].value} UTC. {before} Not paged."
        next_step = "Check whether the application still runs, sends elsewhere, or only its telemetry stopped."
    else:
        times = f"{facts['last time'].value} UTC, back at {facts['returned time'].value} UTC"
        said = f"{what} has requests again after {facts['length'].value} (silent since {times}). {before}"
        next_step = "No action needed."
    parts = [said, f"**Who is affected** {where}." if where else "", f"**Next** {next_step}"]
    return "\n\n".join([*(part for part in parts if part), f"**Details** `{facts['details'].value}`"])
