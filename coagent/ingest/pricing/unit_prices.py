"""What a token of a model costs now: the operator's prices first, then the public table's, as requests are priced."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

import numpy as np

from coagent.domain.provider_names import priced_provider
from coagent.domain.unit_price import UnitPrice
from coagent.ingest.pricing.price_book import STANDARD_RATE
from coagent.ingest.pricing.price_overrides import PriceOverride
from coagent.ingest.pricing.price_table import PriceTable
from coagent.ingest.pricing.rates import Rates

TOKENS = 1_000
"""Priced at once: below every long-context step, and enough that no digit is lost."""
MODELS = 4_096
"""Whose prices are kept: at one moment they stay the same."""
_USAGE = {
    "input_tokens": np.array([0.0, TOKENS, 0.0, TOKENS]),
    "output_tokens": np.array([0.0, 0.0, TOKENS, 0.0]),
    "cached_input_tokens": np.array([0.0, 0.0, 0.0, TOKENS]),
}


class UnitPrices:
    """`coagent.domain.unit_price.Prices`, of requests at `at`."""

    def __init__(self, overrides: Sequence[PriceOverride], at: datetime) -> None:
        self._table = PriceTable(overrides)
        self._own = sorted({(one.provider, one.model) for one in overrides})
        self._at = at
        self._priced = lru_cache(MODELS)(self._price)

    @property
    def version(self) -> str:
        return self._table.version

    def __call__(self, provider: str | None, model: str, tier: str | None = None) -> UnitPrice | None:
        """None where nobody's prices know the model, or not its price in that tier. Without a provider only the
        operator's are asked.
        """
        return self._priced(provider, model, tier)

    def long_input(self, provider: str, model: str, tokens: int) -> float | None:
        """US dollars a token in, of a request with so many; None where unknown."""
        rates = self._rates(self._operators(provider, model) or (provider, model), None)
        if rates is None:
            return None
        [cost] = rates.costs({"input_tokens": np.array([float(tokens)]), "output_tokens": np.zeros(1)}, 1).tolist()
        return (cost - rates.request) / tokens if np.isfinite(cost) else None

    def _price(self, provider: str | None, model: str, tier: str | None) -> UnitPrice | None:
        own = self._operators(provider, model)
        rates = self._rates(own or ((provider, model) if provider else None), tier)
        return _unit(rates, is_own=own is not None) if rates else None

    def _rates(self, named: tuple[str, str] | None, tier: str | None) -> Rates | None:
        rates = self._table.rates(*named, tier, self._at) if named else None
        return None if rates is None or (tier and rates.note.startswith(STANDARD_RATE)) else rates

    def _operators(self, provider: str | None, model: str) -> tuple[str, str] | None:
        """As the operator writes provider and model; None where several providers would fit or none does."""
        if provider and (provider, model) in self._own:
            return provider, model
        wanted = provider and (priced_provider(provider) or provider)
        named = [one for one in self._own if model in (one[1], "/".join(one))]
        fitting = [one for one in named if wanted in (None, priced_provider(one[0]), one[0])]
        return fitting[0] if len(fitting) == 1 else None


def _unit(rates: Rates, *, is_own: bool) -> UnitPrice | None:
    costs = rates.costs(_USAGE, len(_USAGE["input_tokens"]))
    if not np.isfinite(costs).all():
        return None
    request, sent, answered, cached = costs.tolist()
    return UnitPrice(
        input=(sent - request) / TOKENS,
        output=(answered - request) / TOKENS,
        cached=(cached - request) / TOKENS,
        request=request,
        is_own=is_own,
    )
