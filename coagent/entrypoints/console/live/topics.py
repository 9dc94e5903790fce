"""What can be new, and how one sees that it is: a value of the views that changes with it."""

from collections.abc import Mapping

TOPICS: Mapping[str, str] = {
    "shifts": "SELECT concat_ws(' ', count(*), max(updated_at), max(paged_at), max(text_written_at)) FROM shifts",
    "opportunities": """SELECT concat_ws(' ', count(*), max(updated_at), max(decided_at),
        (SELECT max(at) FROM decisions)) FROM opportunities""",
    "budgets": "SELECT max(evaluated_at)::text FROM slo_status",
    "ledger": "SELECT concat_ws(' ', count(*), sum(realised_usd)) FROM savings_ledger",
    "verdicts": "SELECT concat_ws(' ', max(last_at), (SELECT max(at) FROM probes)) FROM verdicts",
    "review": "SELECT concat_ws(' ', count(*), (SELECT max(recorded_at) FROM review_labels)) FROM quality",
    "inputs": "SELECT concat_ws(' ', sum(count), max(last_at)) FROM intake",
    "deliveries": "SELECT concat_ws(' ', count(*), max(sent_at), sum(attempts)) FROM deliveries",
    "minute": "SELECT date_trunc('minute', now())::text",
}
QUERY = "SELECT " + ", ".join(f"({sql}) AS {name}" for name, sql in TOPICS.items())
"""One for all: asked by one poller, however many pages are open."""
