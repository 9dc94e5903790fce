"""What may be said about a burning error budget."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from coagent.domain.insight import Fact
from coagent.domain.number_format import count, duration, moment, number, percent
from coagent.domain.slo import Burn, Slo
from coagent.narrate.telemetry_text import name

MATCHED = ("provider", "model", "endpoint", "task", "tenant")
LOOK = (
    "Find out what fails or is slow: see `coagent shifts --open` for a change at the provider. "
    "Changes that could make it worse are held."
)
NO_ACTION = "No action needed."


def burn_facts(burn: Burn) -> list[Fact]:
    """Whom it is about, how bad it is in the fastest window, what is left, and what to do."""
    slo, fastest, given = burn.slo, burn.fastest, burn.slo.match.given
    return [
        *(Fact(part, name(given[part]), role="name") for part in MATCHED if part in given),
        Fact("slo", name(slo.name), role="name"),
        Fact("status", burn.status, role="judgement"),
        Fact("objective", f"{100 * slo.objective:g}", "%", "share"),
        Fact("allowed", percent(slo.budget), role="share"),
        *_bound(slo),
        Fact("bad share", percent(fastest.bad / fastest.events) if fastest.events else "", role="share"),
        Fact("events", count(fastest.events), "requests", "count"),
        Fact("burn rate", number(fastest.long_rate) or "", "times", "change", "up"),
        Fact("window", duration(timedelta(seconds=fastest.window.long_s)), role="time"),
        *_times(burn),
        Fact("budget left", "" if burn.budget_left is None else percent(max(burn.budget_left, 0.0)), role="share"),
        Fact("next step 1", LOOK if burn.status == "open" else NO_ACTION, role="step"),
        Fact("details", f"select * from insights.slo_status where name = '{slo.name}'", role="command"),  # noqa: S608  shown, never run; a name has no quotes
    ]


def _bound(slo: Slo) -> list[Fact]:
    """`8 s`, `0.02 USD`, a score without a unit; none where the SLO has none."""
    unit = {"cost": "USD", "quality": ""}.get(slo.indicator, "s")
    return [] if slo.bound is None else [Fact("bound", number(slo.bound) or "", unit, "bound")]


def _times(burn: Burn) -> list[Fact]:
    times: Mapping[str, datetime | None] = {
        "began": burn.began_at,
        "ended": burn.ended_at,
        "exhausted": burn.exhausted_at,
    }
    return [Fact(what, moment(at), "UTC", "time") for what, at in times.items() if at is not None]
