"""List prices for a batch: the operator's overrides first, then genai-prices, dated by each request's time."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from operator import itemgetter
from typing import Protocol

import msgspec
import numpy as np
from genai_prices.data_snapshot import get_snapshot
from numpy.typing import NDArray

from coagent.domain.batch import TextColumn
from coagent.domain.segment import Segment
from coagent.ingest.columns.table import Floats
from coagent.ingest.pricing import price_book
from coagent.ingest.pricing.price_book import DAY_S
from coagent.ingest.pricing.price_overrides import PriceOverride
from coagent.ingest.pricing.rates import Rates, Usage

MAX_MODELS = 20_000
"""Distinct provider and model names that are looked up; later ones count as unpriced."""

Places = NDArray[np.intp]


class PricedModel(Protocol):
    """A model whose rates change at most every `slot_s` seconds."""

    @property
    def slot_s(self) -> int: ...

    def rates(self, slot: int, service_tier: str | None) -> Rates | None: ...


class OverriddenModel:
    """The operator's prices of one model over time."""

    slot_s = DAY_S

    def __init__(self, overrides: Sequence[PriceOverride]) -> None:
        dated = [(one.valid_from or date.min, one.rates()) for one in overrides]
        self._dated = sorted(dated, key=itemgetter(0))

    def rates(self, slot: int, service_tier: str | None) -> Rates | None:  # noqa: ARG002  # contracts have no tiers here
        """The latest that is valid on that day; None before the first."""
        day = datetime.fromtimestamp(slot * DAY_S, UTC).date()
        return next((rates for start, rates in reversed(self._dated) if start <= day), None)


class PriceTable:
    """`version` names the package and, where there are overrides, their hash."""

    def __init__(self, overrides: Sequence[PriceOverride] = ()) -> None:
        by_model: dict[tuple[str, str], list[PriceOverride]] = {}
        for override in overrides:
            by_model.setdefault((override.provider, override.model), []).append(override)
        self._overridden = {key: OverriddenModel(found) for key, found in by_model.items()}
        self._snapshot = get_snapshot()
        self._models: dict[tuple[str, str, str | None], PricedModel | None] = {}
        self.version = _version(overrides)

    def list_costs(
        self, segment: Segment, numbers: Mapping[str, Floats], texts: Mapping[str, TextColumn]
    ) -> tuple[Floats, TextColumn] | None:
        """US dollars for each row, NaN where unknown, and the version where known; None where no row has a price."""
        usage = _usage(numbers)
        if usage is None:
            return None
        costs = np.full(len(usage.input_tokens), np.nan)
        for response_model, tier, places in _groups(texts, len(costs)):
            model = self._model(segment, response_model)
            for slot, within in _slots(numbers["time_s"][places], model.slot_s if model else DAY_S):
                where = places[within]
                rates = model.rates(slot, tier) if model else None
                if rates:
                    costs[where] = rates.costs(usage.rows(where))
        return self._with_version(costs)

    def _model(self, segment: Segment, response_model: str | None) -> PricedModel | None:
        key = (segment.provider, segment.request_model, response_model)
        if key not in self._models:
            if len(self._models) >= MAX_MODELS:
                return None
            self._models[key] = self._find(*key)
        return self._models[key]

    def _find(self, provider: str, request_model: str, response_model: str | None) -> PricedModel | None:
        """An override of either name, else what the table says of the model that answered, else of the requested."""
        for name in (request_model, response_model):
            if name and (provider, name) in self._overridden:
                return self._overridden[provider, name]
        for name in (response_model, request_model):
            if name and (listed := price_book.find_model(self._snapshot, provider, name)):
                return listed
        return None

    def _with_version(self, costs: Floats) -> tuple[Floats, TextColumn] | None:
        known = ~np.isnan(costs)
        if not known.any():
            return None
        return costs, TextColumn([self.version], (known.astype("<i4") - 1).tobytes())


def _version(overrides: Sequence[PriceOverride]) -> str:
    if not overrides:
        return price_book.version()
    digest = hashlib.blake2b(msgspec.json.encode(list(overrides)), digest_size=4).hexdigest()
    return f"{price_book.version()} + overrides {digest}"


def _usage(numbers: Mapping[str, Floats]) -> Usage | None:
    found = numbers.get("input_tokens"), numbers.get("output_tokens")
    if found[0] is None and found[1] is None:
        return None
    unknown = np.full(len(numbers["time_s"]), np.nan)
    return Usage(
        unknown if found[0] is None else found[0],
        unknown if found[1] is None else found[1],
        _or_none(numbers.get("cached_input_tokens")),
        _or_none(numbers.get("cache_write_tokens")),
        _or_none(numbers.get("reasoning_tokens")),
    )


def _or_none(counts: Floats | None) -> Floats | None:
    return None if counts is None else np.nan_to_num(counts)


def _groups(texts: Mapping[str, TextColumn], rows: int) -> Iterator[tuple[str | None, str | None, Places]]:
    """Rows that share response model and service tier."""
    models, model_codes = _column(texts.get("response_model"), rows)
    tiers, tier_codes = _column(texts.get("service_tier"), rows)
    width = len(tiers)
    for code, places in _distinct(model_codes * width + tier_codes):
        yield models[code // width], tiers[code % width], places


def _column(column: TextColumn | None, rows: int) -> tuple[list[str | None], NDArray[np.int64]]:
    """Values with None first, and for each row an index into them."""
    if column is None:
        return [None], np.zeros(rows, np.int64)
    return [None, *column.values], np.frombuffer(column.codes, "<i4").astype(np.int64) + 1


def _slots(times_s: Floats, slot_s: int) -> Iterator[tuple[int, NDArray[np.intp]]]:
    return _distinct((times_s // slot_s).astype(np.int64))


def _distinct(codes: NDArray[np.int64]) -> Iterator[tuple[int, NDArray[np.intp]]]:
    """Each value with the places where it stands."""
    first = int(codes[0])
    if (codes == first).all():
        yield first, np.arange(len(codes))
    else:
        for code in np.unique(codes).tolist():
            yield code, np.flatnonzero(codes == code)
