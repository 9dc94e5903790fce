"""What may be said about a batch of a probe."""

from coagent.domain.insight import Fact
from coagent.domain.number_format import count, moment
from coagent.domain.probe import ProbeOutcome
from coagent.domain.probe_words import PASSIVE
from coagent.narrate.segment_facts import segment_facts
from coagent.narrate.telemetry_text import clause, name, sql_text

CONFIRM = "Take it for a change at the provider: compare quality before you rely on the answers (docs/prove.md)."
CONTRADICTED = "Look at what changed on your side: prompts, clients, traffic. The endpoint answers as before."
SILENT = "Watch quality: your telemetry shows no change yet."


def probe_facts(outcome: ProbeOutcome) -> list[Fact]:
    """Which endpoint, what changed, how sure, whether it matters, and what the telemetry says."""
    return [
        *segment_facts(outcome.segment),
        Fact("probe", name(outcome.probe), role="name"),
        Fact("time", moment(outcome.at), "UTC", "time"),
        Fact("calls", count(outcome.asked), "calls", "count"),
        Fact("failed calls", count(outcome.failed), role="count"),
        *(Fact(f"reason {place}", clause(one), role="reason") for place, one in enumerate(outcome.because, 1)),
        *_evidence(outcome),
        *_canaries(outcome),
        Fact("telemetry", PASSIVE[outcome.passive] if outcome.passive else "", role="judgement"),
        Fact("shift", outcome.shift_id or "", role="name"),
        Fact("next step 1", _step(outcome), role="step"),
        Fact("details", f"select * from insights.probes where probe = {sql_text(outcome.probe)}", role="command"),  # noqa: S608  shown to people, never run
    ]


def _evidence(outcome: ProbeOutcome) -> list[Fact]:
    known = {"evidence": outcome.log10_evidence, "needed": outcome.log10_threshold}
    return [Fact(what, f"10^{value:.1f}", role="evidence") for what, value in known.items() if value is not None]


def _canaries(outcome: ProbeOutcome) -> list[Fact]:
    found = outcome.canaries
    if found is None:
        return []
    return [
        Fact("canaries", f"{found.passed} of {found.checked}", role="after"),
        Fact("canaries before", f"{found.passed_before} of {found.checked_before}", role="before"),
    ]


def _step(outcome: ProbeOutcome) -> str:
    if outcome.result != "changed":
        return CONTRADICTED
    return SILENT if outcome.passive == "silent" else CONFIRM
