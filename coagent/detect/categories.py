"""Categories: a row is compared only with earlier rows of its own kind (Mondrian conformal prediction).

A category depends on what the client chose alone, so any taxonomy keeps the ranks exact; new kinds may appear at any
time and start with empty counts.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from coagent.detect.columns import Floats
from coagent.detect.compiled import compiled
from coagent.detect.raw import PLACE, Raw

Codes = NDArray[np.uint8]
Keys = NDArray[np.int64]

MOST = 32
"""Categories of a segment; what comes later shares the last one."""
STRATA = 8
OCTAVES = 4
MARGIN = 1.25
LEVELS = 4
COMMON_SHARE = 0.05
STREAMS = 3
KEYS = 2048
STRATUM_KEYS = 16


def _strata(lengths: NDArray[np.float64]) -> NDArray[np.float64]:
    """Edges with equal shares of the first rows, and octaves beyond them: new lengths are compared with new ones."""
    known = lengths[np.isfinite(lengths)]
    if not len(known):
        return np.empty(0)
    inner = np.quantile(known, np.arange(1, STRATA) / STRATA, method="lower")
    beyond = MARGIN * max(known.max(), 1.0) * 2.0 ** np.arange(OCTAVES)
    below = known.min() / MARGIN / 2.0 ** np.arange(2)
    return np.unique(np.concatenate([below, inner, beyond]))


def _levels(column: NDArray[np.float64]) -> NDArray[np.float64]:
    """The common values of a parameter, the most frequent first four, ascending."""
    found, counts = np.unique(column[np.isfinite(column)], return_counts=True)
    common = counts >= max(2, COMMON_SHARE * len(column))
    most = np.argsort(-counts[common], kind="stable")[:LEVELS]
    return np.sort(found[common][most])


@compiled
def _keys(raw: Raw, length: int, strata: Floats, max_tokens: Floats, temperature: Floats) -> Keys:
    """A number for each row's combination; `length` is the place of the input's length, `strata` (edges) and the levels
    of two parameters ascend. Part by part: the processor takes several rows at once.
    """
    keys = np.zeros(raw.shape[1], np.int64)
    _add_levels(keys, raw[PLACE.max_tokens], max_tokens)
    _add_levels(keys, raw[PLACE.temperature], temperature)
    _add_streams(keys, raw[PLACE.stream])
    _add_strata(keys, raw[length], strata)
    return keys


@compiled
def _add_levels(keys: Keys, column: Floats, levels: Floats) -> None:
    """0 unknown, 1 none of the levels, then the levels."""
    for j in range(len(keys)):
        level = _known(column[j])
        for at in range(len(levels)):
            level = at + 2 if levels[at] == column[j] else level
        keys[j] = keys[j] * (LEVELS + 2) + level


@compiled
def _add_streams(keys: Keys, streams: Floats) -> None:
    """0 unknown, 1 not streamed, 2 streamed."""
    for j in range(len(keys)):
        keys[j] = keys[j] * STREAMS + _known(streams[j]) + int(streams[j] > 0)


@compiled
def _add_strata(keys: Keys, lengths: Floats, strata: Floats) -> None:
    """0 unknown, then the strata: each ends with its edge."""
    for j in range(len(keys)):
        keys[j] = keys[j] * STRATUM_KEYS + _known(lengths[j])
    for edge in strata:
        for j in range(len(keys)):
            keys[j] += edge < lengths[j]


@compiled
def _known(value: float) -> int:
    """1, or 0 where it is NaN."""
    return 0 if np.isnan(value) else 1


@dataclass(slots=True)
class Categories:
    """Frozen strata and levels; `codes` maps a combination to its category, in the order of first appearance."""

    by_chars: bool
    strata: NDArray[np.float64]
    max_tokens: NDArray[np.float64]
    temperature: NDArray[np.float64]
    codes: NDArray[np.int16] = field(default_factory=lambda: np.full(KEYS, -1, np.int16))
    used: int = 0
    _groups: Codes | None = field(default=None, repr=False, compare=False)

    @classmethod
    def from_first_rows(cls, raw: Raw) -> "Categories":
        by_chars = bool(np.isfinite(raw[PLACE.input_chars]).mean() >= 0.5)  # noqa: PLR2004  most rows
        lengths = raw[PLACE.input_length(by_chars=by_chars)]
        return cls(by_chars, _strata(lengths), _levels(raw[PLACE.max_tokens]), _levels(raw[PLACE.temperature]))

    def of(self, raw: Raw) -> Codes:
        """Category of each row; unseen combinations get the next codes until they are used up."""
        length = PLACE.input_length(by_chars=self.by_chars)
        keys = _keys(raw, length, self.strata, self.max_tokens, self.temperature)
        codes = self.codes[keys]
        if codes.min(initial=0) < 0:
            self._add(keys[codes < 0])
            codes = self.codes[keys]
        return codes.astype(np.uint8)

    def _add(self, keys: Keys) -> None:
        fresh, first = np.unique(keys, return_index=True)
        for key in fresh[np.argsort(first)]:
            self.codes[key] = min(self.used, MOST - 1)
            self.used = min(self.used + 1, MOST)
        self._groups = None

    def groups(self) -> Codes:
        """The broader group of each category, shape (MOST,): the same parameters, whatever the length. What shares the
        last category is the last group.
        """
        if self._groups is None:
            keys = np.flatnonzero((self.codes >= 0) & (self.codes < MOST - 1))
            kinds, group = np.unique(keys // STRATUM_KEYS, return_inverse=True)
            self._groups = np.full(MOST, len(kinds), np.uint8)
            self._groups[self.codes[keys]] = group
        return self._groups

    def labels(self) -> list[str]:
        """What each category is, for people; index = code."""
        names = [""] * self.used
        for key in np.flatnonzero(self.codes >= 0):
            code = int(self.codes[key])
            names[code] = self._label(int(key)) if code < MOST - 1 else "others"
        return names

    def _label(self, key: int) -> str:
        rest, stratum = divmod(key, STRATUM_KEYS)
        rest, streamed = divmod(rest, STREAMS)
        limit, heat = divmod(rest, LEVELS + 2)
        parts = [self._length_label(stratum)]
        parts += [("", "not streamed", "streamed")[streamed]]
        parts += [
            _level_label("max_tokens", limit, self.max_tokens),
            _level_label("temperature", heat, self.temperature),
        ]
        return ", ".join(part for part in parts if part) or "all"

    def _length_label(self, stratum: int) -> str:
        if not stratum:
            return ""
        unit = "chars" if self.by_chars else "tokens"
        if stratum > len(self.strata):
            return f"input over {self.strata[-1]:g} {unit}"
        return f"input up to {self.strata[stratum - 1]:g} {unit}"


def _level_label(name: str, level: int, levels: NDArray[np.float64]) -> str:
    return ("", f"other {name}")[level] if level < 2 else f"{name} {levels[level - 2]:g}"  # noqa: PLR2004  see _add_levels
