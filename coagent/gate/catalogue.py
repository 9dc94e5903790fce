"""What the gate asks of price tables and tables of retirement dates; who wires it hands them in."""

from datetime import date
from typing import NamedTuple, Protocol

from coagent.domain.unit_price import Prices


class Retirement(Protocol):
    @property
    def day(self) -> date: ...
    @property
    def replacement(self) -> str | None: ...
    @property
    def source(self) -> str: ...


class Retirements(Protocol):
    def __call__(self, provider: str, model: str) -> Retirement | None: ...


class Catalogue(NamedTuple):
    """`version`: which table of prices."""

    prices: Prices
    retirements: Retirements
    version: str
