"""All that is worked out about a candidate before anything is decided."""

from dataclasses import dataclass
from functools import cached_property

from coagent.confirm.cause.finding import Finding
from coagent.confirm.cause.findings import findings
from coagent.confirm.cause.neighbours import neighbours
from coagent.confirm.cause.notes import notes
from coagent.confirm.cause.posterior import cause
from coagent.confirm.compare.direction import overall_direction
from coagent.confirm.compare.signal_result import Results, moved_signals, signal_results
from coagent.confirm.config import ConfirmConfig
from coagent.confirm.episodes.state import ProviderState
from coagent.domain.candidate import Candidate
from coagent.domain.shift import Cause, Direction


@dataclass(frozen=True)
class Assessment:
    """Size, cause and direction of a candidate, and the findings behind its cause."""

    results: Results
    findings: list[Finding]
    cause: Cause

    @cached_property
    def moved(self) -> list[str]:
        """Names of the signals that moved, without covariates."""
        return [one.signal.name for one in moved_signals(self.results)]

    @cached_property
    def direction(self) -> Direction:
        return overall_direction((one.signal.name, one.direction) for one in moved_signals(self.results))

    @cached_property
    def found(self) -> set[str]:
        return {finding.name for finding in self.findings}


def assess(candidate: Candidate, provider: ProviderState, config: ConfirmConfig) -> Assessment:
    """Beside what is known of the provider's other streams."""
    results = signal_results(candidate)
    moved = {one.signal.name for one in moved_signals(results)}
    found = findings(candidate, results, neighbours(provider, candidate, moved, config.same_time_s))
    return Assessment(results, found, _cause(candidate, provider, found, notes(candidate, results), config))


def _cause(
    candidate: Candidate, provider: ProviderState, found: list[Finding], said: list[str], config: ConfirmConfig
) -> Cause:
    """A family that has paged stays named while it is likelier than not: a little doubt takes no page back."""
    past = provider.of(candidate.segment)
    if past is not None and past.paged and past.candidate == candidate.id:
        kept = cause(found, config.keep_confidence, said, paged=True)
        if kept.family == past.family:
            return kept
    return cause(found, config.name_confidence, said)
