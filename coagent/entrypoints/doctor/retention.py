"""How large the database's tables are, and whether what is old goes."""

from datetime import UTC, datetime, timedelta

from coagent.adapters.postgres.retention import PostgresRetention, Retained
from coagent.bootstrap.postgres import database
from coagent.bootstrap.retention import kept
from coagent.domain.errors import CoagentError
from coagent.entrypoints.doctor.check import Finding
from coagent.settings import Settings

GRACE = timedelta(days=2)
"""The agent forgets every hour; it may have been stopped over a weekend."""


def check_retention(settings: Settings) -> Finding:
    """A problem where rows are there that should be gone."""
    try:
        retained = PostgresRetention(database(settings)).retained()
    except CoagentError:
        return Finding("retention", "skipped", "no database to ask")
    limits = kept(settings)
    late = [one.table for one in retained if one.setting and _is_late(one, limits[one.setting])]
    largest = sorted(retained, key=lambda one: -one.size_bytes)[:3]
    text = ", ".join(f"{one.table} {one.size_bytes / 1e6:,.0f} MB" for one in largest)
    if not late:
        return Finding("retention", "ok", f"largest: {text}")
    action = "check that `coagent agent` runs and what its log says of jobs forget and roll up"
    return Finding("retention", "problem", f"{text}; {', '.join(late)} keeps more than COAGENT_RETENTION__…", action)


def _is_late(one: Retained, kept: timedelta) -> bool:
    return one.oldest is not None and datetime.now(UTC) - one.oldest > kept + GRACE
