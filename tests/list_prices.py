"""Public prices of a day, for whoever is advised without a price file."""

from datetime import UTC, date, datetime, time

from coagent.ingest.pricing.unit_prices import UnitPrices


def list_prices(day: date) -> UnitPrices:
    """Of requests on a day."""
    return UnitPrices([], datetime.combine(day, time(12, tzinfo=UTC)))


LIST_PRICES = list_prices(date(2026, 11, 30))
