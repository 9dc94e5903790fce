"""What the model answered, refused answers too."""

from migrations.views.view import Column, View

DRAFTS = View(
    name="drafts",
    comment=(
        "What a model answered when it was asked to arrange an insight, one row an answer; refused ones with the "
        "reasons. Kept for COAGENT_RETENTION__DRAFTS_DAYS."
    ),
    columns=(
        Column("insight_id", "draft.insight_id", "text: the insight that it was to be"),
        Column("kind", "insight.kind", "text: shift, opportunity, silence …; NULL: it was never published"),
        Column("subject_id", "insight.subject_id", "text: identifier of its subject; NULL: it was never published"),
        Column("sequence", "draft.sequence", "count: which state of the subject it is about"),
        Column("number", "draft.number", "count: the first answer about that state, or a later one, from 1"),
        Column("model", "draft.model", "text: name of the model that answered"),
        Column("answer", "draft.answer", "text: its answer as JSON, cut to 8,000 characters; ids of claims alone"),
        Column("problems", "draft.problems", "JSON array of text: why it was refused; empty: it was accepted"),
        Column("accepted", "draft.accepted", "boolean: whether the insight was arranged that way"),
        Column("at", "draft.at", "timestamp, UTC: when it was judged"),
    ),
    source="""FROM coagent.drafts AS draft
LEFT JOIN coagent.insights AS insight ON insight.id = draft.insight_id""",
)
