"""What approved changes really saved, day by day."""

from migrations.views.view import Column, View


def _usd(name: str, comment: str) -> Column:
    return Column(name, f"saving.{name}", f"USD: {comment}; NULL: unknown, never 0")


SAVINGS_LEDGER = View(
    name="savings_ledger",
    comment="Realised against promised savings, one row a day of each opportunity, from the day after its approval, or "
    "after it was found where nobody approved it and the change is seen in traffic. The mix of work is held constant.",
    columns=(
        Column("day", "saving.day", "timestamp, UTC: start of the day"),
        Column("opportunity_id", "saving.opportunity_id", "text: id in insights.opportunities"),
        Column("title", "opportunity.title", "text: the opportunity in one line; NULL: it is not known any more"),
        Column("basis", "saving.basis", "text: approved, or seen in traffic without an approval"),
        Column("since", "saving.since", "timestamp, UTC: day of the approval or the finding; days before it compare"),
        Column("requests", "saving.requests", "count: requests of the work that it touches"),
        Column(
            "requests_compared",
            "saving.requests_compared",
            "count: those whose cost is known, now and of their work before",
        ),
        Column("promised_usd", "saving.promised_usd", "USD: a thirtieth of the monthly savings as approved"),
        _usd("realised_usd", "what requests_compared would have cost before, less what they cost"),
        _usd("cost_usd", "what requests_compared cost"),
        _usd("expected_cost_usd", "what they would have cost at the costs a request of before"),
        _usd("tokens_usd", "the part of realised_usd that comes from fewer tokens a request"),
        _usd("price_usd", "the part of realised_usd that comes from a lower price a token"),
        _usd("volume_usd", "what more requests than on the average day before cost; not a saving or a loss"),
        _usd("mix_usd", "what other work than before cost; not a saving or a loss"),
        Column(
            "seen_from",
            "min(saving.day) FILTER (WHERE saving.realised_usd >= saving.promised_usd / 2) "
            "OVER (PARTITION BY saving.opportunity_id)",
            "timestamp, UTC: first day with at least half of promised_usd; NULL: the change is not seen in traffic",
        ),
        Column(
            "is_complete",
            "saving.day + interval '1 day' <= (SELECT known.minute FROM coagent.complete_until AS known)",
            "boolean: the whole day is summed",
        ),
    ),
    source="""FROM coagent.savings AS saving
LEFT JOIN coagent.opportunities AS opportunity ON opportunity.id = saving.opportunity_id""",
)
