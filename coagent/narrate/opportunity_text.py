"""An opportunity in words, for somebody who decides."""

from coagent.domain.insight import Fact
from coagent.narrate.draft import TITLE_CHARS, Draft
from coagent.narrate.segment_facts import affected, service

Facts = dict[str, Fact]


def opportunity_text(facts: Facts) -> Draft:
    """What to change, what it saves, on which assumptions, at what risk, how to check, where to look."""
    parts = [
        _headed("", "opportunity", facts),
        f"**Worth** {_savings(facts)} a month.",
        _where(facts),
        _listed("**Assumed**", "assumption ", facts),
        f"**Change** `{facts['action'].value}`",
        _headed("**Risk** ", "risk", facts),
        _headed("**Check first** ", "validation", facts),
        f"**Prices** as of `{facts['price version'].value}`." if "price version" in facts else "",
        f"**Details** `{facts['details'].value}`",
    ]
    return Draft(_title(facts), "\n\n".join(part for part in parts if part))


def _savings(facts: Facts) -> str:
    low, expected, high = (facts[f"savings {part}"].value for part in ("low", "expected", "high"))
    return f"{expected} USD ({low} to {high} USD)"


def _title(facts: Facts) -> str:
    worth = f"worth {facts['savings expected'].value} USD a month"
    what = [facts["opportunity"].value] if "opportunity" in facts else []
    titles = [f"{lead}, {worth}" for lead in (*what, f"{service(facts, quote=False)}: a saving")]
    return next((title for title in titles if len(title) <= TITLE_CHARS), f"A saving {worth}")


def _headed(heading: str, name: str, facts: Facts) -> str:
    return f"{heading}{facts[name].value}" if name in facts else ""


def _where(facts: Facts) -> str:
    rest = affected(facts)
    return f"**Where** {service(facts, quote=True)}" + (f", {rest}." if rest else ".")


def _listed(heading: str, prefix: str, facts: Facts) -> str:
    lines = [fact.value for name, fact in facts.items() if name.startswith(prefix)]
    return "\n".join([heading, *(f"- {line}" for line in lines)]) if lines else ""
