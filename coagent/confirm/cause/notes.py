"""What is worth saying beside the cause: mix against within, consequences of length, rollouts, second opinions."""

from coagent.confirm.cause.signals import own_strength
from coagent.confirm.compare.decomposition import Decomposition, decompose
from coagent.confirm.compare.effects import excludes_zero
from coagent.confirm.compare.paired_sample import Values
from coagent.confirm.compare.signal_result import Results, moved_signals
from coagent.confirm.compare.tails import Tail
from coagent.confirm.wording import names
from coagent.domain.candidate import Candidate, SignalEvidence
from coagent.domain.number_format import UNKNOWN, percent, relative
from coagent.domain.vocabulary import signal_name

DECOMPOSED = ("output_tokens", "reasoning_tokens", "duration_s", "time_to_first_token_s")


def notes(candidate: Candidate, results: Results) -> list[str]:
    """Of the signals that moved; empty where there is nothing to say."""
    moved = {one.signal.name: one for one in results.values() if one.moved}
    found = _followers(results)
    for evidence in candidate.evidence:
        if evidence.signal not in moved:
            continue
        result = moved[evidence.signal]
        if evidence.signal in DECOMPOSED:
            found.append(_mix_and_within(evidence))
        if result.tail is not None and result.has_moved_tail and not excludes_zero(result.effect):
            found.append(_rollout(evidence.signal, result.tail))
        found += _second_opinions(evidence)
    return found


def _followers(results: Results) -> list[str]:
    found = [one for one in moved_signals(results) if one.follows_length and own_strength(one) == 0]
    return [f"{names(found)}: no more than the answers' lengths explain"] if found else []


def _mix_and_within(evidence: SignalEvidence) -> str:
    parts = decompose(Values.of(evidence.before), Values.of(evidence.suspicious) + Values.of(evidence.fresh))
    return mix_and_within(f"mean {signal_name(evidence.signal)}", parts)


def mix_and_within(name: str, parts: Decomposition) -> str:
    """First the mix changes, then like requests do: both changes one after the other are the whole.

    >>> mix_and_within("mean tokens", Decomposition(100.0, 1.0, mix=2.0, within=-99.0, interaction=-2.0, unlike=0.0))
    'mean tokens −99 %: −99 % within like requests, +2 % by another mix'
    """  # noqa: RUF002
    if not parts.before:
        return f"{name} was 0 before"
    remixed = parts.after - parts.within - parts.interaction
    total, mix, within = map(_change, (parts.before, parts.before, remixed), (parts.after, remixed, parts.after))
    return f"{name} {total}: {within} within like requests, {mix} by another mix"


def _change(before: float, after: float) -> str:
    return " ".join(relative(before, after, "") or (UNKNOWN,))


def _rollout(name: str, tail: Tail) -> str:
    share, expected = percent(tail.share), percent(tail.expected)
    return f"{signal_name(name)}: {share} of the requests lie where {expected} did before, the rest did not change"


def _second_opinions(evidence: SignalEvidence) -> list[str]:
    seen = [(opinion, row) for opinion, row in evidence.opinions.items() if row is not None]
    return [f"{opinion} saw {signal_name(evidence.signal)} change at row {row}" for opinion, row in seen]
