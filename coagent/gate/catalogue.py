"""What the gate asks of price tables and tables of retirement dates; who wires it hands them in."""

from datetime import date
from typing import NamedTuple, Protocol


class UnitPrices(Protocol):
    """US dollars a token; `request`: a request, besides its tokens. `is_own`: the operator's, not a list's."""

    @property
    def input(self) -> float: ...
    @property
    def output(self) -> float: ...
    @property
    def cached(self) -> float: ...
    @property
    def request(self) -> float: ...
    @property
    def is_own(self) -> bool: ...


class Retirement(Protocol):
    @property
    def day(self) -> date: ...
    @property
    def replacement(self) -> str | None: ...
    @property
    def source(self) -> str: ...


class Prices(Protocol):
    def __call__(self, provider: str | None, model: str, tier: str | None = None) -> UnitPrices | None: ...


class Retirements(Protocol):
    def __call__(self, provider: str, model: str) -> Retirement | None: ...


class Catalogue(NamedTuple):
    """`version`: which table of prices."""

    prices: Prices
    retirements: Retirements
    version: str
