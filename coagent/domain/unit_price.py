"""What a token of a model costs, and who is asked for it; who wires a room hands the prices in."""

from typing import NamedTuple, Protocol


class UnitPrice(NamedTuple):
    """US dollars a token; `request`: US dollars a request besides. `cached`: input that the provider's prompt cache
    serves. `is_own`: from the operator's file.
    """

    input: float
    output: float
    cached: float
    request: float = 0.0
    is_own: bool = False

    def cost(self, sent: float, answered: float, cached: float = 0.0, requests: float = 1.0) -> float:
        """US dollars for so many tokens in, out, and of those in so many cached, in so many requests."""
        tokens = self.input * (sent - cached) + self.cached * cached + self.output * answered
        return tokens + self.request * requests


class Prices(Protocol):
    """`version`: which price table, and whether the operator's file stands before it."""

    @property
    def version(self) -> str: ...

    def __call__(self, provider: str | None, model: str, tier: str | None = None) -> UnitPrice | None:
        """None where nobody's prices know the model, or not its price in that tier. Without a provider only the
        operator's are asked.
        """
        ...

    def long_input(self, provider: str, model: str, tokens: int) -> float | None:
        """US dollars a token in, of a request with so many; None where unknown."""
        ...
