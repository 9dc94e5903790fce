"""What the sampler for review reads of a batch, in its own terms."""

from coagent.columns import Columns
from coagent.detect.state.stream import Watch
from coagent.domain.review import ReviewPool
from coagent.review.rows import ReviewRows, Texts
from coagent.review.sampler import Sampler


def sampled(sampler: Sampler, watch: Watch, columns: Columns) -> list[ReviewPool]:
    """Call before the watch has seen the rows: a change that is open then is what they belong to."""
    return sampler.add(
        review_rows(columns),
        has_open_shift=has_open_shift(watch),
        origin=columns.place_of,
        sequence=watch.rows_seen + columns.rows,
    )


def has_open_shift(watch: Watch) -> bool:
    """Of the stream, or of a task or tenant of it."""
    whole, part = watch.suspicion, watch.part
    return (whole is not None and not whole.accepted) or (part is not None and not (part.accepted or part.over))


def review_rows(columns: Columns) -> ReviewRows:
    return ReviewRows(
        times_s=columns.number("time_s"),
        request_ids=Texts(*columns.text("request_id")),
        tasks=Texts(*columns.text("task")),
        tenants=Texts(*columns.text("tenant")),
        costs_usd=columns.costs_usd(),
        scores=columns.number("quality_score"),
        logprobs=columns.number("mean_logprob"),
        fallbacks=columns.number("is_fallback"),
        attempts=columns.number("attempt"),
    )
