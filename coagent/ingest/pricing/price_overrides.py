"""Prices that the operator knows better than the public table: contracts, own deployments, unlisted models."""

from datetime import date
from typing import Annotated

import msgspec
import numpy as np
import yaml
from msgspec import Meta

from coagent.domain.errors import Fatal
from coagent.ingest.pricing.rates import Rate, Rates

Usd = Annotated[float, Meta(ge=0, le=1e6)]


class PriceOverride(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One model's price from a day (UTC) on. `provider` and `model` as in the telemetry; an absent price means that
    such tokens cost what the others of their direction do.
    """

    provider: str
    model: str
    valid_from: date | None = None
    input_usd_per_mtok: Usd
    output_usd_per_mtok: Usd
    cached_input_usd_per_mtok: Usd | None = None
    cache_write_usd_per_mtok: Usd | None = None
    reasoning_usd_per_mtok: Usd | None = None
    request_usd: Usd = 0.0

    def rates(self) -> Rates:
        return Rates(
            input=_rate(self.input_usd_per_mtok),
            output=_rate(self.output_usd_per_mtok),
            cache_read=_rate(self.cached_input_usd_per_mtok),
            cache_write=_rate(self.cache_write_usd_per_mtok),
            reasoning=_rate(self.reasoning_usd_per_mtok),
            request=self.request_usd,
        )


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    prices: list[PriceOverride]


def read_price_overrides(data: bytes, name: str) -> list[PriceOverride]:
    """The `prices` list of a JSON or YAML file; `name` is the file's, for the error text. Raises Fatal.

    >>> found = read_price_overrides(
    ...     b"prices: [{provider: own, model: m, input_usd_per_mtok: 1, output_usd_per_mtok: 2}]", "prices.yaml"
    ... )
    >>> found[0].output_usd_per_mtok
    2.0
    """
    try:
        return msgspec.convert(yaml.safe_load(data), _File).prices
    except (yaml.YAMLError, msgspec.ValidationError, ValueError, RecursionError) as error:
        raise Fatal(f"{name}: not a price file ({error}). Correct it: the README shows the format.") from error


def _rate(usd_per_mtok: float | None) -> Rate | None:
    return None if usd_per_mtok is None else Rate(np.array([usd_per_mtok]), np.empty(0))
