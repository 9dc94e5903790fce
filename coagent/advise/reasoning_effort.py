"""Reasoning tokens on tasks that look simple."""

from collections.abc import Iterator

import numpy as np

from coagent.advise.billed_prices import billed_prices
from coagent.advise.complexity import LOW, complexity, visible_output
from coagent.advise.frame import Accounts, Frame, divided, mean_of_known, model_of
from coagent.advise.proposal import Proposal, in_proportion
from coagent.advise.sample_size import quality_sample
from coagent.domain.segment import Segment
from coagent.domain.vocabulary import signal_name

KIND = "reasoning_effort"
LEAST_SHARE = 0.5
"""Of tokens out."""
TOOLS_AT_MOST = 0.05
CAN_BE_CUT = (0.3, 0.6, 0.9)


def reasoning_effort(frame: Frame) -> Iterator[Proposal]:
    """Accounts where reasoning is most of the output although prompts and answers are short and no tools are called."""
    share = divided(frame.total("reasoning_tokens"), frame.total("output_tokens"))
    matrix = complexity(frame)
    simple = (matrix.context == LOW) & (matrix.knowledge == LOW)
    tools = frame.share("tool_requests", "tools_known")
    accounts = np.flatnonzero((share >= LEAST_SHARE) & simple & (tools <= TOOLS_AT_MOST))
    for model, some in frame.groups(accounts, model_of):
        yield _proposal(frame, model, some)


def _proposal(frame: Frame, model: Segment, accounts: Accounts) -> Proposal:
    reasoning = np.nan_to_num(frame["reasoning_tokens"][accounts])
    share = reasoning.sum() / np.nansum(frame["output_tokens"][accounts])
    matrix = complexity(frame)
    return Proposal(
        kind=KIND,
        subject=model,
        accounts=accounts,
        daily=in_proportion(reasoning * billed_prices(frame).column("output")[accounts], *CAN_BE_CUT),
        title=f"Lower the reasoning effort: {share:.0%} of tokens out are reasoning for answers of "
        f"{mean_of_known(visible_output(frame)[accounts]):,.0f} tokens",
        assumptions=[f"Of the {signal_name('reasoning_tokens')}, 30 % (low), 60 % (expected) or 90 % (high) can go."],
        evidence=[matrix.row(frame, int(one)) for one in accounts],
        change=("/shadow", {"reasoning_effort": "low"}),
        effort="low",
        risk="Short answers may still need thought: quality at a lower effort is not measured.",
        validation="Shadow with low reasoning effort; compare the scores of both answers before any change.",
        sample_size=quality_sample(float("nan")),
        wrong_if="Quality scores fall at the lower effort, or visible answers get longer by what was saved.",
    )
