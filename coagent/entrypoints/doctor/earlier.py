"""What a version before left unread."""

from coagent.adapters.kafka.earlier_requests import EarlierRequests
from coagent.bootstrap.kafka import kafka_connection
from coagent.domain.errors import CoagentError
from coagent.domain.topics import EARLIER_REQUESTS
from coagent.entrypoints.doctor.check import Finding
from coagent.settings import Settings

NAME = "upgrade"


def check_earlier(settings: Settings) -> Finding:
    """Whether requests of a version before wait to be counted."""
    try:
        unread = EarlierRequests(kafka_connection(settings)).unread()
    except CoagentError:
        return Finding(NAME, "skipped", "no broker to ask")
    if not unread:
        return Finding(NAME, "ok", "no earlier version left requests unread")
    where = ", ".join(f"partition {number}: {len(offsets):,}" for number, offsets in unread.items())
    return Finding(
        NAME,
        "problem",
        f"{sum(map(len, unread.values())):,} messages of an earlier version on {EARLIER_REQUESTS} are not counted "
        f"({where})",
        "stop every process of the earlier version, then restart the worker: it counts them first",
    )
