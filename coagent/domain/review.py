"""Which requests people look at, how they were chosen, and what is known of a stream's quality from their labels.

Ids, times, costs and scores alone: no content of a request comes here.
"""

from datetime import datetime
from typing import Literal

import msgspec

from coagent.domain.segment import Segment

Reason = Literal["shift", "low_score", "low_confidence", "cascaded", "expensive", "random"]
REASONS: tuple[Reason, ...] = ("shift", "low_score", "low_confidence", "cascaded", "expensive", "random")
"""Each request belongs to the first that applies, `random` where none does: so they divide a day's requests."""
REPORTED = "reported"
"""Why a request is in the queue that a user complained of; it is no part of the sample."""
Verdict = Literal["success", "failure", "unsure"]
VERDICTS: tuple[Verdict, ...] = ("success", "failure", "unsure")
Change = Literal["worse", "better", "none"]


class ReviewEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A request that may be drawn: of each day, stream and reason those of the lowest ranks. `rank`: 0 to 2**62 - 1,
    uniform, from the request's id and the seed alone.
    """

    request_id: str
    reason: Reason
    rank: int
    time: datetime
    task: str | None = None
    tenant: str | None = None
    cost_usd: float | None = None
    quality_score: float | None = None
    mean_logprob: float | None = None


class ReasonRequests(msgspec.Struct, frozen=True):
    """How many requests with an id belong to a reason."""

    reason: Reason
    requests: int


class ReviewPool(msgspec.Struct, frozen=True, kw_only=True):
    """Requests of a stream on a UTC day, in absolute counts since the part began, and entries that are new: what
    travels on `coagent.review.v1`. Of one part the highest sequence is the truth; parts of a day add up.
    """

    segment: Segment
    day: datetime
    part: str
    sequence: int
    requests: list[ReasonRequests]
    without_id: int
    entries: list[ReviewEntry] = []

    @property
    def id(self) -> tuple[str, datetime, str, int]:
        """Entries stand in one message alone, so that none replaces another."""
        return self.segment.id, self.day, self.part, self.sequence


class Cell(msgspec.Struct, frozen=True, order=True):
    """Requests of one stream, by its id, and one reason."""

    stream_id: str
    reason: Reason


class DrawnCell(msgspec.Struct, frozen=True, kw_only=True):
    """A cell of a drawn day. Cells of one `stratum` were drawn from together, every request with one probability."""

    cell: Cell
    requests: int
    stratum: str
    stratum_requests: int
    stratum_drawn: int


class QueueItem(msgspec.Struct, frozen=True, kw_only=True):
    """A request for a person. `place`: from 1, in random order, so that the first of them are a sample too. `looks`:
    how many people should. `probability` of being drawn; None where a user reported it: only its id is known then.
    """

    id: str
    place: int
    looks: int
    reason: str
    request_id: str
    stream_id: str | None = None
    stratum: str | None = None
    probability: float | None = None
    time: datetime | None = None
    task: str | None = None
    tenant: str | None = None
    cost_usd: float | None = None
    quality_score: float | None = None
    mean_logprob: float | None = None
    link: str | None = None


class Draw(msgspec.Struct, frozen=True, kw_only=True):
    """A day's queue, all of it: at most `budget` looks."""

    day: datetime
    at: datetime
    budget: int
    cells: list[DrawnCell]
    items: list[QueueItem]

    @property
    def looks(self) -> int:
        return sum(item.looks for item in self.items)


class DrawnDay(msgspec.Struct, frozen=True):
    """`items`: of its sample, without what users reported."""

    day: datetime
    cells: list[DrawnCell]
    items: list[QueueItem]


class CurrentLabel(msgspec.Struct, frozen=True):
    """What a reviewer says of a request now; earlier labels of the same reviewer do not count any more."""

    request_id: str
    by: str
    verdict: Verdict


class Quality(msgspec.Struct, frozen=True, kw_only=True):
    """Success rate of the requests of `days` days up to `day`, from labels, with its 95 % interval: of one stream, of
    one model and task, or, where neither is named, of all requests with an id. `low_if_failed`, `high_if_succeeded`:
    bounds whatever those drawn but not labelled are. `disagreement`: share of second looks that differ; the interval is
    wider by it. None is unknown.
    """

    day: datetime
    days: int
    requests: int
    drawn: int
    labelled: int
    unsure: int
    success_rate: float | None
    low: float | None
    high: float | None
    low_if_failed: float | None
    high_if_succeeded: float | None
    disagreement: float | None
    stream_id: str | None = None
    provider: str | None = None
    request_model: str | None = None
    task: str | None = None
    is_by_task: bool = False
    change: Change | None = None
    reference_rate: float | None = None


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """Of two reviewers (Cohen's kappa), or of all (Krippendorff's alpha; no names). None: too few, or all alike."""

    measure: Literal["cohen_kappa", "krippendorff_alpha"]
    reviewer: str | None
    other_reviewer: str | None
    requests: int
    agreed_share: float
    value: float | None
