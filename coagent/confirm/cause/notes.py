"""What is worth saying beside the cause: mix against within, rollouts, second opinions."""

from collections.abc import Mapping

from coagent.confirm.compare.decomposition import decompose
from coagent.confirm.compare.paired_sample import Values
from coagent.confirm.compare.signal_result import Reading, excludes_zero
from coagent.confirm.compare.tails import Tail
from coagent.confirm.wording import percent, words
from coagent.domain.candidate import Candidate, SignalEvidence

DECOMPOSED = ("output_tokens", "reasoning_tokens", "duration_s", "time_to_first_token_s")


def remarks(candidate: Candidate, read: Mapping[str, Reading]) -> list[str]:
    """Of the signals that moved; empty where there is nothing to say."""
    told = []
    for evidence in candidate.evidence:
        reading = read.get(evidence.signal)
        if reading is None or not reading.moved:
            continue
        if evidence.signal in DECOMPOSED and not candidate.pooled:
            told.append(_parts(evidence))
        if reading.tail is not None and reading.tail.low > 0 and not excludes_zero(reading.effect):
            told.append(_rollout(evidence.signal, reading.tail))
        told += [
            f"{opinion} saw {words(evidence.signal)} change at row {row}"
            for opinion, row in evidence.opinions.items()
            if row is not None
        ]
    return told


def _parts(evidence: SignalEvidence) -> str:
    parts = decompose(Values.of(evidence.before), Values.of(evidence.suspicious) + Values.of(evidence.fresh))
    name = f"mean {words(evidence.signal)}"
    if not parts.before:
        return f"{name} was 0 before"
    total, within = parts.change / parts.before, (parts.within + parts.interaction) / parts.before
    return f"{name} {_signed(total)}: {_signed(within)} within like requests, {_signed(total - within)} by another mix"


def _signed(share: float) -> str:
    return f"{100 * share:+.0f} %"


def _rollout(name: str, tail: Tail) -> str:
    share, expected = percent(tail.share), percent(tail.expected)
    return f"{words(name)}: {share} of the requests lie where {expected} did before, the rest stood still"
