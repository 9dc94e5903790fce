"""Models whose price is not known."""

from coagent.adapters.postgres.engine import make_engine, transaction
from coagent.bootstrap.postgres import postgres_url
from coagent.domain.errors import CoagentError
from coagent.entrypoints.doctor.check import Finding
from coagent.settings import Settings

SHOWN = 10
_REQUESTS = "SELECT coalesce(sum(requests), 0) FROM insights.requests_1m WHERE minute > now() - interval '30 days'"
_UNPRICED = """
SELECT provider, request_model, requests, input_tokens IS NOT NULL AND output_tokens IS NOT NULL AS counted
FROM insights.unpriced_models ORDER BY requests DESC, 1, 2"""
PRICE = (
    "add prices to COAGENT_INGEST__PRICES_FILE, and the cost is known from then on; raise "
    "COAGENT_INGEST__MAX_SEGMENTS to distinguish what is (other)"
)
TOKENS = "send tokens in and out, or what was billed (cost_usd)"


def check_prices(settings: Settings) -> Finding:
    """Which models' cost is unknown: no fault, but what they cost stands nowhere."""
    try:
        with transaction(make_engine(postgres_url(settings))) as connection:
            requests = int(connection.exec_driver_sql(_REQUESTS).scalar_one())
            rows = connection.exec_driver_sql(_UNPRICED).all()
    except CoagentError:
        return Finding("prices", "skipped", "no database to ask, or it is not migrated")
    if not requests:
        return Finding("prices", "skipped", "no request came in the last 30 days")
    counted, uncounted = (
        [f"{row[0]}/{row[1]} ({row[2]:,})" for row in rows if row[3] is known] for known in (True, False)
    )
    if not rows:
        text = f"every model with credible token counts has a price: {requests:,} requests in the last 30 days"
        return Finding("prices", "ok", text)
    known = (("without a known price", counted, PRICE), ("without tokens in or out", uncounted, TOKENS))
    text = "; ".join(f"{len(found)} {what} (requests): {_shown(found)}" for what, found, _ in known if found)
    return Finding("prices", "ok", text, "; ".join(action for _, found, action in known if found))


def _shown(found: list[str]) -> str:
    more = f" and {len(found) - SHOWN} more: insights.unpriced_models" if len(found) > SHOWN else ""
    return f"{', '.join(found[:SHOWN])}{more}"
