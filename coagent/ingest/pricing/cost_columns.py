"""A batch's cost columns: list price beside what was billed, and what of both is not believed."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from coagent.domain.batch import TextColumn
from coagent.domain.rejected import Noted
from coagent.domain.segment import Segment
from coagent.ingest.columns.table import Floats, Places
from coagent.ingest.pricing.rates import zero_for_nan

CONTRADICTORY = Noted(
    reason="contradictory_counts", detail="parts of a token count exceed the whole, so the list price is unknown"
)
BILLED_ZERO = Noted(
    reason="billed_zero_unknown", detail="cost_usd is 0 though the tokens have a price, so the list price counts"
)
BILLED_DIFFERS = Noted(
    reason="billed_differs_from_list", detail="cost_usd and list price differ by more than rounding; cost_usd counts"
)

RELATIVE = 0.01
ABSOLUTE_USD = 1e-6
"""Costs are written with six decimals or more by most: differences within both bounds count as rounding."""

_WHOLES = (
    ("input_tokens", ("cached_input_tokens", "cache_write_tokens")),
    ("input_tokens", ("input_audio_tokens",)),
    ("cache_write_tokens", ("cache_write_1h_tokens",)),
    ("output_tokens", ("reasoning_tokens",)),
    ("output_tokens", ("output_audio_tokens",)),
)
"""Counts with parts that together are at most as many."""

Mask = NDArray[np.bool_]


class ListPrices(Protocol):
    """What a price table says for rows of one segment."""

    def list_costs(
        self, segment: Segment, numbers: Mapping[str, Floats], texts: Mapping[str, TextColumn]
    ) -> tuple[Floats, TextColumn] | None:
        """US dollars for each row, NaN where unknown, and the price table's version; None where no row has one."""
        ...


class RowsNoted(NamedTuple):
    """Rows of a batch, ascending, at least one, for which the same is noted."""

    noted: Noted
    rows: Places


def add_costs(
    prices: ListPrices, segment: Segment, numbers: dict[str, Floats], texts: dict[str, TextColumn]
) -> list[RowsNoted]:
    """Adds `list_cost_usd` and `price_version` to the columns of a batch, and notes what of its costs is no good.

    - `contradictory_counts`: parts exceed their whole; these rows get that as their `cost_doubt`;
    - `billed_zero_unknown`: billed 0 for tokens that have a price (or whose price is in doubt), though no cache
      answered and nothing failed: such a `cost_usd` becomes unknown, so that the list price counts;
    - `billed_differs_from_list`: both are known and differ by more than rounding; what was billed is the cost.
    """
    found = {CONTRADICTORY: _doubt_contradictions(numbers, texts)}
    if priced := prices.list_costs(segment, numbers, texts):
        numbers["list_cost_usd"], texts["price_version"] = priced
    if "cost_usd" in numbers:
        found |= dict(_check_billed(numbers, texts))
    return [RowsNoted(noted, np.flatnonzero(mask)) for noted, mask in found.items() if mask is not None and mask.any()]


def _doubt_contradictions(numbers: Mapping[str, Floats], texts: dict[str, TextColumn]) -> Mask | None:
    wrong = [_exceeds(numbers, whole, parts) for whole, parts in _WHOLES if whole in numbers]
    found = [mask for mask in wrong if mask is not None and mask.any()]
    if not found:
        return None
    column = texts.get("cost_doubt") or TextColumn([], np.full(len(found[0]), -1, "<i4").tobytes())
    codes = np.frombuffer(column.codes, "<i4")
    new: Mask = np.logical_or.reduce(found) & (codes < 0)
    values = [*column.values, CONTRADICTORY.reason]
    texts["cost_doubt"] = TextColumn(values, np.where(new, len(column.values), codes).astype("<i4").tobytes())
    return new


def _exceeds(numbers: Mapping[str, Floats], whole: str, parts: tuple[str, ...]) -> Mask | None:
    """Rows whose parts, unknown ones as 0, are more than their whole; None where no part is known."""
    known = [numbers[part] for part in parts if part in numbers]
    if not known:
        return None
    together = known[0] if len(known) == 1 else sum(map(zero_for_nan, known))
    exceeds: Mask = together > numbers[whole]
    return exceeds


def _check_billed(numbers: dict[str, Floats], texts: Mapping[str, TextColumn]) -> Iterator[tuple[Noted, Mask]]:
    billed = numbers["cost_usd"]
    listed = numbers.get("list_cost_usd", np.full(len(billed), np.nan))
    answered = _is_answered(numbers, texts, len(billed))
    zero = (billed == 0) & answered & ((listed > 0) | (_is_doubtful(texts, len(billed)) & _has_tokens(numbers)))
    if zero.any():
        _replace(numbers, np.where(zero, np.nan, billed))
    yield BILLED_ZERO, zero
    yield BILLED_DIFFERS, answered & ~zero & (np.abs(billed - listed) > np.maximum(RELATIVE * listed, ABSOLUTE_USD))


def _replace(numbers: dict[str, Floats], billed: Floats) -> None:
    """A column in which nothing is known is left out."""
    if np.isnan(billed).all():
        del numbers["cost_usd"]
    else:
        numbers["cost_usd"] = billed


def _is_answered(numbers: Mapping[str, Floats], texts: Mapping[str, TextColumn], rows: int) -> Mask:
    """By the model: not from a response cache, and not failed, which both may well cost nothing."""
    answered = numbers["cache_hit"] != 1 if "cache_hit" in numbers else np.ones(rows, bool)
    status = texts.get("status")
    if status and "error" in status.values:
        answered &= np.frombuffer(status.codes, "<i4") != status.values.index("error")
    return answered


def _is_doubtful(texts: Mapping[str, TextColumn], rows: int) -> Mask:
    doubt = texts.get("cost_doubt")
    return np.frombuffer(doubt.codes, "<i4") >= 0 if doubt else np.zeros(rows, bool)


def _has_tokens(numbers: Mapping[str, Floats]) -> Mask:
    found: Mask = (
        np.nansum([numbers[name] for name in ("input_tokens", "output_tokens") if name in numbers], axis=0) > 0
    )
    return found
