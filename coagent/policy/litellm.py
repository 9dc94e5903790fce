"""The policy as LiteLLM's router configuration.

Source of the keys: LiteLLM's documentation, pages "Config.yaml", "All settings" and "Load balancing" (docs.litellm.ai).
LiteLLM routes by the model's name alone. So requests of a task or tenant need a name of their own, which their
application asks for: `summary/gpt-5`. Where the whole model is meant, its own name stays.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from coagent.domain.routing_policy import PolicyRule, RoutingPolicy, Strategy

ROUTING: dict[Strategy, str] = {
    "split_test": "simple-shuffle",
    "balance": "least-busy",
    "latency": "latency-based-routing",
    "cost": "cost-based-routing",
}
"""How LiteLLM chooses among deployments of one name. It has one strategy for all names: the first that a rule asks for;
the weights of a split test hold with its own alone.
"""
PREFIXES = {"google": "gemini", "aws": "bedrock", "together": "together_ai", "fireworks": "fireworks_ai", "x-ai": "xai"}
"""Providers whose models LiteLLM spells otherwise."""
PARAMETERS = ("max_tokens", "service_tier")
"""What a rule sets and a deployment's `litellm_params` have by the same name."""
PERCENT = 100

Arm = dict[str, Any]
"""A deployment's `litellm_params`."""
Arms = dict[str, list[Arm]]
"""Deployments by the name that applications ask for."""


def litellm_yaml(policy: RoutingPolicy) -> str:
    """A part of `config.yaml`, without keys of providers: merge it into yours."""
    config, left = litellm_config(policy)
    lines = [f"# coagent routing policy, version {policy.version}. Merge it into LiteLLM's config.yaml."]
    lines += [f"# Not expressed here, do it in the application: {_one_line(rule.title)} ({rule.id})" for rule in left]
    return "\n".join([*lines, yaml.safe_dump(config, sort_keys=False, width=120, allow_unicode=True)])


def litellm_config(policy: RoutingPolicy) -> tuple[dict[str, Any], list[PolicyRule]]:
    """The configuration, and the rules that LiteLLM has no setting for. Rules about one name build on each other, in
    the order of their approval.
    """
    arms: Arms = {}
    router: dict[str, Any] = {}
    settings: dict[str, Any] = {}
    left = []
    for rule in policy.rules:
        changed, fallbacks = _changed(rule, arms), _fallbacks(rule, arms)
        router |= {**_retries(rule), **_with(router, fallbacks)}
        settings |= _cache(rule)
        left += [] if changed or fallbacks or _retries(rule) or _cache(rule) else [rule]
    router = {**_routing([rule for rule in policy.rules if _changed(rule, {})]), **router}
    models = [{"model_name": name, "litellm_params": arm} for name, found in arms.items() for arm in found]
    parts = {"model_list": models, "router_settings": router, "litellm_settings": settings}
    return {name: part for name, part in parts.items() if part}, left


def _changed(rule: PolicyRule, arms: Arms) -> bool:
    """Whether it is about deployments: those of its names in `arms` are then as it says."""
    is_ours = bool(rule.target or _extra(rule) or _endpoints(rule))
    for match in rule.match if is_ours else ():
        name = _name(match)
        present = {"model": _model(match.get("provider"), match.get("request_model"))}
        arms[name] = _arms(rule, match, arms.get(name, [present]))
    return is_ours


def _arms(rule: PolicyRule, match: Mapping[str, str], arms: list[Arm]) -> list[Arm]:
    """Of one name: moved, tried for a share by weights, spread over endpoints, or with other parameters."""
    there: Arm = {"model": _model(*(rule.target.get(name, match.get(own)) for name, own in _NAMES))}
    there |= {"api_base": rule.target["endpoint"]} if "endpoint" in rule.target else {}
    if rule.target and rule.share:
        percent = min(max(round(PERCENT * rule.share), 1), PERCENT - 1)
        return [{**there, "weight": percent}, {**arms[-1], "weight": PERCENT - percent}]
    moved = [there] if rule.target else arms
    spread = [{**moved[-1], "api_base": endpoint} for endpoint in _endpoints(rule)] or moved
    return [{**arm, **_extra(rule)} for arm in spread]


def _extra(rule: PolicyRule) -> dict[str, Any]:
    return {name: rule.set[name] for name in PARAMETERS if rule.set.get(name) is not None}


_NAMES = (("provider", "provider"), ("model", "request_model"))


def _endpoints(rule: PolicyRule) -> list[str]:
    wanted = rule.set.get("load_balance")
    found = wanted.get("endpoints") if isinstance(wanted, dict) else None
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def _model(provider: str | None, model: str | None) -> str:
    """As LiteLLM names it: `gemini/gemini-2.5-pro`."""
    return f"{PREFIXES.get(provider or '', provider)}/{model}"


def _name(match: Mapping[str, str]) -> str:
    """What the application asks for: the model, behind its tenant and task where these are meant."""
    return "/".join(match[part] for part in ("tenant", "task", "request_model") if part in match)


def _fallbacks(rule: PolicyRule, arms: Arms) -> list[dict[str, list[str]]]:
    """For each name, which names to fall back to; what these are stands in `arms` then."""
    wanted = rule.set.get("fallbacks")
    targets = [one for one in wanted if isinstance(one, dict)] if isinstance(wanted, list) else []
    for one in targets:
        arms.setdefault(str(one.get("model")), [{"model": _model(one.get("provider"), one.get("model"))}])
    names = [str(one.get("model")) for one in targets]
    return [{_name(match): names} for match in rule.match] if names else []


def _with(router: Mapping[str, Any], fallbacks: list[dict[str, list[str]]]) -> dict[str, Any]:
    found = [*router.get("fallbacks", []), *fallbacks]
    return {"fallbacks": found} if found else {}


def _retries(rule: PolicyRule) -> dict[str, Any]:
    retry = rule.set.get("retry")
    attempts = retry.get("max_attempts") if isinstance(retry, dict) else None
    return {"num_retries": attempts - 1} if isinstance(attempts, int) else {}


def _cache(rule: PolicyRule) -> dict[str, Any]:
    """LiteLLM's response cache is one for all models; where only some may use it, applications ask for it by call."""
    cache = rule.set.get("cache")
    if not isinstance(cache, dict):
        return {}
    ttl = {"ttl": cache["ttl_s"]} if "ttl_s" in cache else {}
    return {"cache": True, "cache_params": {"type": "local", "mode": "default_off", **ttl}}


def _routing(rules: Sequence[PolicyRule]) -> dict[str, str]:
    asked = {rule.strategy for rule in rules}
    chosen = next((one for one in ROUTING if one in asked), None)
    return {"routing_strategy": ROUTING[chosen]} if chosen else {}


def _one_line(text: str) -> str:
    return " ".join(text.split())
