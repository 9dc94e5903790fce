"""What people approved, as a policy that routers read: `coagent.policy.v1`."""

from datetime import datetime
from typing import Any, Literal

import msgspec

Strategy = Literal["latency", "cost", "quality", "fallback", "balance", "contextual", "split_test"]


class PolicyRule(msgspec.Struct, frozen=True, kw_only=True):
    """One approved change. `match` says for which requests (provider, request_model, endpoint, task, tenant; what is
    not named is any), `strategy` why the router decides so. `target` is where they go instead (provider, model,
    endpoint), as a trial for `share` of them (None: all); `set` is what else it sets, by name. `id` is the
    opportunity's.
    """

    id: str
    strategy: Strategy
    match: list[dict[str, str]]
    target: dict[str, str] = {}
    share: float | None = None
    set: dict[str, Any] = {}
    title: str
    approved_by: str
    approved_at: datetime
    reason: str


class RoutingPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """All rules, in the order of their approval. The highest `version` is the truth."""

    version: int
    at: datetime
    rules: list[PolicyRule]
