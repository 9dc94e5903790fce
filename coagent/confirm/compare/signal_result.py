"""What one signal says: how far it moved, how sure that is, or how still it stood."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from coagent.confirm.compare.effects import effect, summaries, with_quantiles
from coagent.confirm.compare.false_discovery import q_values
from coagent.confirm.compare.length_adjusted import FOLLOWERS, GivenLength, given_length
from coagent.confirm.compare.paired_sample import Pair, Values
from coagent.confirm.compare.significance import any_difference, p_value, sure_distance
from coagent.confirm.compare.tails import Tail, tail
from coagent.confirm.compare.uniform_tails import even_tail
from coagent.confirm.compare.variance_inflation import dependence
from coagent.domain.candidate import Candidate, SignalEvidence
from coagent.domain.row import RowRef
from coagent.domain.shift import Effect, SignalChange, Summary
from coagent.domain.signal import BY_NAME, Signal

LENGTHS = ("output_tokens", "reasoning_tokens")
MOVED_Q = 0.01
RUMOUR_P = 0.01
SHAKEN_P = 0.05
FULL_DELTA = 0.6
FULL_RATE = 0.1
FULL_TAIL = 0.2
STILL_RATE = 0.3
RANK = "rank"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """`effect` is of all rows since the onset (`pair`), `fresh` of those after the alarm alone (None where it did not
    alarm), `given_length` of what the answers' lengths do not explain (None where they stood still or that cannot be
    told). `rumour` bounds the probability that evidence as high as this signal's ever came up without a change.
    `distance` is Kolmogorov's less what chance makes of it, for covariates alone (else 0), since traffic may change in
    shape and not in the middle.
    """

    signal: Signal
    pair: Pair
    alarmed: RowRef | None
    onset: RowRef | None
    onset_low: int | None
    onset_high: int | None
    rumour: float
    before: Summary
    after: Summary
    effect: Effect
    fresh: Effect | None
    tail: Tail | None
    distance: float
    fresh_rows: int
    dependence: float
    p_value: float | None
    q_value: float | None = None
    given_length: GivenLength | None = None

    @property
    def moved(self) -> bool:
        """Alarmed, or significant on fresh rows, or by its evidence short of an alarm together with its effect."""
        tested = self.q_value is not None and self.q_value <= MOVED_Q
        return self.alarmed is not None or tested or (self.rumour <= RUMOUR_P and excludes_zero(self.effect))

    @property
    def strength(self) -> float:
        """0 to 1: the size of its move against a large one (Cliff's delta 0.6, ten percentage points, a fifth of the
        rows far out); 0 if still. A valid alarm counts for half at least: a small rollout moves the bulk little.
        """
        if not self.moved:
            return 0.0
        full = FULL_RATE if self.signal.kind == "binary" else FULL_DELTA
        spread = self.tail.excess / FULL_TAIL if self.tail and self.tail.low > 0 else 0.0
        return min(1.0, max(abs(self.effect.value) / full, spread, 0.5 if self.alarmed else 0.0))

    @property
    def stillness(self) -> float:
        """0 to 1: how small any move must be that the rows leave possible; 0 if it moved or its shape did."""
        shaken = self.signal.owner == "client" and self.p_value is not None and self.p_value <= SHAKEN_P
        if self.moved or shaken or (self.tail and self.tail.low > 0):
            return 0.0
        largest = max(abs(self.effect.low), abs(self.effect.high))
        return max(0.0, 1 - largest / (STILL_RATE if self.signal.kind == "binary" else 1.0))

    @property
    def change(self) -> SignalChange:
        """As it is told."""
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
        )


def excludes_zero(effect: Effect) -> bool:
    return effect.low > 0 or effect.high < 0


def readings(candidate: Candidate) -> dict[str, Reading]:
    """By signal name, in the candidate's order; signals without comparable rows are left out. False discovery is
    controlled over the signals that were tested, and over the covariates apart from them.
    """
    by_name = {evidence.signal: evidence for evidence in candidate.evidence}
    rows = candidate.now.ordinal + 1
    found = [reading for one in candidate.evidence if (reading := _reading(one, rows)) is not None]
    if candidate.pooled:
        fresh = {one.signal: Values.of(one.fresh) for one in candidate.evidence}
        found = [_in_ranks(reading, fresh[reading.signal.name]) for reading in found]
    covariates = [reading for reading in found if reading.signal.owner == "client"]
    signals = [reading for reading in found if reading.signal.owner != "client"]
    adjusted = {**_adjusted(signals), **_adjusted(covariates)}
    read = {one.signal.name: replace(one, q_value=adjusted[one.signal.name]) for one in found}
    lengths_moved = any(name in read and read[name].moved for name in LENGTHS)
    if lengths_moved and "output_tokens" in by_name and not candidate.pooled:
        for name in FOLLOWERS & set(read):
            read[name] = replace(read[name], given_length=given_length(by_name[name], by_name["output_tokens"]))
    return read


def _in_ranks(reading: Reading, fresh: Values) -> Reading:
    """Of a pool: without what only values in a unit of their own tell."""
    if reading.signal.kind == "binary":
        return reading
    signal = msgspec.structs.replace(reading.signal, unit=RANK)
    return replace(reading, signal=signal, tail=even_tail(fresh, reading.dependence))


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


def _adjusted(group: Sequence[Reading]) -> dict[str, float | None]:
    return q_values({reading.signal.name: reading.p_value for reading in group})


def _reading(evidence: SignalEvidence, rows: int) -> Reading | None:
    signal = BY_NAME.get(evidence.signal)
    if signal is None:
        return None
    before, suspicious, fresh_rows = _samples(evidence, signal)
    pair, fresh = Pair.of(before, suspicious + fresh_rows), Pair.of(before, fresh_rows)
    if not pair.comparable:
        return None
    was, now = summaries(pair, signal.kind)
    worth, fresh_worth = dependence(evidence, len(pair.after)), dependence(evidence, len(fresh.after))
    return Reading(
        signal=signal,
        pair=pair,
        alarmed=evidence.alarmed,
        onset=evidence.onset,
        onset_low=evidence.onset_low,
        onset_high=evidence.onset_high,
        rumour=min(1.0, rows * 10.0 ** -max(evidence.log10_evidence, 0.0)),
        before=was,
        after=now,
        effect=effect(pair, signal.kind, worth),
        fresh=effect(fresh, signal.kind, fresh_worth) if evidence.alarmed and fresh.comparable else None,
        tail=tail(fresh) if signal.kind == "continuous" else None,
        fresh_rows=len(fresh.after),
        dependence=fresh_worth,
        distance=sure_distance(pair, worth) if signal.owner == "client" else 0.0,
        p_value=_tested(fresh, signal, fresh_worth),
    )
