"""What is approved becomes valid LiteLLM configuration, with its documented keys."""

from datetime import UTC, datetime
from typing import get_args

import pytest
import yaml
from msgspec.structs import replace

from coagent.domain.routing_policy import PolicyRule, RoutingPolicy, Strategy
from coagent.policy.litellm import litellm_yaml
from coagent.policy.rules import next_policy
from tests.contract.samples import opportunity
from tests.unit.ledger.test_realised import known

AT = datetime(2026, 3, 1, tzinfo=UTC)
KEYS = {
    "model_list": {"model_name", "litellm_params"},
    "litellm_params": {"model", "api_base", "weight", "max_tokens", "service_tier"},
    "router_settings": {"routing_strategy", "fallbacks", "num_retries"},
    "routing_strategy": {"simple-shuffle", "least-busy", "latency-based-routing", "cost-based-routing"},
    "litellm_settings": {"cache", "cache_params"},
    "cache_params": {"type", "mode", "ttl"},
}
"""Source: docs.litellm.ai, pages "Config.yaml", "All settings" and "Load balancing"."""
MODEL = {"provider": "google", "model": "gemini-2.5-flash"}
CHANGES = {
    "right_size": ("/model", {**MODEL, "share": 0.1}),
    "reasoning_effort": ("/shadow", {"reasoning_effort": "low"}),
    "cascade": ("/cascade", [MODEL, {"provider": "openai", "model": "gpt-4"}]),
    "endpoint_choice": ("/endpoint", {"provider": "azure", "endpoint": "https://eu.example"}),
    "fallback_missing": ("/fallbacks", [MODEL]),
    "rate_limits": ("/load_balance", {"endpoints": ["https://a.example", "https://b.example"], "queue_at_peak": False}),
    "retirement": ("/model", "gpt-5"),
    "retry_waste": ("/retry", {"max_attempts": 2}),
    "prompt_cache": ("/prompt_cache", {"enabled": True}),
    "repeated_prompts": ("/cache", {"match": "exact_prompt", "ttl_s": 600}),
    "truncated_answers": ("/max_tokens", 500),
    "priority_tier": ("/service_tier", "default"),
    "batch_tier": ("/processing", "batch"),
}


def rules(*kinds: str) -> list[PolicyRule]:
    approved = [
        replace(known(), opportunity=opportunity(id=kind, kind=kind, action={"patch": [_patch(*CHANGES[kind])]}))
        for kind in kinds
    ]
    policy = next_policy(None, approved, AT)
    assert policy is not None
    return policy.rules


def _patch(path: str, value: object) -> dict[str, object]:
    return {"op": "add", "path": path, "value": value}


def text(*kinds: str) -> str:
    return litellm_yaml(RoutingPolicy(version=3, at=AT, rules=rules(*kinds)))


def config(*kinds: str) -> dict:
    return yaml.safe_load(text(*kinds))


def test_all_seven_strategies_come_up():
    assert set(get_args(Strategy)) == {rule.strategy for rule in rules(*CHANGES)}


def test_only_documented_keys_are_used():
    found = config(*CHANGES)
    assert {"model_list", "router_settings", "litellm_settings"} == set(found)
    assert all(set(one) == KEYS["model_list"] for one in found["model_list"])
    assert all(set(one["litellm_params"]) <= KEYS["litellm_params"] for one in found["model_list"])
    assert set(found["router_settings"]) == KEYS["router_settings"]
    assert found["router_settings"]["routing_strategy"] in KEYS["routing_strategy"]
    assert set(found["litellm_settings"]) <= KEYS["litellm_settings"]
    assert set(found["litellm_settings"]["cache_params"]) <= KEYS["cache_params"]
    names = {one["model_name"] for one in found["model_list"]}
    assert {name for one in found["router_settings"]["fallbacks"] for both in one.items() for name in both[1]} <= names


def test_a_task_has_a_name_of_its_own_and_a_whole_model_keeps_its_name():
    assert config("retirement")["model_list"] == [
        {"model_name": "summary/gpt-4", "litellm_params": {"model": "openai/gpt-5"}}
    ]
    (rule,) = rules("retirement")
    whole = replace(rule, match=[{"provider": "openai", "request_model": "gpt-4"}])
    found = yaml.safe_load(litellm_yaml(RoutingPolicy(version=1, at=AT, rules=[whole])))
    assert found["model_list"][0]["model_name"] == "gpt-4"


def test_a_trial_has_both_arms_with_weights():
    found = config("right_size")
    assert [("gemini/gemini-2.5-flash", 10), ("openai/gpt-4", 90)] == [
        (one["litellm_params"]["model"], one["litellm_params"]["weight"]) for one in found["model_list"]
    ]
    assert found["router_settings"] == {"routing_strategy": "simple-shuffle"}


def test_fallbacks_retries_and_endpoints():
    assert config("fallback_missing")["router_settings"] == {"fallbacks": [{"summary/gpt-4": ["gemini-2.5-flash"]}]}
    assert config("retry_waste")["router_settings"] == {"num_retries": 1}
    assert ["https://a.example", "https://b.example"] == [
        one["litellm_params"]["api_base"] for one in config("rate_limits")["model_list"]
    ]


def test_rules_about_one_name_build_on_each_other():
    """Approved at the same moment, they apply in the order of their ids."""
    found = config("endpoint_choice", "retirement", "truncated_answers")
    assert found["model_list"] == [
        {"model_name": "summary/gpt-4", "litellm_params": {"model": "openai/gpt-5", "max_tokens": 500}}
    ]
    [new, old] = config("retirement", "right_size")["model_list"]
    assert ("gemini/gemini-2.5-flash", 10) == (new["litellm_params"]["model"], new["litellm_params"]["weight"])
    assert ("openai/gpt-5", 90) == (old["litellm_params"]["model"], old["litellm_params"]["weight"])


@pytest.mark.parametrize("kind", ["batch_tier", "cascade", "prompt_cache", "reasoning_effort"])
def test_what_litellm_cannot_do_is_said(kind: str):
    assert f"# Not expressed here, do it in the application: Send summaries in batches ({kind})" in text(kind)
    assert config(kind) == {}


@pytest.mark.parametrize("kind", CHANGES)
def test_every_rule_gives_valid_yaml(kind: str):
    assert isinstance(config(kind), dict)
