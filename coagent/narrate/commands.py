"""The commands that end every text."""

from collections.abc import Iterable

from coagent.domain.insight import Fact


def commands(facts: Iterable[Fact]) -> str:
    """One line: where the details are, and how to accept what can be accepted."""
    known = {fact.name: fact.value for fact in facts}
    return " · ".join(f"**{name.title()}** `{known[name]}`" for name in ("details", "accept") if name in known)
