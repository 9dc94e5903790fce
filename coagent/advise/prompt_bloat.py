"""Prompts longer than those that others send for the same task."""

from collections.abc import Iterator

import numpy as np

from coagent.advise.billed_prices import input_price
from coagent.advise.frame import Accounts, Floats, Frame, model_of
from coagent.advise.length_rows import length_rows
from coagent.advise.peers import median_of_peers
from coagent.advise.proposal import Proposal, in_proportion
from coagent.advise.sample_size import quality_sample
from coagent.advise.token_limit import token_limit
from coagent.domain.segment import Segment

KIND = "prompt_bloat"
TIMES_PEERS = 2.0
CAN_BE_CUT = (0.3, 0.65)


def prompt_bloat(frame: Frame) -> Iterator[Proposal]:
    """Accounts with twice the tokens in of the median of three or more others of their model and task."""
    lengths = frame.per_request("input_tokens")
    peers = median_of_peers(frame, lengths)
    accounts = np.flatnonzero(lengths >= TIMES_PEERS * peers)
    excess = np.nan_to_num(lengths - peers)[:, None] * frame["requests"] * input_price(frame)
    for model, some in frame.groups(accounts, model_of):
        yield _proposal(frame, model, some, excess[some], (lengths[some], peers[some]))


def _proposal(
    frame: Frame, model: Segment, accounts: Accounts, excess: Floats, compared: tuple[Floats, Floats]
) -> Proposal:
    lengths, peers = compared
    return Proposal(
        kind=KIND,
        subject=model,
        accounts=accounts,
        daily=in_proportion(excess, *CAN_BE_CUT),
        title=f"Shorten the prompt: {np.max(lengths / peers):.1f} times as long as others send for the same task",
        assumptions=["Of what is longer than the others' median, 30 % (low), 65 % (expected) or all (high) can go."],
        evidence=length_rows(frame, accounts, ("input_tokens_a_request", "others_median_tokens"), compared),
        change=("/prompt/max_input_tokens", token_limit(1.5 * np.max(peers))),
        effort="medium",
        risk="What is cut from the prompt may be what the answer needed.",
        validation="Shadow the shorter prompt; compare the scores of both answers.",
        sample_size=quality_sample(float("nan")),
        wrong_if="Quality scores fall, or the shorter prompt needs more requests for the same task.",
    )
