"""What a token costs at one moment, and what that makes for many requests at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from coagent.ingest.columns.table import Floats

PER_MTOK = 1e-6

Usage = Mapping[str, Floats]
"""Columns of `coagent.domain.batch` by name, shape (rows,), NaN where unknown; a column that is absent is unknown."""

WHOLE = ("input_tokens", "output_tokens", "input_chars")
"""Columns that have to be known where they have a price; unknown parts of them are priced as the rest is."""

CACHED_AUDIO = "cached_audio_tokens"
WRITTEN_AUDIO = "written_audio_tokens"
_OVERLAPS = {
    CACHED_AUDIO: ("cached_input_tokens", "input_audio_tokens"),
    WRITTEN_AUDIO: ("cache_write_tokens", "input_audio_tokens"),
}
"""Tokens that are counted in two columns; no column says how many they are."""

PARTS: dict[str, tuple[str, ...]] = {
    CACHED_AUDIO: (),
    WRITTEN_AUDIO: (),
    "cache_write_1h_tokens": (),
    "cached_input_tokens": (CACHED_AUDIO,),
    "cache_write_tokens": ("cache_write_1h_tokens", WRITTEN_AUDIO),
    "input_audio_tokens": (CACHED_AUDIO, WRITTEN_AUDIO),
    "input_tokens": (
        CACHED_AUDIO,
        WRITTEN_AUDIO,
        "cache_write_1h_tokens",
        "cached_input_tokens",
        "cache_write_tokens",
        "input_audio_tokens",
    ),
    "reasoning_tokens": (),
    "output_audio_tokens": (),
    "output_tokens": ("reasoning_tokens", "output_audio_tokens"),
    "input_chars": (),
}
"""What may have a price, parts before wholes; each with its parts. A part without a price costs what its whole does."""


@dataclass(frozen=True, slots=True)
class Rate:
    """US dollars a million tokens. From more than `starts[i]` input tokens on, all tokens cost `prices[i + 1]`."""

    prices: Floats
    starts: Floats

    @classmethod
    def flat(cls, usd_per_mtok: float) -> Self:
        """The same price for every request."""
        return cls(np.array([usd_per_mtok]), np.empty(0))

    def times(self, factor: float) -> "Rate":
        """The same steps at `factor` times the price."""
        return Rate(self.prices * factor, self.starts)

    def at(self, input_tokens: Floats | None) -> Floats:
        """The price for each request, by its input tokens; shape (rows,), or (1,) where it is the same for all."""
        if not len(self.starts) or input_tokens is None:
            return self.prices[:1]
        found: Floats = self.prices[np.searchsorted(self.starts, input_tokens, side="left")]
        return found


@dataclass(frozen=True, slots=True)
class _Priced:
    name: str
    rate: Rate
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rates:
    """The prices of one model at one moment and service tier. `request` is US dollars a request.

    `note` says where they are not the price table's own for just this request; it stands in the price version.
    """

    units: tuple[_Priced, ...]
    request: float = 0.0
    note: str = ""

    @classmethod
    def of(cls, rates: Mapping[str, Rate | None], request: float = 0.0, note: str = "") -> Self:
        """From the rates by the names of `PARTS`; None has no price of its own."""
        known = {name: rate for name in PARTS if (rate := rates.get(name)) is not None}
        units = [
            _Priced(name, rate, tuple(part for part in PARTS[name] if part in known)) for name, rate in known.items()
        ]
        return cls(tuple(units), request, note)

    def costs(self, usage: Usage, rows: int) -> Floats:
        """US dollars for each row, NaN where a count that is priced is unknown or counts contradict each other."""
        costs, input_tokens = np.full(rows, self.request), usage.get("input_tokens")
        alone: dict[str, Floats] = {}
        for unit in self.units:
            tokens = _tokens(usage, unit.name)
            if tokens is None:
                continue
            tokens = alone[unit.name] = _without(tokens, (alone[part] for part in unit.parts if part in alone))
            costs += unit.rate.at(input_tokens) * PER_MTOK * tokens
            if (negative := tokens < 0).any():
                costs[negative] = np.nan
        if any(unit.name in WHOLE and unit.name not in alone for unit in self.units):
            costs[:] = np.nan
        return costs


def _tokens(usage: Usage, name: str) -> Floats | None:
    if name in _OVERLAPS:
        return _overlap(usage, *_OVERLAPS[name])
    found = usage.get(name)
    return found if found is None or name in WHOLE else zero_for_nan(found)


def _without(tokens: Floats, parts: Iterable[Floats]) -> Floats:
    for part in parts:
        tokens = tokens - part
    return tokens


def _overlap(usage: Usage, one: str, other: str) -> Floats | None:
    """Tokens that are counted in both, NaN where the counts leave it open: at least what does not fit beside each
    other into the input, at most the smaller of the two.
    """
    first, second, total = (usage.get(name) for name in (one, other, "input_tokens"))
    if first is None or second is None or total is None:
        return None
    first, second = zero_for_nan(first), zero_for_nan(second)
    most = np.minimum(first, second)
    return np.where(np.maximum(first + second - total, 0) >= most, most, np.nan)


def zero_for_nan(counts: Floats) -> Floats:
    """The same counts, unknown ones as none."""
    unknown: NDArray[np.bool_] = np.isnan(counts)
    return np.where(unknown, 0.0, counts) if unknown.any() else counts
