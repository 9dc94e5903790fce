"""What could be cheaper, faster or better."""

from migrations.views.view import Column, View, segment_columns

OPPORTUNITIES = View(
    name="opportunities",
    comment="What could be cheaper, faster or better, one row an opportunity, updated in place; figures by code.",
    columns=(
        Column("id", "opportunity.id", "text: stable identifier of the opportunity"),
        Column("kind", "opportunity.kind", "text: the rule that found it"),
        *segment_columns(),
        Column("title", "opportunity.title", "text: one line"),
        Column("text", "insight.text", "text: the explanation, Markdown; NULL until the agent has told it"),
        Column("monthly_savings_low_usd", "opportunity.monthly_savings_low_usd", "USD a month: low estimate"),
        Column(
            "monthly_savings_expected_usd", "opportunity.monthly_savings_expected_usd", "USD a month: expected savings"
        ),
        Column("monthly_savings_high_usd", "opportunity.monthly_savings_high_usd", "USD a month: high estimate"),
        Column("assumptions", "opportunity.assumptions", "JSON array of text: what the estimate assumes"),
        Column("evidence", "opportunity.evidence", "JSON array: the figures it rests on"),
        Column("action", "opportunity.action", "JSON: the change as a machine-readable patch"),
        Column("risk", "opportunity.risk", "text: what could go wrong"),
        Column("validation", "opportunity.validation", "text: how to try it safely"),
        Column(
            "price_version", "opportunity.price_version", "text: price table behind the figures; NULL where none is"
        ),
        Column("found_at", "opportunity.found_at", "timestamp, UTC: when it was first found"),
        Column("updated_at", "opportunity.updated_at", "timestamp, UTC: when its figures last changed notably"),
        Column("seen_at", "opportunity.seen_at", "timestamp, UTC: when it last held; old: it does not hold any more"),
        Column("sequence", "opportunity.sequence", "count: grows with each notable change"),
    ),
    source="""FROM coagent.opportunities AS opportunity
JOIN coagent.segments AS segment ON segment.id = opportunity.segment_id
LEFT JOIN coagent.insights AS insight ON insight.kind = 'opportunity' AND insight.subject_id = opportunity.id""",
)
