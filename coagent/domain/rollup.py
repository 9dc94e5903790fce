"""One minute of one segment, in absolute values."""

from datetime import datetime
from decimal import Decimal

import msgspec

from coagent.domain.segment import Segment


class Rollup(msgspec.Struct, frozen=True, kw_only=True):
    """Counts, tokens, cost and mergeable sketches of a minute.

    A minute whose state was closed and sees a late row opens a new `part` (its id follows from the origin of its
    first row, so a replay makes the same one); a minute's value is the sum over its parts. Within a part the row
    with the highest `sequence` is the truth. Sums are None where no row of the part knew the value; `*_known`
    counts say how many did. Sketches are serialized Apache DataSketches: t-digests (float, seconds) and CPC (prompts).

    `cost_doubtful` counts answered requests of unknown cost whose token counts are in doubt. `list_cost_usd` is what
    the price table says, also of requests whose billed cost is known.
    """

    segment: Segment
    minute: datetime
    part: str
    sequence: int
    requests: int
    errors: int
    truncations: int
    refusals: int | None
    fallbacks: int | None
    cache_hits: int | None
    streamed: int | None
    input_tokens: int | None
    output_tokens: int | None
    cached_input_tokens: int | None
    cache_write_tokens: int | None
    reasoning_tokens: int | None
    cost_usd: Decimal | None
    cost_known: int
    price_version: str | None
    prompts_known: int
    duration_sketch: bytes | None
    time_to_first_token_sketch: bytes | None
    prompt_sketch: bytes | None
    cost_doubtful: int = 0
    list_cost_usd: Decimal | None = None
    list_cost_known: int = 0
