"""How outcomes of probes are said."""

from collections.abc import Mapping

from coagent.domain.probe import Passive, ProbeResult, ProofChange, ProofName

RESULT: Mapping[ProbeResult, str] = {"unchanged": "no change", "changed": "changed", "cannot_tell": "cannot tell"}
PROOF: Mapping[ProofName, str] = {
    "response_model": "model that answers",
    "system_fingerprint": "system fingerprint",
    "prompt_tokens": "tokens of the same prompt",
    "billed_per_listed": "cost billed for each dollar listed",
}
PASSIVE: Mapping[Passive, str] = {
    "confirmed": "confirmed by the stream's telemetry",
    "contradicted": "contradicts the stream's telemetry",
    "silent": "the other side says nothing",
}
CALLS_FAIL = "more than half of the calls failed"
TEMPERATURE = "temperature 0 is ignored: most prompts are answered differently each time"
FEW_WAVER = "too few prompts have answers that waver: nothing to compare"
DISPERSED = "days differ too much from each other"
LEARNING = "still learning: fewer than five days of log-probabilities"


def proof_words(change: ProofChange) -> str:
    """One line.

    >>> proof_words(ProofChange("prompt_tokens", "9", "12"))
    'tokens of the same prompt: from 9 to 12'
    """
    return f"{PROOF[change.name]}: from {change.before} to {change.after}"


def control_words(result: ProbeResult, control: ProbeResult | None, name: str | None) -> list[str]:
    """What the same model at another provider says about whose change it is."""
    if result != "changed" or name is None:
        return []
    words: dict[ProbeResult | None, str] = {
        "unchanged": f"probe {name} of the same model elsewhere has no change: it is this provider's",
        "changed": f"probe {name} of the same model elsewhere changed too: the model's maker, or something in common",
        "cannot_tell": f"probe {name} of the same model elsewhere cannot tell",
        None: f"probe {name} of the same model elsewhere has no recent batch",
    }
    return [words[control]]
