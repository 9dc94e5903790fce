"""Changes of providers' models, the newest first."""

from coagent.domain.vocabulary import CAUSE_TITLE, DIRECTION, HOLD
from coagent.entrypoints.console.page import DAYS, MODEL, PROVIDER, UNTITLED, Column, Filter, Page, Table, same

SHIFTS = Table(
    "shifts",
    "Shifts",
    "insights.shifts",
    f"""SELECT id, status, headline, provider, request_model, endpoint, direction, cause_kind, cause_confidence,
    onset_at, paged_at, held_because, ended_at, (cost ->> 'usd_per_day')::float AS usd_per_day
FROM shifts WHERE {same("provider")} AND {same("request_model", "model")}
    AND (%(status)s = 'all' OR status = %(status)s) AND updated_at > now() - make_interval(days => %(days)s)
ORDER BY onset_at DESC, id""",  # noqa: S608  constants
    (
        Column("headline", "What changed", link="/shifts/{id}", words={None: UNTITLED}),
        Column("status", "Status"),
        Column("provider", "Provider"),
        Column("request_model", "Model"),
        Column("endpoint", "Endpoint", place="files"),
        Column("direction", "For users", words=DIRECTION),
        Column("cause_kind", "Cause", words=CAUSE_TITLE),
        Column("cause_confidence", "Sure", "share", place="files"),
        Column("onset_at", "Since", "time"),
        Column("paged_at", "Paged", "time"),
        Column("held_because", "Not paged because", "list", words=HOLD),
        Column("ended_at", "Ended", "time", place="files"),
        Column("usd_per_day", "Costs more a day", "money"),
        Column("id", "Id", place="files"),
    ),
    "No shift in that time: nothing changed, or nothing was read yet. The page Now says whether streams are watched.",
)
DISMISSED = Table(
    "dismissed",
    "Seen and dismissed",
    "insights.dismissals",
    f"""SELECT provider, request_model, endpoint, task, signal, alarm_at, why FROM dismissals
WHERE {same("provider")} AND {same("request_model", "model")} AND alarm_at > now() - make_interval(days => %(days)s)
ORDER BY alarm_at DESC, id""",  # noqa: S608  constants
    (
        Column("alarm_at", "At", "time"),
        Column("provider", "Provider"),
        Column("request_model", "Model"),
        Column("endpoint", "Endpoint"),
        Column("task", "Task"),
        Column("signal", "Signal"),
        Column("why", "Why"),
    ),
    "No alarm was dismissed in that time: each one was confirmed as a shift, or there was none.",
    rows=20,
)
PAGE = Page(
    "shifts",
    "Shifts",
    "Health",
    "What changed at a provider or in its model: since when, how bad, why, and whether people were paged.",
    (SHIFTS, DISMISSED),
    (Filter("status", "Status", "choice", ("all", "open", "recovered", "accepted")), PROVIDER, MODEL, DAYS),
    news=("shifts",),
)
