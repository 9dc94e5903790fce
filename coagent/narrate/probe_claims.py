"""What can be said about a batch of a probe."""

from collections.abc import Iterator, Mapping

from coagent.domain.insight import Fact
from coagent.domain.probe import ProbeOutcome
from coagent.narrate.claim import Claim, Filling, claim
from coagent.narrate.segment_facts import affected_parts, service
from coagent.narrate.step_claims import step_claims

CHANGED = "probe `{probe}` found at {time} that `{service}` answers differently"
UNCHANGED = "probe `{probe}` found at {time} no change of `{service}`, against what telemetry shows"


def probe_claims(outcome: ProbeOutcome, facts: Mapping[str, Fact]) -> list[Claim]:
    """What the probe found, why, whether it matters, and what the telemetry says."""
    found = [*_result(outcome, facts), *_reasons(facts), *_size(facts), *_matters(outcome, facts), *_telemetry(facts)]
    return [*found, *_who(facts), *step_claims(facts)]


def _result(outcome: ProbeOutcome, facts: Mapping[str, Fact]) -> Iterator[Claim]:
    slots: dict[str, Filling] = {one: facts[one] for one in ("probe", "time", "service")}
    what = service(facts, quote=False)
    if outcome.result == "changed":
        yield claim("state", CHANGED, slots, slot="since", title=f"Probe: {what} answers differently")
    else:
        yield claim("state", UNCHANGED, slots, slot="since", title=f"Probe: no change of {what}")


def _reasons(facts: Mapping[str, Fact]) -> Iterator[Claim]:
    for name, fact in facts.items():
        if name.startswith("reason "):
            slot = "cause" if name == "reason 1" else None
            yield claim(name.replace(" ", "."), "{reason}", {"reason": fact}, heading="Why", slot=slot, is_item=True)


def _size(facts: Mapping[str, Fact]) -> Iterator[Claim]:
    if "evidence" in facts and "needed" in facts:
        said = "evidence {evidence} from {calls}, {needed} is needed"
        yield claim("size", said, {one: facts[one] for one in ("evidence", "calls", "needed")}, slot="size")


def _matters(outcome: ProbeOutcome, facts: Mapping[str, Fact]) -> Iterator[Claim]:
    if outcome.canaries is None:
        return
    slots: dict[str, Filling] = {"now": facts["canaries"], "before": facts["canaries before"]}
    end = {True: ": it got worse", False: ": it did not get worse", None: ": too few to tell"}[outcome.canaries.matters]
    yield claim("canaries", "canary prompts pass {now}, before {before}" + end, slots, heading="What changed")


def _telemetry(facts: Mapping[str, Fact]) -> Iterator[Claim]:
    if "telemetry" in facts:
        shift = " (shift {shift})" if "shift" in facts else ""
        slots: dict[str, Filling] = {"telemetry": facts["telemetry"], "shift": facts.get("shift")}
        yield claim("telemetry", "{telemetry}" + shift, slots, heading="Around it")


def _who(facts: Mapping[str, Fact]) -> Iterator[Claim]:
    where, named = affected_parts(facts)
    if where:
        yield claim("who", f"it affects {where}", named, heading="Who is affected", slot="who")
