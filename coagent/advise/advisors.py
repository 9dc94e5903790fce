"""The catalogue: each advisor is one file."""

from collections.abc import Callable, Iterator

from coagent.advise.batch_tier import batch_tier
from coagent.advise.cascade import cascade
from coagent.advise.compose import composed
from coagent.advise.endpoint_choice import endpoint_choice
from coagent.advise.fallback_missing import fallback_missing
from coagent.advise.frame import Frame
from coagent.advise.long_context import long_context
from coagent.advise.output_length import output_length
from coagent.advise.price_change import price_change
from coagent.advise.priority_tier import priority_tier
from coagent.advise.prompt_bloat import prompt_bloat
from coagent.advise.prompt_cache import prompt_cache
from coagent.advise.prompt_cache_collapse import prompt_cache_collapse
from coagent.advise.prompt_growth import prompt_growth
from coagent.advise.proposal import Proposal
from coagent.advise.rate_limits import rate_limits
from coagent.advise.reasoning_effort import reasoning_effort
from coagent.advise.repeated_prompts import repeated_prompts
from coagent.advise.retirement import retirement
from coagent.advise.retry_waste import retry_waste
from coagent.advise.right_size import right_size
from coagent.advise.self_hosting import Gpu, self_hosting
from coagent.advise.truncated_answers import truncated_answers
from coagent.advise.unused_max_tokens import unused_max_tokens
from coagent.domain.opportunity import Opportunity
from coagent.domain.unit_price import Prices
from coagent.domain.usage import Usage

Advisor = Callable[[Frame], Iterator[Proposal]]
ADVISORS: tuple[Advisor, ...] = (
    *(retry_waste, truncated_answers, repeated_prompts, price_change, endpoint_choice, right_size, cascade),
    *(reasoning_effort, output_length, prompt_growth, prompt_bloat, long_context, prompt_cache, prompt_cache_collapse),
    *(priority_tier, batch_tier, fallback_missing, rate_limits, unused_max_tokens, retirement),
)
"""Each yields a proposal for each decision; nothing where a figure that it needs is unknown."""


def opportunities(usage: Usage | None, prices: Prices, gpu: Gpu | None = None) -> list[Opportunity]:
    """The most expected savings first, after overlaps. `prices`: what requests to come cost. Self-hosting is looked at
    where a GPU is given.
    """
    if usage is None:
        return []
    frame = Frame.of(usage, prices)
    found = [proposal for advisor in ADVISORS for proposal in advisor(frame)]
    return composed(frame, [*found, *(self_hosting(frame, gpu) if gpu else ())])
