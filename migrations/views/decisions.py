"""What people decided about opportunities."""

from migrations.views.view import Column, View

DECISIONS = View(
    name="decisions",
    comment="One row for each decision about an opportunity, whatever channel it came by; the newest one counts.",
    columns=(
        Column("id", "decision.id", "text: stable identifier of the decision"),
        Column("opportunity_id", "decision.opportunity_id", "text: id in insights.opportunities"),
        Column("title", "opportunity.title", "text: the opportunity in one line; NULL: it is not known any more"),
        Column("decision", "decision.kind", "text: approve, reject or snooze"),
        Column("by", "decision.by", "text: who decided"),
        Column("via", "decision.via", "text: channel, or cli"),
        Column("at", "decision.at", "timestamp, UTC: when"),
        Column("until", "decision.until", "timestamp, UTC: end of a snooze; NULL: no snooze, or without end"),
        Column("reason", "decision.reason", "text: what was said with it"),
        Column(
            "promised_monthly_savings_usd",
            "decision.promised_usd",
            "USD a month: expected savings when it was decided",
        ),
        Column("sequence", "decision.sequence", "count: the opportunity's sequence that people saw"),
    ),
    source="""FROM coagent.decisions AS decision
LEFT JOIN coagent.opportunities AS opportunity ON opportunity.id = decision.opportunity_id""",
)
