"""One minute of one segment, in absolute values."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from coagent.domain.histogram import Histogram
from coagent.domain.segment import Segment

Count = Annotated[int, msgspec.Meta(ge=0, le=2**62)]
Part = Annotated[str, msgspec.Meta(max_length=200)]
Tier = Annotated[str, msgspec.Meta(max_length=40)]


class Rollup(msgspec.Struct, frozen=True, kw_only=True):
    """Counts, tokens, cost and mergeable sketches of a minute.

    A minute whose state was closed and sees a late row opens a new `part` (its id follows from the origin of its
    first row, so a replay makes the same one); a minute's value is the sum over its parts. Within a part the row
    with the highest `sequence` is the truth. Sums are None where no row of the part knew the value; `*_known`
    counts say how many did. Histograms are of seconds. Sketches are serialized HyperLogLog sketches (Apache
    DataSketches) of prompt and prefix hashes. `outcomes_known` counts requests of which anything says whether they
    succeeded, `finishes_known` those whose finish reason is known, `cacheable_input_tokens` the tokens in of requests
    whose cached tokens are known, `error_types` failed ones by type (beyond 20 types as `(other)`), `retries` those
    that were no first attempt.

    `cost_doubtful` counts answered requests of unknown cost whose token counts are in doubt. `list_cost_usd` is what
    the price table says, also of requests whose billed cost is known. `failed_cost_usd` is the known cost of failed
    requests. `priority_requests` and `batched_requests` are of those whose service tier is known, `tool_requests` those
    that called tools; long inputs have over 200,000 tokens; `max_tokens` and `quality_score` are sums. A part has one
    `service_tier` (standard, priority, fast, flex, batch, prepaid or (other)), None where no request says it; a request
    that says none joins the others of its account and minute where these have one alone.
    """

    segment: Segment
    minute: datetime
    part: Part
    sequence: Count
    requests: Count
    errors: Count
    truncations: Count
    refusals: Count | None
    fallbacks: Count | None
    cache_hits: Count | None
    streamed: Count | None
    input_tokens: Count | None
    output_tokens: Count | None
    cached_input_tokens: Count | None
    cache_write_tokens: Count | None
    reasoning_tokens: Count | None
    cost_usd: Decimal | None
    cost_known: Count
    price_version: str | None
    prompts_known: Count
    duration: Histogram | None = None
    time_to_first_token: Histogram | None = None
    prompt_sketch: bytes | None
    cost_doubtful: Count = 0
    list_cost_usd: Decimal | None = None
    list_cost_known: Count = 0
    outcomes_known: Count = 0
    refusals_known: Count = 0
    fallbacks_known: Count = 0
    retries_known: Count = 0
    finishes_known: Count = 0
    cacheable_input_tokens: Count = 0
    retries: Count | None = None
    error_types: dict[str, Count] = {}
    prefixes_known: Count = 0
    prefix_sketch: bytes | None = None
    failed_cost_usd: Decimal = Decimal(0)
    tiers_known: Count = 0
    priority_requests: Count = 0
    batched_requests: Count = 0
    long_inputs: Count = 0
    long_input_tokens: Count = 0
    max_tokens: Count | None = None
    max_tokens_known: Count = 0
    tool_requests: Count = 0
    tools_known: Count = 0
    quality_score: Decimal | None = None
    quality_scores_known: Count = 0
    service_tier: Tier | None = None
