"""What approved changes save, beside what they promised."""

from coagent.entrypoints.console.page import DAYS, Chart, Column, Page, Table

FIGURES = (
    Column("promised_usd", "Promised", "money"),
    Column("realised_usd", "Realised", "money"),
    Column("tokens_usd", "By fewer tokens", "money"),
    Column("price_usd", "By a lower price", "money"),
)
CHANGES = Table(
    "changes",
    "Savings by change",
    "insights.savings_ledger",
    """SELECT opportunity_id, title, count(*) AS days, sum(promised_usd) AS promised_usd,
    sum(realised_usd) AS realised_usd, sum(tokens_usd) AS tokens_usd, sum(price_usd) AS price_usd,
    sum(requests)::bigint AS requests,
    sum(requests_compared)::bigint AS requests_compared, min(seen_from) AS seen_from
FROM savings_ledger WHERE is_complete AND day > now() - make_interval(days => %(days)s)
GROUP BY opportunity_id, title ORDER BY realised_usd DESC NULLS LAST, opportunity_id""",
    (
        Column("title", "Change"),
        Column("days", "Whole days", "count"),
        *FIGURES,
        Column("requests", "Requests", "count"),
        Column("requests_compared", "Compared", "count"),
        Column("seen_from", "In effect since", "day"),
        Column("opportunity_id", "Id"),
    ),
    "Nothing was approved, or no whole day has passed since: the ledger begins on the day after an approval.",
)
BY_DAY = Table(
    "days",
    "Savings by day",
    "insights.savings_ledger",
    """SELECT day, sum(promised_usd) AS promised_usd, sum(realised_usd) AS realised_usd, sum(tokens_usd) AS tokens_usd,
    sum(price_usd) AS price_usd, bool_and(is_complete) AS is_complete
FROM savings_ledger WHERE day > now() - make_interval(days => %(days)s) GROUP BY day ORDER BY day DESC""",
    (Column("day", "Day", "day"), *FIGURES, Column("is_complete", "Whole", "flag")),
    "No day yet: the ledger begins on the day after an opportunity is approved.",
    rows=400,
)
PAGE = Page(
    "ledger",
    "Ledger",
    "Money",
    "What approved changes really save, with the mix of work held constant, beside what they promised.",
    (CHANGES, BY_DAY),
    (DAYS,),
    (Chart("time", "days", "Promised and realised", ("day",), ("promised_usd", "realised_usd")),),
    ("ledger",),
)
