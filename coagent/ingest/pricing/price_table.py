"""List prices for a batch: the operator's overrides first, then genai-prices, dated by each request's time."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from operator import itemgetter
from typing import Protocol

import msgspec
import numpy as np
from genai_prices.data_snapshot import get_snapshot
from numpy.typing import NDArray

from coagent.domain.batch import TextColumn
from coagent.domain.segment import Segment
from coagent.domain.service_tier import BATCH, PREPAID, tier_of
from coagent.ingest.columns.table import Floats
from coagent.ingest.pricing import price_book
from coagent.ingest.pricing.price_book import DAY_S
from coagent.ingest.pricing.price_overrides import PriceOverride
from coagent.ingest.pricing.rates import WHOLE, Rates, Usage

MAX_MODELS = 20_000
"""Distinct provider and model names that are looked up; later ones count as unpriced."""

Places = NDArray[np.intp] | slice
ALL = slice(None)


class PricedModel(Protocol):
    """A model whose rates change at most every `slot_s` seconds."""

    @property
    def slot_s(self) -> int: ...

    def rates(self, slot: int, service_tier: str | None) -> Rates | None:
        """None where unknown; `service_tier` as `tier_of` gives it."""
        ...


class OverriddenModel:
    """The operator's prices of one model over time: those of the tier, else for any but batch lines and prepaid
    capacity those that name no tier.
    """

    slot_s = DAY_S

    def __init__(self, overrides: Sequence[PriceOverride]) -> None:
        dated = [(one.valid_from or date.min, tier_of(one.service_tier), one.rates()) for one in overrides]
        self._dated = sorted(dated, key=itemgetter(0))
        self._tiers = {tier for _, tier, _ in dated}

    def rates(self, slot: int, service_tier: str | None) -> Rates | None:
        """The latest that is valid on that day; None before the first."""
        day = datetime.fromtimestamp(slot * DAY_S, UTC).date()
        wanted = service_tier if service_tier in self._tiers | {BATCH, PREPAID} else None
        fitting = (rates for start, tier, rates in reversed(self._dated) if tier == wanted and start <= day)
        return next(fitting, None)


@dataclass(frozen=True, slots=True)
class _Listed:
    """List costs of rows in the making; `versions` by note, in the order of their codes."""

    costs: Floats
    codes: NDArray[np.int32]
    versions: dict[str, int]

    def put(self, where: Places, rates: Rates, usage: Usage) -> None:
        whole = isinstance(where, slice)
        some = usage if whole else {name: column[where] for name, column in usage.items()}
        self.costs[where] = rates.costs(some, len(self.costs) if whole else len(self.costs[where]))
        self.codes[where] = self.versions.setdefault(rates.note, len(self.versions))


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
        """US dollars for each row, NaN where unknown, and the version where known, with a note where the rates are
        not the table's own for the row's service tier; None where no row has a price. A row whose counts are in
        doubt (`cost_doubt`) has none.
        """
        if not any(name in numbers for name in WHOLE):
            return None
        rows = len(numbers["time_s"])
        listed = _Listed(np.full(rows, np.nan), np.full(rows, -1, "<i4"), {})
        for response_model, tier, places in _groups(texts, rows):
            if model := self._model(segment.provider, segment.request_model, response_model):
                _price(listed, model, tier_of(tier), numbers, places)
        if doubt := texts.get("cost_doubt"):
            listed.costs[np.frombuffer(doubt.codes, "<i4") >= 0] = np.nan
        return self._with_version(listed)

    def rates(self, provider: str, model: str, service_tier: str | None, at: datetime) -> Rates | None:
        """Of one model at a time, the override's where there is one; None where unknown."""
        found = self._model(provider, model, None)
        return found.rates(int(at.timestamp() // found.slot_s), tier_of(service_tier)) if found else None

    def _model(self, provider: str, request_model: str, response_model: str | None) -> PricedModel | None:
        key = (provider, request_model, response_model)
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

    def _with_version(self, listed: _Listed) -> tuple[Floats, TextColumn] | None:
        known = ~np.isnan(listed.costs)
        if not known.any():
            return None
        names = [f"{self.version} ({note})" if note else self.version for note in listed.versions]
        codes = np.where(known, listed.codes, np.int32(-1))
        if len(names) > 1:
            used = np.unique(codes[known]).tolist()
            codes, names = _only(codes, used), [names[code] for code in used]
        return listed.costs, TextColumn(names, codes.astype("<i4", copy=False).tobytes())


def _price(
    listed: _Listed, model: PricedModel, tier: str | None, numbers: Mapping[str, Floats], places: Places
) -> None:
    for slot, within in _slots(numbers["time_s"][places], model.slot_s):
        if rates := model.rates(slot, tier):
            where = within if isinstance(places, slice) else places[within]
            listed.put(where, rates, numbers)


def _only(codes: NDArray[np.int32], used: list[int]) -> NDArray[np.int32]:
    """The codes by their place among the used ones."""
    return np.where(codes < 0, -1, np.searchsorted(used, codes)).astype(np.int32)


def _version(overrides: Sequence[PriceOverride]) -> str:
    if not overrides:
        return price_book.version()
    digest = hashlib.blake2b(msgspec.json.encode(list(overrides)), digest_size=4).hexdigest()
    return f"{price_book.version()} + overrides {digest}"


def _groups(texts: Mapping[str, TextColumn], rows: int) -> Iterator[tuple[str | None, str | None, Places]]:
    """Rows that share response model and service tier."""
    models, model_codes = _column(texts.get("response_model"))
    tiers, tier_codes = _column(texts.get("service_tier"))
    if model_codes is None and tier_codes is None:
        yield None, None, ALL
        return
    codes = _or_zeros(model_codes, rows) * len(tiers) + _or_zeros(tier_codes, rows)
    for code, places in _distinct(codes):
        yield models[code // len(tiers)], tiers[code % len(tiers)], places


def _column(column: TextColumn | None) -> tuple[list[str | None], NDArray[np.int64] | None]:
    """Values with None first, and for each row an index into them; None where all are the first."""
    if column is None:
        return [None], None
    return [None, *column.values], np.frombuffer(column.codes, "<i4").astype(np.int64) + 1


def _or_zeros(codes: NDArray[np.int64] | None, rows: int) -> NDArray[np.int64]:
    return np.zeros(rows, np.int64) if codes is None else codes


def _slots(times_s: Floats, slot_s: int) -> Iterator[tuple[int, Places]]:
    return _distinct((times_s // slot_s).astype(np.int64))


def _distinct(codes: NDArray[np.int64]) -> Iterator[tuple[int, Places]]:
    """Each value with the places where it stands."""
    first = int(codes[0])
    if (codes == first).all():
        yield first, ALL
    else:
        for code in np.unique(codes).tolist():
            yield code, np.flatnonzero(codes == code)
