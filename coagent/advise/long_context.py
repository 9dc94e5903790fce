"""Prompts beyond the length from which the provider charges more."""

from collections.abc import Iterator

import numpy as np

from coagent.advise.billed_prices import billed_share
from coagent.advise.frame import Accounts, Frame, model_of
from coagent.advise.proposal import Proposal, in_proportion
from coagent.domain.segment import Segment

KIND = "long_context"
LONG_INPUT_TOKENS = 200_000
"""As rollups count long inputs."""
CAN_BE_SHORTER = (0.3, 0.65)


def long_context(frame: Frame) -> Iterator[Proposal]:
    """Accounts with inputs over 200,000 tokens on models that charge more for them."""
    for model, accounts in frame.groups(np.flatnonzero(frame["long_inputs"].sum(axis=1) > 0), model_of):
        tokens, inputs = (frame[name][accounts].sum() for name in ("long_input_tokens", "long_inputs"))
        if tokens < LONG_INPUT_TOKENS * inputs:
            continue  # contradicts itself
        standard = frame.prices(model.provider, model.request_model)
        dear = frame.prices.long_input(model.provider, model.request_model, int(tokens / inputs))
        if standard and dear and dear > standard.input:
            yield _proposal(frame, model, accounts, dear - standard.input)


def _proposal(frame: Frame, model: Segment, accounts: Accounts, premium: float) -> Proposal:
    tokens, inputs = frame["long_input_tokens"][accounts], frame["long_inputs"][accounts].sum()
    most = tokens * premium * billed_share(frame)[accounts][:, None]
    return Proposal(
        kind=KIND,
        subject=model,
        accounts=accounts,
        daily=in_proportion(most, *CAN_BE_SHORTER),
        title=f"Keep prompts below {LONG_INPUT_TOKENS:,} tokens: {inputs:,.0f} requests pay the long-context price",
        assumptions=[
            "30 % (low), 65 % (expected) or all (high) of these prompts can stay below the limit.",
            "Only the higher price of tokens in is counted, not the tokens cut.",
        ],
        evidence=[
            {
                "long_inputs": int(inputs),
                "long_input_tokens": int(tokens.sum()),
                "premium_usd_a_million_tokens": round(premium * 1e6, 4),
            }
        ],
        change=("/prompt/max_input_tokens", LONG_INPUT_TOKENS),
        effort="medium",
        risk="What is cut from the prompt may be what the answer needed.",
        validation="Shadow prompts cut or retrieved to below the limit; compare the scores of both answers.",
        wrong_if="Quality scores fall, or two shorter requests are needed in place of one.",
        price_version=frame.prices.version,
    )
