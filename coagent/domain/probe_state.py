"""How far a probe has come: what it has learned of its endpoint, and the batch under way."""

from datetime import datetime
from decimal import Decimal
from typing import Literal

import msgspec

from coagent.domain.probe import Method

Stage = Literal["look", "seek", "reference", "watch"]
"""Does it give log-probabilities; which prompts waver; how they are answered as a rule; and then batch by batch."""


class Constants(msgspec.Struct, frozen=True, kw_only=True):
    """Values seen: models and fingerprints that answered, tokens of each prompt, cost billed for a dollar listed."""

    response_models: tuple[str, ...] = ()
    fingerprints: tuple[str, ...] = ()
    tokens: dict[str, tuple[int, ...]] = {}
    ratios: tuple[float, ...] = ()


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """Calls of the stage under way. `counts` and `tops` hold what was answered, by place; a failed call is in `asked`
    and `failed` alone. `seen`: its constants, without the ratio, which is that of `billed_usd` to `listed_usd` of calls
    that name their cost. `canaries`: by name whether it passed.
    """

    began_at: datetime
    asked: dict[str, int] = {}
    failed: int = 0
    counts: dict[str, dict[str, int]] = {}
    tops: dict[str, dict[str, float]] = {}
    refused: bool = False
    seen: Constants = Constants()
    billed_usd: Decimal = Decimal(0)
    listed_usd: Decimal = Decimal(0)
    canaries: dict[str, bool] = {}
    cost_usd: Decimal = Decimal(0)

    @property
    def calls(self) -> int:
        return sum(self.asked.values())


class ProbeState(msgspec.Struct, frozen=True, kw_only=True):
    """`days[0]` is the reference, by chosen prompt; `windows` are days of looks at log-probabilities, the last of them
    may be under way. `batch` counts those that are done, `epoch` how often the reference was made.
    `dearest_usd`: the most that a call of one token has cost.
    """

    stage: Stage = "look"
    epoch: int = 1
    batch: int = 0
    method: Method | None = None
    prompts: list[str] = []
    days: list[list[dict[str, int]]] = []
    windows: list[list[list[dict[str, float]]]] = []
    constants: Constants = Constants()
    canaries_before: tuple[int, int] = (0, 0)
    dearest_usd: Decimal = Decimal(0)
    work: Work | None = None
