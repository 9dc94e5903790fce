"""Approved opportunities to the rules of a policy."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from coagent.domain.decision import KnownOpportunity, accounts_of, changes_of, target_of
from coagent.domain.routing_policy import PolicyRule, RoutingPolicy, Strategy
from coagent.domain.segment import Segment

STRATEGIES: dict[str, Strategy] = {
    "cascade": "contextual",
    "fallback_missing": "fallback",
    "rate_limits": "balance",
    "retirement": "quality",
    "truncated_answers": "quality",
    "unused_max_tokens": "balance",
    "prompt_cache": "latency",
    "prompt_cache_collapse": "latency",
}
"""By kind of opportunity; the others save money. A trial of a share of the requests is a split test in any case."""
MOVES = ("/model", "/endpoint")


def next_policy(newest: RoutingPolicy | None, known: Iterable[KnownOpportunity], now: datetime) -> RoutingPolicy | None:
    """The next version; None where nothing changed. Approved changes that are held are not in it."""
    approved = [rule for one in known if one.status == "approved" and (rule := _rule(one)) is not None]
    rules = sorted(approved, key=lambda rule: (rule.approved_at, rule.id))
    if rules == (newest.rules if newest else []):
        return None
    return RoutingPolicy(version=newest.version + 1 if newest else 1, at=now, rules=rules)


def _rule(known: KnownOpportunity) -> PolicyRule | None:
    found, decided = known.opportunity, known.decided
    if decided is None:
        return None
    changes = changes_of(found.action)
    share = _share(changes)
    return PolicyRule(
        id=found.id,
        strategy="split_test" if share or "/shadow" in changes else STRATEGIES.get(found.kind, "cost"),
        match=[_match(one) for one in accounts_of(found)],
        target=target_of(found),
        share=share,
        set={_name(path): value for path, value in changes.items() if path not in MOVES},
        title=found.title,
        approved_by=decided.by,
        approved_at=decided.at,
        reason=decided.reason,
    )


def _share(changes: Mapping[str, Any]) -> float | None:
    """Of the requests, between 0 and 1."""
    shares = [value.get("share") for value in changes.values() if isinstance(value, dict)]
    return next((float(one) for one in shares if isinstance(one, int | float) and 0 < one < 1), None)


def _name(path: str) -> str:
    return path.strip("/").replace("/", "_")


def _match(segment: Segment) -> dict[str, str]:
    return {name: text for name, text in msgspec.structs.asdict(segment).items() if text is not None}
