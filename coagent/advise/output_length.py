"""Answers longer than those that others get for the same task."""

from collections.abc import Iterator

import numpy as np

from coagent.advise.billed_prices import billed_prices
from coagent.advise.complexity import visible_output
from coagent.advise.frame import Accounts, Floats, Frame, mean_of_known, model_of
from coagent.advise.length_rows import length_rows
from coagent.advise.peers import median_of_peers
from coagent.advise.proposal import Proposal, in_proportion
from coagent.advise.sample_size import quality_sample
from coagent.advise.token_limit import token_limit
from coagent.domain.segment import Segment

KIND = "output_length"
TIMES_PEERS = 2.0
CAN_BE_CUT = (0.3, 0.65)


def output_length(frame: Frame) -> Iterator[Proposal]:
    """Accounts with twice the visible tokens out of the median of three or more others of their model and task."""
    lengths = visible_output(frame)
    peers = median_of_peers(frame, lengths)
    accounts = np.flatnonzero(lengths >= TIMES_PEERS * peers)
    excess = np.nan_to_num(lengths - peers)[:, None] * frame["requests"] * billed_prices(frame).column("output")
    for model, some in frame.groups(accounts, model_of):
        yield _proposal(frame, model, some, excess[some], (lengths[some], peers[some]))


def _proposal(
    frame: Frame, model: Segment, accounts: Accounts, excess: Floats, compared: tuple[Floats, Floats]
) -> Proposal:
    lengths, peers = compared
    score = mean_of_known(frame.share("quality_score", "quality_scores_known")[accounts])
    return Proposal(
        kind=KIND,
        subject=model,
        accounts=accounts,
        daily=in_proportion(excess, *CAN_BE_CUT),
        title=f"Ask for shorter answers: {np.max(lengths / peers):.1f} times as long as others get for the same task",
        assumptions=["Of what is longer than the others' median, 30 % (low), 65 % (expected) or all (high) can go."],
        evidence=length_rows(frame, accounts, ("output_tokens_a_request", "others_median_tokens"), compared),
        change=("/max_tokens", token_limit(2 * np.max(peers))),
        effort="medium",
        risk="Some answers may need their length: readers may miss what is left out.",
        validation="Shadow the shorter prompt or limit; compare the scores of both answers.",
        sample_size=quality_sample(score),
        wrong_if="Quality scores fall, truncations rise, or people ask again for what was left out.",
    )
