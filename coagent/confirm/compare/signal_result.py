"""What one signal says: whether it moved, how far, how sure that is, and whether that is worse."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from coagent.confirm.compare.direction import signal_direction
from coagent.confirm.compare.effects import effect, excludes_zero, summaries, with_quantiles
from coagent.confirm.compare.false_discovery import q_values
from coagent.confirm.compare.length_adjusted import FOLLOWERS, LENGTHS, GivenLength, given_length, given_limits
from coagent.confirm.compare.paired_sample import Pair, Values
from coagent.confirm.compare.significance import any_difference, p_value, sure_distance
from coagent.confirm.compare.tails import Tail, tail
from coagent.confirm.compare.variance_inflation import dependence
from coagent.domain.candidate import Candidate, SignalEvidence
from coagent.domain.row import RowRef
from coagent.domain.shift import Direction, Effect, SignalChange, Summary
from coagent.domain.signal import BY_NAME, Signal

MOVED_P = 0.01
"""Convention: of 100 signals that did not change, one is said to have moved."""
FULL_SIZE = {"continuous": 0.6, "binary": 0.1}
"""A large move: Cliff's delta, difference of rates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalResult:
    """`effect` is of all rows since the onset (`pair`), `fresh` of those after the alarm alone (None where it did not
    alarm). `p_bound` bounds the probability of evidence as high as this signal's without a change. `follows_length`:
    the answers' lengths moved first and may explain it; `given_length` is then what they leave, None where no answers
    of like length can be compared. `alarmed_way`: +1 where it alarmed upwards, -1 downwards. `distance` is the KS
    distance less its mean by chance, for covariates (else 0).
    """

    signal: Signal
    pair: Pair
    alarmed: RowRef | None
    onset_low: int | None
    onset_high: int | None
    p_bound: float
    before: Summary
    after: Summary
    effect: Effect
    fresh: Effect | None
    tail: Tail | None
    distance: float
    fresh_rows: int
    p_value: float | None
    q_value: float | None = None
    follows_length: bool = False
    given_length: GivenLength | None = None
    alarmed_way: int = 0

    @property
    def is_covariate(self) -> bool:
        """The client moves it, not the provider."""
        return self.signal.owner == "client"

    @property
    def moved(self) -> bool:
        """The one answer to "did it change?": it alarmed, or is significant on fresh rows, or its evidence short of an
        alarm and its effect agree.
        """
        tested = self.q_value is not None and self.q_value <= MOVED_P
        return self.alarmed is not None or tested or (self.p_bound <= MOVED_P and excludes_zero(self.effect))

    @property
    def own_effect(self) -> Effect | None:
        """The part of the effect that the answers' lengths do not explain; None where that cannot be known."""
        if not self.follows_length:
            return self.effect
        return self.given_length.effect if self.given_length else None

    @property
    def direction(self) -> Direction:
        """Worse or better for those who use the answers; neither where it did not move or nobody can say."""
        return signal_direction(self.signal, self.own_effect, self.tail, self.alarmed_way) if self.moved else "neither"

    @property
    def has_moved_tail(self) -> bool:
        """More rows lie far out than chance puts there."""
        return self.tail is not None and self.tail.low > 0

    @property
    def strength(self) -> float:
        """0 to 1: the size of its move against a large one (FULL_SIZE, or a fifth of the rows far out); 0 if it did
        not move. An alarm counts for half at least: a small rollout moves the bulk little.
        """
        if not self.moved:
            return 0.0
        spread = self.tail.excess / 0.2 if self.tail and self.has_moved_tail else 0.0
        size = abs(self.effect.value) / FULL_SIZE[self.signal.kind]
        return min(1.0, max(size, spread, 0.5 if self.alarmed else 0.0))

    @property
    def stillness(self) -> float:
        """0 to 1: how small any move must be that the rows leave possible; 0 if it moved or its shape did."""
        leaning = self.is_covariate and self.p_value is not None and self.p_value <= 5 * MOVED_P
        if self.moved or leaning or self.has_moved_tail:
            return 0.0
        largest = max(abs(self.effect.low), abs(self.effect.high))
        return max(0.0, 1 - largest / (0.3 if self.signal.kind == "binary" else 1.0))

    @property
    def change(self) -> SignalChange:
        """As reported."""
        sides = self.before, self.after
        before, after = with_quantiles(self.pair, *sides) if self.signal.kind == "continuous" else sides
        return SignalChange(
            name=self.signal.name,
            unit=self.signal.unit,
            before=before,
            after=after,
            effect=self.effect,
            p_value=self.p_value,
            q_value=self.q_value,
            moved=self.moved,
            direction=self.direction,
        )


Results = Mapping[str, SignalResult]
"""By signal name."""


def signals_of(results: Results) -> list[SignalResult]:
    return [one for one in results.values() if not one.is_covariate]


def covariates_of(results: Results) -> list[SignalResult]:
    return [one for one in results.values() if one.is_covariate]


def moved_signals(results: Results) -> list[SignalResult]:
    """Those that moved, without covariates."""
    return [one for one in signals_of(results) if one.moved]


def signal_results(candidate: Candidate) -> dict[str, SignalResult]:
    """In the candidate's order; signals without comparable rows are left out. False discovery is controlled over the
    signals that were tested, and over the covariates apart from them. No length explains a fact.
    """
    by_name = {evidence.signal: evidence for evidence in candidate.evidence}
    rows = candidate.now.ordinal + 1
    found = [result for one in candidate.evidence if (result := _signal_result(one, rows)) is not None]
    adjusted = {name: q for group in (True, False) for name, q in _adjusted(found, covariates=group).items()}
    results = {one.signal.name: replace(one, q_value=adjusted[one.signal.name]) for one in found}
    facts = {fact.name for fact in candidate.facts}
    return {name: one if name in facts else _beside_length(one, results, by_name) for name, one in results.items()}


def _beside_length(result: SignalResult, results: Results, by_name: Mapping[str, SignalEvidence]) -> SignalResult:
    """With what the answers' lengths explain of it."""
    name = result.signal.name
    lengths = [results[one] for one in LENGTHS if one in results and results[one].moved]
    if name == "truncation" and "output_tokens" in by_name:
        explained = given_limits(by_name[name], by_name["output_tokens"])
        return replace(result, follows_length=explained is not None, given_length=explained)
    if name not in FOLLOWERS or not lengths or "output_tokens" not in by_name or _came_first(result, lengths):
        return result
    return replace(result, follows_length=True, given_length=given_length(by_name[name], by_name["output_tokens"]))


def _came_first(result: SignalResult, lengths: Sequence[SignalResult]) -> bool:
    """Before the lengths; of alarms at the same row the one with more evidence."""
    others = [(one.alarmed.ordinal, one.p_bound) for one in lengths if one.alarmed]
    return result.alarmed is not None and all(at > (result.alarmed.ordinal, result.p_bound) for at in others)


def _adjusted(found: Sequence[SignalResult], *, covariates: bool) -> dict[str, float | None]:
    return q_values({one.signal.name: one.p_value for one in found if one.is_covariate is covariates})


def _tested(fresh: Pair, signal: Signal, dependence: float) -> float | None:
    """Of fresh rows: any difference of a covariate, a shift of a signal."""
    if signal.owner == "client" and signal.kind == "continuous":
        return any_difference(fresh, dependence)
    return p_value(fresh, signal.kind, dependence)


def _samples(evidence: SignalEvidence, signal: Signal) -> tuple[Values, Values, Values]:
    """Before, suspicious and fresh. A covariate makes the categories, so it is compared across them."""
    sides = [Values.of(sample) for sample in (evidence.before, evidence.suspicious, evidence.fresh)]
    before, suspicious, fresh = (side.pooled() for side in sides) if signal.owner == "client" else sides
    return before, suspicious, fresh


def _signal_result(evidence: SignalEvidence, rows: int) -> SignalResult | None:
    signal = BY_NAME.get(evidence.signal)
    if signal is None:
        return None
    before, suspicious, fresh_rows = _samples(evidence, signal)
    pair, fresh = Pair.of(before, suspicious + fresh_rows), Pair.of(before, fresh_rows)
    if not pair.comparable:
        return None
    was, now = summaries(pair, signal.kind)
    inflation, fresh_inflation = dependence(evidence, len(pair.after)), dependence(evidence, len(fresh.after))
    return SignalResult(
        signal=signal,
        pair=pair,
        alarmed=evidence.alarmed,
        onset_low=evidence.onset_low,
        onset_high=evidence.onset_high,
        p_bound=min(1.0, rows * 10.0 ** -max(evidence.log10_evidence, 0.0)),
        before=was,
        after=now,
        effect=effect(pair, signal.kind, inflation),
        fresh=effect(fresh, signal.kind, fresh_inflation) if evidence.alarmed and fresh.comparable else None,
        tail=tail(fresh) if signal.kind == "continuous" else None,
        fresh_rows=len(fresh.after),
        distance=sure_distance(pair, inflation) if signal.owner == "client" else 0.0,
        p_value=_tested(fresh, signal, fresh_inflation),
        alarmed_way=evidence.direction,
    )
