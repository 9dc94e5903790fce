"""What calls may cost, before they are made, and what they did cost."""

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from coagent.domain.probe import Probe
from coagent.domain.probe_call import Answer, Ask

TEMPLATE_TOKENS = 256
"""What a provider may add to a prompt: chat templates and short system prompts."""
OUT_TOKENS = 16
"""Some servers make at least so many, whatever is asked for."""
MILLION = Decimal(1_000_000)


def most(probe: Probe, asks: Iterable[Ask], dearest_usd: Decimal) -> Decimal:
    """US dollars that the calls can cost: no token is shorter than a byte, and what was dearer once, such as behind a
    hidden prompt, may be so twice.
    """
    return sum((max(_most(probe, one), 2 * dearest_usd) for one in asks), Decimal(0))


def actual(probe: Probe, ask: Ask, answer: Answer) -> Decimal:
    """US dollars of one call: billed, else counted; the most it can be where neither is known, as of a failed call."""
    listed = listed_usd(probe, answer)
    known = [one for one in (answer.billed_usd, listed) if one is not None]
    return max(known) if known else _most(probe, ask)


def listed_usd(probe: Probe, answer: Answer) -> Decimal | None:
    """By the probe's prices; None where tokens are not counted."""
    if answer.prompt_tokens is None or answer.output_tokens is None:
        return None
    return _usd(probe, answer.prompt_tokens, answer.output_tokens)


def _most(probe: Probe, ask: Ask) -> Decimal:
    written = msgspec.json.encode((ask.text, ask.messages, ask.tools))
    return _usd(probe, len(written) + TEMPLATE_TOKENS, max(ask.max_tokens, OUT_TOKENS))


def _usd(probe: Probe, tokens_in: int, tokens_out: int) -> Decimal:
    return (probe.usd_per_mtok_in * tokens_in + probe.usd_per_mtok_out * tokens_out) / MILLION
