"""Several changes to the same spend: each saves a share of what those before it left."""

from collections.abc import Sequence

import numpy as np

from coagent.advise.frame import Accounts, Floats
from coagent.advise.proposal import Proposal
from coagent.advise.savings import Monthly

ORDER_OF_APPLICATION = (
    "retry_waste",
    "truncated_answers",
    "repeated_prompts",
    "price_change",
    "endpoint_choice",
    "right_size",
    "cascade",
    "reasoning_effort",
    "output_length",
    "prompt_growth",
    "prompt_bloat",
    "long_context",
    "prompt_cache",
    "prompt_cache_collapse",
    "priority_tier",
    "batch_tier",
    "self_hosting",
)
"""First what should not be sent at all, then who answers, then how long, then at which rate."""


def combined(found: Sequence[tuple[Proposal, Monthly]], spend: Floats) -> list[Monthly]:
    """What each saves after those before it; per account the sums, also of the highs, stay within its spend.

    With f the share of an account's spend that a change saves alone: expected = spend * f * product of (1 - f) of the
    earlier ones; low takes the earlier ones at their high, high at their low. `spend`: US dollars a month by account.
    """
    remaining = {name: np.ones(len(spend)) for name in ("low", "expected", "high")}
    net: list[Monthly | None] = [None] * len(found)
    for place in sorted(range(len(found)), key=lambda one: _order(found[one][0])):
        proposal, alone = found[place]
        left = {name: held[proposal.accounts] for name, held in remaining.items()}
        net[place] = Monthly(
            low=alone.low * left["low"], expected=alone.expected * left["expected"], high=alone.high * left["high"]
        )
        of_them = spend[proposal.accounts]
        for name, taken in (("low", alone.high), ("expected", alone.expected), ("high", alone.low)):
            remaining[name][proposal.accounts] = left[name] * (1 - _share(taken, of_them))
    return _within_spend([one for one in net if one is not None], [one.accounts for one, _ in found], spend)


def _order(proposal: Proposal) -> tuple[int, str]:
    return ORDER_OF_APPLICATION.index(
        proposal.kind
    ) if proposal.kind in ORDER_OF_APPLICATION else -1, proposal.subject.id


def _share(saved: Floats, spend: Floats) -> Floats:
    return np.clip(np.divide(saved, spend, out=np.zeros(len(saved)), where=spend > 0), 0, 1)


def _within_spend(net: list[Monthly], accounts: list[Accounts], spend: Floats) -> list[Monthly]:
    """Highs above the expected savings shrink in proportion where together they exceed the spend."""
    expected, excess = np.zeros(len(spend)), np.zeros(len(spend))
    for one, where in zip(net, accounts, strict=True):
        expected[where] += one.expected
        excess[where] += one.high - one.expected
    room = np.clip(np.divide(spend - expected, excess, out=np.ones(len(spend)), where=excess > 0), 0, 1)
    return [
        Monthly(low=one.low, expected=one.expected, high=one.expected + (one.high - one.expected) * room[where])
        for one, where in zip(net, accounts, strict=True)
    ]
