"""Whether a signal moved more than the answers' lengths explain.

A short answer spreads its fixed costs over few tokens and has other text in it, so seconds and characters a token
follow a change of length, and longer answers meet the client's limit more often. Compared with rows of like answer
length, only what the length does not explain is left.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from coagent.confirm.compare.effects import cliffs_delta
from coagent.confirm.compare.paired_sample import Codes, Floats, Pair, Values
from coagent.domain.candidate import Sample, SignalEvidence
from coagent.domain.shift import Effect
from coagent.domain.wilson import Z95

LENGTHS = ("output_tokens", "reasoning_tokens")
FOLLOWERS = frozenset(
    {"duration_s", "time_per_output_token_s", "output_chars_per_token", "mean_logprob", "unit_price_usd"}
)
"""Signals that an answer's length moves by itself."""

BINS_AN_OCTAVE = 3
MOST_BINS = 64
LEAST_MATCHED = 8


@dataclass(frozen=True, slots=True)
class GivenLength:
    """`effect` is what the lengths do not explain, `unlike` the share of the rows after whose length was not seen."""

    effect: Effect
    unlike: float


def given_length(evidence: SignalEvidence, length: SignalEvidence) -> GivenLength | None:
    """Cliff's delta within categories and third octaves of output tokens.

    None where the two signals' samples are not of the same rows, or fewer than eight rows after the change have a
    counterpart of their length before it.
    """
    sides = _sides(evidence, length)
    if sides is None:
        return None
    before, suspicious, fresh = (_by_length(Values.of(one), Values.of(other)) for one, other in sides)
    pair = Pair.of(before, suspicious + fresh)
    return GivenLength(cliffs_delta(pair), pair.unlike) if len(pair.after) >= LEAST_MATCHED else None


def given_limits(truncation: SignalEvidence, length: SignalEvidence) -> GivenLength | None:
    """Rate of truncation less what it was at exactly these lengths before (0 where a length was not seen, 1 beyond the
    longest). A provider's new limit truncates at lengths that were whole before; an answer that only grew longer is
    truncated where others were.

    None where the two signals' samples are not of the same rows.
    """
    sides = _sides(truncation, length)
    if sides is None or not sides[0][0].values:
        return None
    (was, was_length), *later = ((Values.of(one).x, Values.of(other).x) for one, other in sides)
    now, now_length = (np.concatenate(one) for one in zip(*later, strict=True))
    lengths, places = np.unique(np.concatenate([was_length, now_length]), return_inverse=True)
    rows, rows_after = (np.bincount(side, minlength=len(lengths)) for side in np.split(places, [len(was)]))
    cut = np.bincount(places[: len(was)], weights=was, minlength=len(lengths)).astype(np.float64)
    longer = lengths > was_length.max()
    expected = np.where(longer, 1.0, cut / np.maximum(rows, 1))
    share = np.where(longer, 0.0, rows_after / len(now))
    excess = _excess(now - expected[places[len(was) :]], float(share**2 @ _variance(cut, rows)))
    return GivenLength(excess, float((rows == 0) @ rows_after / len(now)))


def _variance(hits: Floats, rows: Codes) -> Floats:
    """Of rates, each drawn to the rate of all by two rows more (after Agresti and Coull 1998)."""
    rate: Floats = (hits + 2 * hits.sum() / rows.sum()) / (rows + 2)
    return np.asarray(rate * (1 - rate) / (rows + 2), np.float64)


def _excess(of_rows: Floats, variance_before: float) -> Effect:
    value, reach = float(of_rows.mean()), Z95 * sqrt(float(of_rows.var()) / len(of_rows) + variance_before)
    return Effect("risk_difference", value, max(-1.0, value - reach), min(1.0, value + reach))


def _sides(one: SignalEvidence, other: SignalEvidence) -> list[tuple[Sample, Sample]] | None:
    """Both signals' samples before, suspicious and fresh; None where they are not of the same rows."""
    sides = [(one.before, other.before), (one.suspicious, other.suspicious), (one.fresh, other.fresh)]
    return sides if all(_same_rows(*side) for side in sides) else None


def _same_rows(one: Sample, other: Sample) -> bool:
    return len(one.values) == len(other.values) and one.categories == other.categories


def _by_length(values: Values, length: Values) -> Values:
    octave = np.log2(np.maximum(length.x, 1.0))
    bins: Codes = np.minimum(octave * BINS_AN_OCTAVE, MOST_BINS - 1).astype(np.int64)
    return Values(values.x, values.category * MOST_BINS + bins)
