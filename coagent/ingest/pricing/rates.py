"""What a token costs at one moment, and what that makes for many requests at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coagent.ingest.columns.table import Floats

PER_MTOK = 1e-6


@dataclass(frozen=True, slots=True)
class Rate:
    """US dollars a million tokens. From more than `starts[i]` input tokens on, all tokens cost `prices[i + 1]`."""

    prices: Floats
    starts: Floats

    def at(self, input_tokens: Floats) -> Floats:
        """The price for each request, by its input tokens; shape (rows,)."""
        if not len(self.starts):
            return self.prices
        found: Floats = self.prices[np.searchsorted(self.starts, input_tokens, side="left")]
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """The prices of one model; None is not priced apart (cached tokens then cost what others do).

    `request` is US dollars a request. Input tokens include cached ones, output tokens include reasoning, as in the
    OpenTelemetry conventions.
    """

    input: Rate | None
    output: Rate | None
    cache_read: Rate | None = None
    cache_write: Rate | None = None
    reasoning: Rate | None = None
    request: float = 0.0

    def costs(self, usage: "Usage") -> Floats:
        """US dollars for each row, NaN where a count that is priced is unknown or counts contradict each other."""
        parts = self._parts(usage)
        costs = np.full(len(usage.input_tokens), self.request)
        contradictory = np.zeros(len(costs), bool)
        for rate, tokens in parts:
            costs += rate.at(usage.input_tokens) * tokens * PER_MTOK
            contradictory |= tokens < 0
        costs[contradictory] = np.nan
        return costs

    def _parts(self, usage: "Usage") -> list[tuple[Rate, Floats]]:
        """Each rate with the tokens that it applies to: what has no price of its own stays with its direction."""
        read = _priced(self.cache_read, usage.cached_input_tokens)
        write = _priced(self.cache_write, usage.cache_write_tokens)
        reasoning = _priced(self.reasoning, usage.reasoning_tokens)
        return [
            *read,
            *write,
            *reasoning,
            *_rest(self.input, usage.input_tokens, [*read, *write]),
            *_rest(self.output, usage.output_tokens, reasoning),
        ]


def _priced(rate: Rate | None, tokens: Floats | None) -> list[tuple[Rate, Floats]]:
    return [] if rate is None or tokens is None else [(rate, tokens)]


def _rest(rate: Rate | None, total: Floats, apart: list[tuple[Rate, Floats]]) -> list[tuple[Rate, Floats]]:
    for _, tokens in apart:
        total = total - tokens
    return _priced(rate, total)


@dataclass(frozen=True, slots=True)
class Usage:
    """Token counts of rows, shape (rows,), NaN where unknown; what is None is unknown in all rows.

    Unknown cached, cache-writing or reasoning tokens are priced as ordinary ones.
    """

    input_tokens: Floats
    output_tokens: Floats
    cached_input_tokens: Floats | None = None
    cache_write_tokens: Floats | None = None
    reasoning_tokens: Floats | None = None

    def rows(self, places: NDArray[np.intp]) -> "Usage":
        """The same of some rows."""
        return Usage(
            self.input_tokens[places],
            self.output_tokens[places],
            None if self.cached_input_tokens is None else self.cached_input_tokens[places],
            None if self.cache_write_tokens is None else self.cache_write_tokens[places],
            None if self.reasoning_tokens is None else self.reasoning_tokens[places],
        )
