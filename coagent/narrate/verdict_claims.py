"""What can be said about a trial that has ended."""

from collections.abc import Iterator, Mapping

from coagent.domain.insight import Fact
from coagent.domain.verdict import MetricFigures, Trial, TrialStatus, Verdict
from coagent.narrate.claim import Claim, Filling, claim
from coagent.narrate.step_claims import step_claims
from coagent.narrate.telemetry_text import in_title
from coagent.narrate.verdict_facts import MATCHED

ENDS: dict[TrialStatus, tuple[str, str]] = {
    "certified": ("Certified: {} is not worse than its margins", "{arms} is not worse than any of its margins"),
    "halted": ("Halted: {} is worse than a margin", "{arms} is worse than a margin: take it out"),
    "undecided": ("Undecided: cannot tell whether {} is worse", "cannot tell by {ended} whether {arms} is worse"),
    "stopped": ("Stopped: {} has no verdict", "the trial of {arms} was stopped without a verdict by `{by}`"),
    "running": ("Running: {}", "the trial of {arms} runs"),
}
ARMS = "{field} `{candidate}` against `{control}`"
SURE = "each bound and each decision is wrong with a probability of at most {chance}, whenever one looks"
BY_CHANCE = f"if chance decides which requests go to which arm, {SURE}; moving all of them at once is no such test"
"""Of a split test that an approval started: nobody promised how its arms are drawn."""
OUTCOMES = {
    "certified": "not worse than {margin}",
    "halted": "worse than {margin}",
    "open": "not decided against {margin}",
}


def verdict_claims(verdict: Verdict, facts: Mapping[str, Fact]) -> list[Claim]:
    """How it ended, each metric, how sure that is, whom it is about, and what to do."""
    metrics = [one for figures in verdict.metrics for one in _metric(figures, facts)]
    return [_state(verdict, facts), *metrics, *_sure(verdict.trial, facts), *_who(facts), *step_claims(facts)]


def _state(verdict: Verdict, facts: Mapping[str, Fact]) -> Claim:
    title, template = ENDS[verdict.status]
    slots = {**facts, "by": facts.get("ended by", "an operator")}
    headline = title.format(in_title(facts["trial"].value))
    return claim("state", template.replace("{arms}", ARMS), slots, slot="since", title=headline)


def _metric(figures: MetricFigures, facts: Mapping[str, Fact]) -> Iterator[Claim]:
    what = figures.metric
    named = {part: facts.get(f"{what} {part}") for part in ("name", "effect", "interval", "margin", "comparisons")}
    if named["effect"] is None:
        yield claim(f"{what}", "{name}: unknown of both arms", named, heading="What changed", is_item=True)
        return
    template = f"{{name}}: {{effect}} ({{interval}}), {OUTCOMES[figures.outcome]}; {{comparisons}} comparisons"
    yield claim(f"{what}", template, named, heading="What changed", is_item=True)


def _sure(trial: Trial, facts: Mapping[str, Fact]) -> Iterator[Claim]:
    slots = {"control": facts["control requests"], "candidate": facts["candidate requests"], "chance": facts["chance"]}
    requests = "requests: {candidate} of the candidate, {control} of the control"
    yield claim("requests", requests, slots, slot="size")
    is_undrawn = trial.mode == "split" and trial.opportunity_id is not None
    yield claim("sure", BY_CHANCE if is_undrawn else SURE, slots, heading="Evidence")


def _who(facts: Mapping[str, Fact]) -> Iterator[Claim]:
    known: dict[str, Filling] = {part: facts[part] for part in MATCHED if part in facts}
    if known:
        named = ", ".join(f"{part} `{{{part}}}`" for part in known)
        yield claim("who", f"it is about {named}", known, heading="Who is affected", slot="who")
