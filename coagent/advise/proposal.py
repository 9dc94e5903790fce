"""What one advisor found: who is touched, and what each day would have cost less."""

from dataclasses import dataclass
from typing import Any

from coagent.advise.frame import Accounts, Floats
from coagent.domain.opportunity import Effort
from coagent.domain.segment import Segment


@dataclass(frozen=True, slots=True, kw_only=True)
class Daily:
    """US dollars that the change saves on each observed day, shape (accounts, days): at least, as expected, at most.
    What the telemetry does not say (how many adopt it, how long another model answers) is between low and high; how
    days differ is added by `savings`.
    """

    low: Floats
    expected: Floats
    high: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One decision. `subject` is what it is about, `target` what else sets it apart from others of its kind and
    subject; for the other fields see `coagent.domain.opportunity.Opportunity`.
    """

    kind: str
    subject: Segment
    accounts: Accounts
    daily: Daily
    title: str
    assumptions: list[str]
    evidence: list[dict[str, Any]]
    change: tuple[str, Any]
    """Path and value of the patch."""
    effort: Effort
    risk: str
    validation: str
    wrong_if: str
    target: str = ""
    benefit: str | None = None
    sample_size: int | None = None
    price_version: str | None = None


def in_proportion(most: Floats, low: float, expected: float, high: float = 1.0) -> Daily:
    """Shares of what can be saved at most."""
    return Daily(low=most * low, expected=most * expected, high=most * high)
