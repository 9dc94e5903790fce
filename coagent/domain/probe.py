"""Active probes: an endpoint that is asked on a schedule, and what each batch of answers says."""

import hashlib
from datetime import datetime
from decimal import Decimal
from typing import Literal

import msgspec

from coagent.domain.segment import Segment

ProbeResult = Literal["unchanged", "changed", "cannot_tell"]
Method = Literal["border", "log_probabilities"]
Passive = Literal["confirmed", "contradicted", "silent"]
"""The probe beside the telemetry of its stream: both changed; the telemetry changed and the probe did not; one of them
changed and the other says nothing.
"""
ProofName = Literal["response_model", "system_fingerprint", "prompt_tokens", "billed_per_listed"]


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """What to ask: `model` at `base_url`, with the key that the settings hold under the name `key`. `segment` is the
    stream whose telemetry it is compared with. Prices are US dollars a million tokens. `control` names the probe of the
    same model at another provider. `canaries`: a file of the customer's own prompts, whose content stays there.
    """

    name: str
    segment: Segment
    base_url: str
    model: str
    key: str | None
    usd_per_mtok_in: Decimal
    usd_per_mtok_out: Decimal
    control: str | None = None
    canaries: str | None = None


class ProofChange(msgspec.Struct, frozen=True):
    """A declared or counted thing that is no longer the same: a fact, not an estimate."""

    name: ProofName
    before: str
    after: str


class CanaryCount(msgspec.Struct, frozen=True, kw_only=True):
    """Checks of the customer's own prompts; a failed call is not counted. `matters`: it got worse, None: too few to
    tell.
    """

    passed: int
    checked: int
    passed_before: int
    checked_before: int
    failed: list[str] = []
    matters: bool | None = None


class ProbeOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What one batch says. `because`: in plain words. Evidence is None where the batch has none. `passive` None:
    nothing changed on either side; `shift_id` is the stream's. A higher `sequence` of the same id replaces it.
    """

    id: str
    sequence: int
    probe: str
    segment: Segment
    batch: int
    began_at: datetime
    at: datetime
    method: Method | None
    result: ProbeResult
    because: list[str]
    proofs: list[ProofChange] = []
    log10_evidence: float | None = None
    log10_threshold: float | None = None
    asked: int
    failed: int
    cost_usd: Decimal
    control: ProbeResult | None = None
    canaries: CanaryCount | None = None
    passive: Passive | None = None
    shift_id: str | None = None

    @property
    def status(self) -> str:
        """Of the insight about it: a batch is over once it is there."""
        return "open" if self.result == "changed" else "recovered"

    @property
    def page(self) -> bool:
        """Only where the customer's own prompts got worse: a changed model alone is no reason to get up."""
        return self.result == "changed" and self.canaries is not None and self.canaries.matters is True


def outcome_id(probe: str, batch: int) -> str:
    """16 hex digits."""
    return hashlib.blake2b(f"probe/{probe}/{batch}".encode(), digest_size=8).hexdigest()
