"""When providers shut models down: a small table, dated, from their public pages of deprecations.

Read 2026-11 from OpenAI, "Deprecations" (developers.openai.com/api/docs/deprecations), and Anthropic, "Model
deprecations" (platform.claude.com/docs/en/about-claude/model-deprecations). A model that is not in it may still retire:
providers announce dates later than this table was written.
"""

import re
from datetime import date
from typing import NamedTuple

from coagent.domain.provider_names import priced_provider

TABLE_VERSION = "retirement dates 2026-11"
OPENAI = "OpenAI, Deprecations"
ANTHROPIC = "Anthropic, Model deprecations"


class Retirement(NamedTuple):
    """`models` with their dated snapshots; `replacement` as the provider recommends it."""

    provider: str
    models: tuple[str, ...]
    day: date
    replacement: str | None
    source: str


RETIREMENTS = (
    Retirement("openai", ("gpt-3.5-turbo", "o4-mini"), date(2026, 10, 23), "gpt-5.6-terra", OPENAI),
    Retirement(
        "openai", ("gpt-4", "gpt-4-turbo", "o1", "o1-pro", "o3-mini"), date(2026, 10, 23), "gpt-5.6-sol", OPENAI
    ),
    Retirement("openai", ("gpt-4.1-nano",), date(2026, 10, 23), None, OPENAI),
    Retirement("openai", ("gpt-5", "gpt-5-mini", "gpt-5-nano", "gpt-5-pro", "o3"), date(2026, 12, 11), None, OPENAI),
    Retirement("openai", ("o3-pro",), date(2026, 12, 11), None, OPENAI),
    Retirement("openai", ("gpt-4o", "gpt-4.1"), date(2027, 1, 14), None, OPENAI),
    Retirement("openai", ("gpt-4o-mini", "gpt-4.1-mini"), date(2027, 1, 14), "gpt-6-luna", OPENAI),
    Retirement("openai", ("gpt-5.1",), date(2027, 4, 1), None, OPENAI),
    Retirement(
        "anthropic", ("claude-sonnet-4", "claude-sonnet-4-0"), date(2026, 6, 15), "claude-sonnet-4-6", ANTHROPIC
    ),
    Retirement("anthropic", ("claude-opus-4", "claude-opus-4-0"), date(2026, 6, 15), "claude-opus-4-8", ANTHROPIC),
    Retirement("anthropic", ("claude-opus-4-5",), date(2027, 1, 22), "claude-opus-5-5", ANTHROPIC),
)


SNAPSHOT = re.compile(r"(-\d{4}-\d\d-\d\d|-\d{8}|-\d{4}(-preview)?)?")


def retirement_of(provider: str, model: str) -> Retirement | None:
    """Of the model or a dated snapshot of it; None where no date is known.

    >>> retirement_of("openai", "gpt-4-0613").day.isoformat(), retirement_of("openai", "gpt-4.5")
    ('2026-10-23', None)
    """
    for one in RETIREMENTS:
        if one.provider == priced_provider(provider):
            for name in one.models:
                if model.startswith(name) and SNAPSHOT.fullmatch(model[len(name) :]):
                    return one
    return None
