"""What can be said about a burning error budget."""

from collections.abc import Iterator, Mapping

from coagent.domain.insight import Fact
from coagent.domain.slo import Burn, Indicator
from coagent.narrate.burn_facts import MATCHED
from coagent.narrate.claim import Claim, Filling, claim
from coagent.narrate.step_claims import step_claims

GOOD: Mapping[Indicator, str] = {
    "success_rate": "of requests succeed",
    "latency": "of answers are complete within {bound}",
    "time_to_first_token": "of first tokens come within {bound}",
    "cost": "of requests cost at most {bound}",
    "quality": "of scored answers reach {bound}",
}
BAD: Mapping[Indicator, str] = {
    "success_rate": "failed",
    "latency": "took longer than {bound}",
    "time_to_first_token": "had their first token later than {bound}",
    "cost": "cost more than {bound}",
    "quality": "scored below {bound}",
}


def burn_claims(burn: Burn, facts: Mapping[str, Fact]) -> list[Claim]:
    """How bad it is, since when, for whom, what is left, and what to do."""
    found = [*_state(facts), *_size(burn, facts), *_who(facts), *_budget(facts)]
    return [*found, *step_claims(facts)]


def _state(facts: Mapping[str, Fact]) -> Iterator[Claim]:
    slo = facts["slo"].value
    if "ended" in facts:
        template = "the error budget of `{slo}` burned from {began} to {ended}: no window fires any more"
        yield claim("state", template, facts, slot="since", title=f"Recovered: error budget of {slo} no longer burns")
        return
    rate = f"{facts['burn rate'].value} times " if "burn rate" in facts else ""
    title = f"Error budget of {slo} burns {rate}too fast"
    yield claim("state", "the error budget of `{slo}` burns since {began}", facts, slot="since", title=title)


def _size(burn: Burn, facts: Mapping[str, Fact]) -> Iterator[Claim]:
    if "bad share" not in facts or "ended" in facts:
        return
    bad = f"{{bad}} of {{events}} {BAD[burn.slo.indicator]} within {{window}}"
    allowed = f"; the objective allows {{allowed}}: {{objective}} {GOOD[burn.slo.indicator]}"
    yield claim("bad", bad + allowed, {**facts, "bad": facts["bad share"]}, slot="size")


def _who(facts: Mapping[str, Fact]) -> Iterator[Claim]:
    known: dict[str, Filling] = {part: facts[part] for part in MATCHED if part in facts}
    if known:
        named = ", ".join(f"{part} `{{{part}}}`" for part in known)
        yield claim("who", f"it affects {named}", known, heading="Who is affected", slot="who")


def _budget(facts: Mapping[str, Fact]) -> Iterator[Claim]:
    if "budget left" in facts:
        runs_out = "exhausted" in facts and "ended" not in facts
        template = "{left} of it is left" + (", and at this speed it is used up on {exhausted}" if runs_out else "")
        slots = {"left": facts["budget left"], "exhausted": facts.get("exhausted")}
        yield claim("budget", template, slots, heading="Budget left")
