"""Prices that the operator knows better than the public table: contracts, own deployments, unlisted models."""

from datetime import date
from typing import Annotated

import msgspec
import yaml
from msgspec import Meta

from coagent.domain.errors import Fatal
from coagent.ingest.pricing.rates import CACHED_AUDIO, WRITTEN_AUDIO, Rate, Rates

Usd = Annotated[float, Meta(ge=0, le=1e6)]


class PriceOverride(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One model's price from a day (UTC) on. `provider` and `model` as in the telemetry; an absent price means that
    such tokens cost what the others of their direction do. With a `service_tier` (`batch`, `flex`, `priority`) it is
    for such requests alone; batch lines have no price but such a one.
    """

    provider: str
    model: str
    valid_from: date | None = None
    service_tier: str | None = None
    input_usd_per_mtok: Usd
    output_usd_per_mtok: Usd
    cached_input_usd_per_mtok: Usd | None = None
    cache_write_usd_per_mtok: Usd | None = None
    cache_write_1h_usd_per_mtok: Usd | None = None
    reasoning_usd_per_mtok: Usd | None = None
    input_audio_usd_per_mtok: Usd | None = None
    output_audio_usd_per_mtok: Usd | None = None
    request_usd: Usd = 0.0

    def rates(self) -> Rates:
        """Cached audio costs what other cached input does."""
        prices = {
            "input_tokens": self.input_usd_per_mtok,
            "output_tokens": self.output_usd_per_mtok,
            "cached_input_tokens": self.cached_input_usd_per_mtok,
            "cache_write_tokens": self.cache_write_usd_per_mtok,
            "cache_write_1h_tokens": self.cache_write_1h_usd_per_mtok,
            "reasoning_tokens": self.reasoning_usd_per_mtok,
            "input_audio_tokens": self.input_audio_usd_per_mtok,
            "output_audio_tokens": self.output_audio_usd_per_mtok,
        }
        if self.input_audio_usd_per_mtok is not None:
            prices |= {CACHED_AUDIO: prices["cached_input_tokens"], WRITTEN_AUDIO: prices["cache_write_tokens"]}
        rates = {name: Rate.flat(price) for name, price in prices.items() if price is not None}
        return Rates.of(rates, self.request_usd)


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
