"""Whether a signal moved more than the answers' lengths explain.

A short answer spreads its fixed costs over few tokens and has other text in it, so seconds and characters a token
follow a change of length. Compared with rows of like answer length, only what the length does not explain is left.
"""

from dataclasses import dataclass

import numpy as np

from coagent.confirm.compare.effects import cliffs_delta
from coagent.confirm.compare.paired_sample import Codes, Pair, Values
from coagent.domain.candidate import Sample, SignalEvidence
from coagent.domain.shift import Effect

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
    """`effect` is of the rows after that have a counterpart of like length before, `unlike` the share of the others."""

    effect: Effect
    unlike: float


def given_length(evidence: SignalEvidence, length: SignalEvidence) -> GivenLength | None:
    """Cliff's delta within categories and third octaves of output tokens.

    None where the two signals' samples are not of the same rows, or fewer than eight rows after the change have a
    counterpart of their length before it.
    """
    sides = ((evidence.before, length.before), (evidence.suspicious, length.suspicious), (evidence.fresh, length.fresh))
    if any(not _same_rows(*side) for side in sides):
        return None
    before, suspicious, fresh = (_by_length(Values.of(one), Values.of(other)) for one, other in sides)
    pair = Pair.of(before, suspicious + fresh)
    return GivenLength(cliffs_delta(pair), pair.unlike) if len(pair.after) >= LEAST_MATCHED else None


def _same_rows(one: Sample, other: Sample) -> bool:
    return len(one.values) == len(other.values) and one.categories == other.categories


def _by_length(values: Values, length: Values) -> Values:
    octave = np.log2(np.maximum(length.x, 1.0))
    bins: Codes = np.minimum(octave * BINS_AN_OCTAVE, MOST_BINS - 1).astype(np.int64)
    return Values(values.x, values.category * MOST_BINS + bins)
