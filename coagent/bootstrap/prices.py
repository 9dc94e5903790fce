"""Prices: the operator's file before the public table, for whoever prices requests or asks what a model costs."""

from datetime import UTC, date, datetime, time

from coagent.domain.errors import Fatal
from coagent.domain.unit_price import Prices
from coagent.ingest.pricing.price_overrides import PriceOverride, read_price_overrides
from coagent.ingest.pricing.price_table import PriceTable
from coagent.ingest.pricing.unit_prices import UnitPrices
from coagent.settings import Settings

NOON = time(12, tzinfo=UTC)
"""Some prices change with the hour: the same day gives the same figures."""


class DatedPrices:
    """The operator's file is read once; raises Fatal where it cannot be."""

    def __init__(self, settings: Settings) -> None:
        self._overrides = _overrides(settings)

    def __call__(self, day: date) -> Prices:
        """What a token costs on a day."""
        return UnitPrices(self._overrides, datetime.combine(day, NOON))


def price_table(settings: Settings) -> PriceTable:
    """The operator's prices before genai-prices; raises Fatal where the file cannot be read."""
    return PriceTable(_overrides(settings))


def _overrides(settings: Settings) -> list[PriceOverride]:
    path = settings.ingest.prices_file
    if path is None:
        return []
    try:
        return read_price_overrides(path.read_bytes(), str(path))
    except OSError as error:
        raise Fatal(f"COAGENT_INGEST__PRICES_FILE: {error}. Name a file that exists, or unset it") from error
