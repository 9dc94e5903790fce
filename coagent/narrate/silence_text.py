"""A silence in words; short enough to need no model."""

from datetime import datetime, timedelta

import msgspec

from coagent.domain.insight import Fact, Insight
from coagent.domain.silence import Silence
from coagent.narrate.deterministic import NARRATOR
from coagent.narrate.rounding import count, moment
from coagent.narrate.segment_facts import affected, segment_facts, service
from coagent.narrate.telemetry_text import sql_text

MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86400


def silence_insight(silence: Silence, at: datetime) -> Insight:
    """Never pages."""
    facts = _facts(silence)
    known = {fact.name: fact for fact in facts}
    return Insight(
        id=silence.id,
        kind="silence",
        subject_id=silence.id,
        sequence=silence.sequence,
        segment=silence.segment,
        title=_title(silence, known),
        text=_text(silence, known),
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
        Fact("longest pause", _span(timedelta(seconds=silence.longest_s))),
        Fact("pauses", count(silence.pauses)),
        Fact("look", f"select * from insights.silences where id = {sql_text(silence.id)}"),  # noqa: S608 - shown to people, never run
    ]
    if silence.returned is not None:
        facts.append(Fact("returned time", moment(silence.returned), "UTC"))
        facts.append(Fact("length", _span(silence.returned - silence.last)))
    return facts


def _title(silence: Silence, facts: dict[str, Fact]) -> str:
    what = service(facts, quote=False)
    return f"Silent: no requests of {what}" if silence.returned is None else f"Back: {what} has requests again"


def _text(silence: Silence, facts: dict[str, Fact]) -> str:
    before = f"Its longest of {facts['pauses'].value} pauses before was {facts['longest pause'].value}."
    what, where = service(facts, quote=True), affected(facts)
    if silence.returned is None:
        said = f"{what} has had no requests since {facts['last time'].value} UTC. {before} Nobody is paged."
        next_step = "Look whether the application still runs, sends elsewhere, or only its telemetry stopped."
    else:
        times = f"{facts['last time'].value} UTC, back at {facts['returned time'].value} UTC"
        said = f"{what} has requests again after {facts['length'].value} (silent since {times}). {before}"
        next_step = "Nothing has to be done."
    parts = [said, f"**Who is affected** {where}." if where else "", f"**Next** {next_step}"]
    return "\n\n".join([*(part for part in parts if part), f"**Look** `{facts['look'].value}`"])


def _span(span: timedelta) -> str:
    seconds = span.total_seconds()
    for unit_s, name in ((DAY_S, "days"), (HOUR_S, "hours")):
        if seconds >= 2 * unit_s:
            return f"{seconds / unit_s:.1f} {name}"
    return f"{seconds / MINUTE_S:.0f} minutes"
