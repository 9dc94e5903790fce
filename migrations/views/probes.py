"""What active probes found, batch by batch."""

from migrations.views.view import Column, View, segment_columns

OUTCOME = "found.outcome ->> '{}'"
CANARIES = "(found.outcome -> 'canaries' ->> '{}')::{}"

PROBES = View(
    name="probes",
    comment="One row for each finished batch of an active probe: what it found, why, and what the telemetry of its "
    "stream says.",
    columns=(
        Column("id", "found.id", "text: the batch, and its insight where it has one"),
        Column("probe", "found.probe", "text: name of the probe"),
        Column("batch", "found.batch", "count: its place, 1 is the first"),
        Column("began_at", "found.began_at", "timestamp, UTC: first call"),
        Column("at", "found.at", "timestamp, UTC: when it was finished"),
        Column(
            "method",
            OUTCOME.format("method"),
            "text: border (border inputs) or log_probabilities; NULL: the set-up did not come so far",
        ),
        Column("result", OUTCOME.format("result"), "text: unchanged, changed or cannot_tell"),
        Column("because", "found.outcome -> 'because'", "JSON array of text: why"),
        Column(
            "proofs",
            "found.outcome -> 'proofs'",
            "JSON array: declared or counted things that changed, with name, before and after",
        ),
        Column(
            "log10_evidence",
            "(found.outcome ->> 'log10_evidence')::double precision",
            "log10: evidence of a change; NULL: the batch has none",
        ),
        Column(
            "log10_threshold",
            "(found.outcome ->> 'log10_threshold')::double precision",
            "log10: evidence from which on it is a change; NULL: the batch has no evidence",
        ),
        Column("asked", "(found.outcome ->> 'asked')::bigint", "count: calls"),
        Column("failed", "(found.outcome ->> 'failed')::bigint", "count: calls that failed, which are no samples"),
        Column("cost_usd", "(found.outcome ->> 'cost_usd')::numeric", "USD: of its calls"),
        Column(
            "control",
            OUTCOME.format("control"),
            "text: result of the same model at another provider; NULL: no control, or no recent batch of it",
        ),
        Column("canaries_passed", CANARIES.format("passed", "bigint"), "count: canary prompts; NULL: none checked"),
        Column("canaries_checked", CANARIES.format("checked", "bigint"), "count: canary prompts; NULL: none checked"),
        Column(
            "canaries_matter",
            CANARIES.format("matters", "boolean"),
            "boolean: canary prompts pass less often than before; NULL: too few to tell, or none",
        ),
        Column(
            "passive",
            OUTCOME.format("passive"),
            "text: confirmed, contradicted or silent beside the telemetry of its stream; NULL: nothing changed on "
            "either side",
        ),
        Column("shift_id", OUTCOME.format("shift_id"), "text: open shift of its stream; NULL: there was none"),
        *segment_columns(),
    ),
    source="""FROM coagent.probe_outcomes AS found
JOIN coagent.segments AS segment ON segment.id = found.segment_id""",
)
