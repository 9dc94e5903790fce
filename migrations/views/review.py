"""The review queue: which requests people should look at, and what they said."""

from migrations.views.view import Column, View, segment_columns

QUEUED_SEGMENT = tuple(
    Column(one.name, one.expression, f"{one.comment}; NULL: reported by a user, and nothing is known but its id")
    for one in segment_columns()
    if one.name in ("stream_id", "provider", "request_model")
)
CURRENT = """(
    SELECT DISTINCT ON (said.request_id, said.by) said.request_id, said.by, said.verdict
    FROM coagent.review_labels AS said WHERE said.kind = 'label'
    ORDER BY said.request_id, said.by, said.at DESC, said.id DESC
)"""


def _count(verdict: str) -> str:
    return f"count(*) FILTER (WHERE current.verdict = '{verdict}')"


REVIEW_QUEUE = View(
    name="review_queue",
    comment="Requests that people should look at, one row a request and day, drawn at most once a UTC day within the "
    "budget of looks. No content: `link` leads to where that lives.",
    columns=(
        Column("id", "queued.id", "text: identifier of the row"),
        Column("day", "queued.day", "timestamp, UTC: day of the requests that were drawn from"),
        Column("drawn_at", "draw.at", "timestamp, UTC: when the queue of that day was drawn"),
        Column("place", "queued.place", "count, from 1: order to look at them; the sampled ones stand in random order"),
        Column("looks", "queued.looks", "count: people who should look at it, 1 or 2"),
        Column(
            "reason",
            "queued.reason",
            "text: shift, low_score, low_confidence, cascaded, expensive, random, or reported (by a user)",
        ),
        Column("request_id", "queued.request_id", "text: the request's id in its telemetry"),
        *QUEUED_SEGMENT,
        Column("task", "queued.task", "text: what the request is for; NULL: unknown"),
        Column("tenant", "queued.tenant", "text: whose request; NULL: unknown"),
        Column("time", 'queued."time"', "timestamp, UTC: start of the request; NULL: unknown"),
        Column("cost_usd", "queued.cost_usd", "USD as billed, else by list; NULL: unknown"),
        Column("quality_score", "queued.quality_score", "score of 0 to 1; NULL: unknown"),
        Column(
            "mean_logprob",
            "queued.mean_logprob",
            "ratio: mean log probability of the answer, nats a token; NULL: unknown",
        ),
        Column(
            "inclusion_probability",
            "queued.probability",
            "share, 0 to 1: of its stratum that was drawn; NULL: reported, no part of the sample",
        ),
        Column("stratum", "queued.stratum", "text: what it was drawn from; NULL: reported"),
        Column("link", "queued.link", "text: address of the content, by COAGENT_REVIEW__LINK; NULL: none is set"),
        Column("successes", "coalesce(labels.successes, 0)", "count: reviewers who now say success"),
        Column("failures", "coalesce(labels.failures, 0)", "count: reviewers who now say failure"),
        Column("unsure", "coalesce(labels.unsure, 0)", "count: reviewers who now say unsure"),
        Column(
            "reviewed",
            "coalesce(labels.successes + labels.failures + labels.unsure, 0) >= queued.looks",
            "boolean: as many people as should have looked at it",
        ),
    ),
    source=f"""FROM coagent.review_queue AS queued
JOIN coagent.review_draws AS draw ON draw.day = queued.day
LEFT JOIN coagent.segments AS segment ON segment.id = queued.segment_id
LEFT JOIN (
    SELECT current.request_id, {_count("success")} AS successes, {_count("failure")} AS failures,
        {_count("unsure")} AS unsure
    FROM {CURRENT} AS current GROUP BY current.request_id
) AS labels ON labels.request_id = queued.request_id""",  # noqa: S608  our own columns
)

REVIEW_LABELS = View(
    name="review_labels",
    comment="All that people said of single requests, one row a label or report, with who and when; a changed label "
    "keeps those before it.",
    columns=(
        Column("id", "said.id", "text: identifier of the label; one that comes twice counts once"),
        Column("kind", "said.kind", "text: label, or report (a user was not content)"),
        Column("request_id", "said.request_id", "text: the request's id in its telemetry"),
        Column("verdict", "said.verdict", "text: success, failure or unsure; NULL: a report"),
        Column("tags", "said.tags", "JSON array of text: short names of what was wrong"),
        Column("by", "said.by", "text: who said it"),
        Column("at", "said.at", "timestamp, UTC: when it was said"),
        Column(
            "current",
            "said.kind = 'label' AND said.id = first_value(said.id) OVER "
            "(PARTITION BY said.kind, said.request_id, said.by ORDER BY said.at DESC, said.id DESC)",
            "boolean: the newest label of its reviewer, which counts",
        ),
        Column("recorded_at", "said.recorded_at", "timestamp, UTC: when it came into the database"),
    ),
    source="FROM coagent.review_labels AS said",
)

REVIEW_AGREEMENT = View(
    name="review_agreement",
    comment="How far reviewers agree on requests that several looked at: all together (Krippendorff's alpha) and each "
    "two (Cohen's kappa).",
    columns=(
        Column("measure", "agreement.measure", "text: krippendorff_alpha or cohen_kappa"),
        Column("reviewer", "agreement.reviewer", "text: one of the two; NULL: all reviewers"),
        Column("other_reviewer", "agreement.other_reviewer", "text: the other; NULL: all reviewers"),
        Column("requests", "agreement.requests", "count: requests that both, or at least two, labelled"),
        Column("agreed_share", "agreement.agreed_share", "share, 0 to 1: of pairs of labels that are the same"),
        Column(
            "value",
            "agreement.value",
            "ratio: 1 where they always agree, 0 where as often as chance would; NULL: all labels are the same, so nothing is shown",
        ),
        Column("evaluated_at", "agreement.evaluated_at", "timestamp, UTC: when this was computed"),
    ),
    source="FROM coagent.review_agreement AS agreement",
)
