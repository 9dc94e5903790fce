"""Success rates from people's labels."""

from migrations.views.view import Column, View


def _rate(name: str, comment: str) -> Column:
    return Column(name, f"quality.{name}", f"share, 0 to 1: {comment}; NULL: no label yet")


QUALITY = View(
    name="quality",
    comment="Success rates of requests from labels of the review queue, with 95 % intervals: of each drawn day all "
    "requests (scope fleet) and each stream (scope stream), and of 30 days each model and task (scope task).",
    columns=(
        Column(
            "scope",
            "CASE WHEN quality.is_by_task THEN 'task' WHEN quality.segment_id IS NULL THEN 'fleet' ELSE 'stream' END",
            "text: fleet, stream or task",
        ),
        Column("day", "quality.day", "timestamp, UTC: the day, or the last of its days"),
        Column("days", "quality.days", "count: days that it speaks of"),
        Column("stream_id", "quality.segment_id", "text: 16 hex digits that name the stream; NULL: another scope"),
        Column(
            "provider", "coalesce(quality.provider, segment.provider)", "text: who serves the model; NULL: the fleet"
        ),
        Column(
            "request_model",
            "coalesce(quality.request_model, segment.request_model)",
            "text: model as requested; NULL: the fleet",
        ),
        Column("endpoint", "segment.endpoint", "text: server address; NULL: unknown, or another scope"),
        Column("task", "quality.task", "text: what the requests are for; NULL: unknown, or another scope"),
        Column(
            "requests",
            "quality.requests",
            "count: requests with an id that were drawn from; of scope task those of all tasks of the model",
        ),
        Column("drawn", "quality.drawn", "count: requests in the sample"),
        Column("labelled", "quality.labelled", "count: those with a verdict of success or failure"),
        Column("unsure", "quality.unsure", "count: those of which all reviewers are unsure"),
        _rate("success_rate", "estimated success rate of the requests, by the inclusion probabilities"),
        Column("low", "quality.low", "share, 0 to 1: lower end of the 95 % interval; NULL: no label yet"),
        Column(
            "high",
            "quality.high",
            "share, 0 to 1: upper end; the interval takes in the share of second looks that differ; NULL: no label yet",
        ),
        _rate("low_if_failed", "lower end if all that were drawn and not labelled failed"),
        _rate("high_if_succeeded", "upper end if all that were drawn and not labelled succeeded"),
        Column(
            "disagreement",
            "quality.disagreement",
            "share, 0 to 1: of second looks that differ from the first, over all days; NULL: fewer than 10",
        ),
        Column(
            "change",
            "quality.change",
            "text: worse, better or none, by the days up to it, from 100 labels of the stream on; at most 1 stream "
            "in 100 that never changes is ever called changed; NULL: too few labels, or another scope",
        ),
        Column(
            "reference_rate",
            "quality.reference_rate",
            "share, 0 to 1: success rate of the days that it is compared with; NULL: too few labels, or another scope",
        ),
        Column("evaluated_at", "quality.evaluated_at", "timestamp, UTC: when this was computed"),
    ),
    source="FROM coagent.quality AS quality LEFT JOIN coagent.segments AS segment ON segment.id = quality.segment_id",
)
