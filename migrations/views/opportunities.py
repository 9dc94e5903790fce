"""What could be cheaper, faster or better."""

from migrations.views.view import Column, View, segment_columns


def _savings(of: str, estimate: str, comment: str) -> Column:
    name = f"{of}_savings_{estimate}_usd"
    return Column(name, f"opportunity.{name}", f"USD a month: {comment}")


STATUS = """CASE
        WHEN decided.kind = 'reject' AND opportunity.sequence <= decided.sequence THEN 'rejected'
        WHEN held.opportunity_id IS NOT NULL THEN 'held'
        WHEN decided.kind = 'approve' THEN 'approved'
        WHEN decided.kind = 'snooze' AND coalesce(decided.until, 'infinity') > now() THEN 'snoozed'
        ELSE 'open'
    END"""
"""A rejection stands until the figures changed notably: then the sequence is higher than the one that people saw."""

OPPORTUNITIES = View(
    name="opportunities",
    comment="What could be cheaper, faster or better, one row a decision, updated in place; figures by code.",
    columns=(
        Column("id", "opportunity.id", "text: stable identifier of the opportunity"),
        Column("kind", "opportunity.kind", "text: the advisor that found it, see docs/opportunities.md"),
        *segment_columns(),
        Column("title", "opportunity.title", "text: one line"),
        Column("text", "insight.text", "text: the explanation, Markdown; NULL until the agent has written it"),
        _savings("monthly", "low", "low estimate, after the opportunities that are applied before it: these sum up"),
        _savings("monthly", "expected", "expected savings, after those before it: these sum up"),
        _savings("monthly", "high", "high estimate, after those before it: these sum up"),
        _savings("alone", "low", "low estimate if it is the only change; NULL: found by an earlier version"),
        _savings("alone", "expected", "expected savings if it is the only change; NULL: found by an earlier version"),
        _savings("alone", "high", "high estimate if it is the only change; NULL: found by an earlier version"),
        Column("benefit", "opportunity.benefit", "text: what is gained beside money; NULL: nothing"),
        Column("parts", "opportunity.parts", "JSON array: the accounts it touches, with spend and savings a month"),
        Column("assumptions", "opportunity.assumptions", "JSON array of text: what the estimate assumes"),
        Column("evidence", "opportunity.evidence", "JSON array: the figures it rests on"),
        Column("action", "opportunity.action", "JSON: the change as a machine-readable patch"),
        Column("effort", "opportunity.effort", "text: low, medium or high"),
        Column("risk", "opportunity.risk", "text: what could go wrong"),
        Column("validation", "opportunity.validation", "text: how to try it safely"),
        Column(
            "sample_size",
            "opportunity.sample_size",
            "count: requests that each arm of the comparison needs; NULL: nothing has to be compared",
        ),
        Column("wrong_if", "opportunity.wrong_if", "text: what would prove it wrong"),
        Column(
            "price_version", "opportunity.price_version", "text: price table behind the figures; NULL where none is"
        ),
        Column("found_at", "opportunity.found_at", "timestamp, UTC: when it was first found"),
        Column("updated_at", "opportunity.updated_at", "timestamp, UTC: when its figures last changed notably"),
        Column("seen_at", "opportunity.seen_at", "timestamp, UTC: when it last held; old: it does not hold any more"),
        Column("sequence", "opportunity.sequence", "count: grows with each notable change"),
        Column("status", STATUS, "text: open, held while an error budget burns, approved, rejected or snoozed"),
        Column(
            "status_reason",
            f"CASE {STATUS} WHEN 'open' THEN NULL WHEN 'held' THEN held.reason ELSE decided.reason END",
            "text: why it is held, or what was said with the decision; NULL: open",
        ),
        Column("decided_by", "decided.by", "text: who decided last; NULL: nobody has"),
        Column("decided_at", "decided.at", "timestamp, UTC: when; NULL: nobody has decided"),
        Column("snoozed_until", "decided.until", "timestamp, UTC: the end of the newest snooze; NULL: none"),
    ),
    source="""FROM coagent.opportunities AS opportunity
JOIN coagent.segments AS segment ON segment.id = opportunity.segment_id
LEFT JOIN coagent.insights AS insight ON insight.kind = 'opportunity' AND insight.subject_id = opportunity.id
LEFT JOIN coagent.holds AS held ON held.opportunity_id = opportunity.id
LEFT JOIN LATERAL (
    SELECT * FROM coagent.decisions AS decision WHERE decision.opportunity_id = opportunity.id
    ORDER BY decision.at DESC, decision.id DESC LIMIT 1
) AS decided ON true""",
)
