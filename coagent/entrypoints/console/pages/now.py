"""Is it alive, what has it learned, what waits for a decision."""

from coagent.detect.constants import CUTS
from coagent.domain.vocabulary import CAUSE_TITLE
from coagent.entrypoints.console.page import UNTITLED, Column, Page, Table

NEEDED = CUTS[0]
"""Requests before anything can be noticed of a stream."""

OPEN = Table(
    "open-shifts",
    "Open shifts",
    "insights.shifts",
    """SELECT id, headline, provider, request_model, cause_kind, page, onset_at,
    (cost ->> 'usd_per_day')::float AS usd_per_day
FROM shifts WHERE status = 'open' ORDER BY page DESC, onset_at DESC, id""",
    (
        Column("headline", "What changed", link="/shifts/{id}", words={None: UNTITLED}),
        Column("provider", "Provider"),
        Column("request_model", "Model"),
        Column("cause_kind", "Cause", words=CAUSE_TITLE),
        Column("page", "Paged", "flag"),
        Column("onset_at", "Since", "time"),
        Column("usd_per_day", "Costs more a day", "money"),
        Column("id", "Id", link="/shifts/{id}"),
    ),
    "Nothing is open: no change stands that has not ended or been accepted. The page Shifts has the earlier ones.",
    rows=20,
)
WAITING = Table(
    "waiting",
    "Opportunities that wait for a decision",
    "insights.opportunities",
    """SELECT title, monthly_savings_expected_usd, risk, found_at FROM opportunities
WHERE status = 'open' AND seen_at > (SELECT max(seen_at) FROM opportunities) - interval '1 day'
ORDER BY monthly_savings_expected_usd DESC NULLS LAST, id""",
    (
        Column("title", "Change", link="/opportunities"),
        Column("monthly_savings_expected_usd", "Saves a month", "money"),
        Column("risk", "Risk"),
        Column("found_at", "Found", "time"),
    ),
    "None waits. Advisors look at whole days, so the first opportunities come after a day of traffic.",
    rows=10,
)
STREAMS = Table(
    "streams",
    "What each stream has learned",
    "insights.streams, insights.detectors",
    f"""SELECT seen.provider, seen.request_model, seen.endpoint, requests_24h, newest_minute, learned,
    CASE WHEN coalesce(learned, 0) < {NEEDED} THEN 'learning' WHEN 'suspicious' = ANY(states) THEN 'suspicious'
        WHEN 'muted' = ANY(states) THEN 'muted' WHEN 'silent' = ANY(states) THEN 'silent' ELSE 'watching' END AS state,
    log10_evidence, log10_needed
FROM streams AS seen
LEFT JOIN (
    SELECT provider, request_model, endpoint, max(reference_rows) AS learned, array_agg(DISTINCT status) AS states,
        max(log10_evidence) AS log10_evidence, min(log10_needed) AS log10_needed
    FROM detectors WHERE tenant IS DISTINCT FROM '(all)' GROUP BY provider, request_model, endpoint) AS known
    ON (known.provider, known.request_model) = (seen.provider, seen.request_model)
    AND known.endpoint IS NOT DISTINCT FROM seen.endpoint
ORDER BY requests_24h DESC, provider, request_model, endpoint""",  # noqa: S608  constants
    (
        Column("provider", "Provider"),
        Column("request_model", "Model"),
        Column("endpoint", "Endpoint"),
        Column("state", "State"),
        Column("learned", f"Learned from, of {NEEDED} needed", "count"),
        Column("requests_24h", "Requests in 24 h", "count"),
        Column("newest_minute", "Newest", "time"),
        Column("log10_evidence", "Evidence, log10", "number"),
        Column("log10_needed", "Needed, log10", "number"),
    ),
    "No request in 24 hours. `coagent up` shows a line that sends one, `coagent doctor` what keeps telemetry away.",
    rows=50,
    kept_s=5.0,
)
PAGE = Page(
    "",
    "Now",
    "Health",
    "Whether coagent is alive and reads, what it has learned of each stream, and what waits for people.",
    (OPEN, WAITING, STREAMS),
    news=("processes", "shifts", "opportunities", "minute"),
    template="now.html",
)
