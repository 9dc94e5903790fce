"""What detect hands to confirm: an alarm with everything that is needed to judge it."""

from typing import Literal

import msgspec

from coagent.domain.row import RowRef
from coagent.domain.segment import Segment
from coagent.domain.trace import Trace

Phase = Literal["raised", "growing", "final", "recovered", "reset"]


class Sample(msgspec.Struct, frozen=True):
    """Known values of one signal in row order. `values`: float64 little-endian; `categories`: uint16, the category
    of each value's row (the same codes before and after, so that like is compared with like).
    """

    values: bytes
    categories: bytes


CAUTION_ROWS = (1, 8, 64, 512, 4096)


class SignalEvidence(msgspec.Struct, frozen=True, kw_only=True):
    """One signal or covariate, alarmed or not.

    `log10_evidence` is the highest log10 of its mean Shiryaev-Roberts statistic since the reference began and
    `log10_threshold` what it has to pass; `block_rows` is how many rows count as one (`caution`, rounded).
    `before` is a sample of the frozen reference, `suspicious` the rows from onset to alarm (they raised the suspicion:
    never test on them), `fresh` the rows after the alarm. `opinions` gives for each second opinion (ADWIN,
    PageHinkley) the ordinal of the first row since the onset at which it saw a drift, or None. `caution` is how many
    times as much means over 64 rows of the reference varied as independent rows would let them (1: exchangeable); the
    evidence has been lowered for it. `cautions` are the same for means over each of `CAUTION_ROWS` rows. `direction` of
    an alarm: +1 values rose, -1 they fell, 0 unknown.
    """

    signal: str
    alarmed: RowRef | None
    onset: RowRef | None
    onset_low: int | None
    onset_high: int | None
    log10_evidence: float
    log10_threshold: float
    block_rows: int
    before: Sample
    suspicious: Sample
    fresh: Sample
    opinions: dict[str, int | None]
    caution: float = 1.0
    cautions: list[float] = []
    direction: int = 0


class PartEvidence(msgspec.Struct, frozen=True, kw_only=True):
    """A busy task or tenant of the stream, on the candidate's leading signal: `mean_rank` (0 to 1, 0.5 where nothing
    changed) of its `rows` since the onset among earlier like rows, with its 95 % interval; NaN where it has no rows.
    `alarmed`: its own statistic passed its threshold. A part that has no groups of its own, since groups are bounded,
    is here where its rows rank otherwise than its own earlier ones that are still held, `rows_before` of them.
    """

    dimension: Literal["task", "tenant"]
    name: str | None
    rows_before: int
    rows: int
    mean_rank: float
    low: float
    high: float
    alarmed: bool


class CostEvidence(msgspec.Struct, frozen=True, kw_only=True):
    """Cost per successful priced request in USD: count, mean and standard deviation before and after the onset; None
    where too few have a price, one for a mean and two for a deviation.
    `requests_per_day` at the traffic of the last week, or of the time since the stream began where that is shorter.
    """

    requests_per_day: float
    priced_share: float
    n_before: int
    mean_before_usd: float | None
    sd_before_usd: float | None
    n_after: int
    mean_after_usd: float | None
    sd_after_usd: float | None


class FactEvidence(msgspec.Struct, frozen=True, kw_only=True):
    """What the provider bills or states itself became another: no statistics, and traffic cannot move it. `name`:
    `unit_price_usd` (its values are in that signal's evidence; `before` and `after` are None) or a declared field,
    whose most frequent value was `before` and whose new one is `after`.
    """

    name: str
    onset: RowRef
    alarmed: RowRef
    before: str | None = None
    after: str | None = None


class FieldCounts(msgspec.Struct, frozen=True):
    """How often each value of a declared or deploy field occurred; `None` rows are not counted."""

    field: str
    before: dict[str, int]
    after: dict[str, int]


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """An alarm of a segment and how it goes on.

    Sent when an alarm is raised, whenever another signal joins, and as fresh rows arrive (4, 8, 16, ... rows);
    `sequence` grows with each. `id` is segment id + ordinal of the first alarm's row: the same after a replay.
    `raised` is the first alarm's row, `now` the last row seen. `evidence` lists every signal and covariate that has
    values, alarmed or not: what did not move is evidence too.
    """

    id: str
    sequence: int
    phase: Phase
    segment: Segment
    onset: RowRef
    raised: RowRef
    now: RowRef
    rows_before: int
    rows_fresh: int
    categories: list[str]
    evidence: list[SignalEvidence]
    fields: list[FieldCounts]
    trace: Trace | None = None
    signal: str = ""
    facts: list[FactEvidence] = []
    parts: list[PartEvidence] = []
    cost: CostEvidence | None = None
