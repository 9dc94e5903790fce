"""Which server of OpenAI's API an answer comes from, by what only that server writes."""

from collections.abc import Mapping
from typing import Any

from coagent.ingest.bodies.values import mappings


def marks_of(response: Mapping[str, Any], usage: Mapping[str, Any]) -> tuple[str, ...]:
    """Providers that the answer shows by its shape, the surest first; empty where it could be anybody's."""
    found = (
        ("openrouter", _of_openrouter(response, usage)),
        ("groq", "x_groq" in response),
        ("azure", "prompt_filter_results" in response or _filtered(response)),
        ("cerebras", "time_info" in response),
        ("deepseek", "prompt_cache_hit_tokens" in usage),
        ("x_ai", "num_sources_used" in usage or "cost_in_usd_ticks" in usage),
        ("perplexity", _of_perplexity(response, usage)),
        ("fireworks_ai", _text(response, "model").startswith("accounts/fireworks/")),
        ("together_ai", isinstance(response.get("prompt"), list)),
        ("ollama", _text(response, "system_fingerprint") == "fp_ollama"),
        ("vllm", _of_vllm(response)),
    )
    return tuple(name for name, is_shown in found if is_shown)


def _of_openrouter(response: Mapping[str, Any], usage: Mapping[str, Any]) -> bool:
    """`native_finish_reason` is its word; its ids begin with `gen-`, which others' may too."""
    native = any("native_finish_reason" in one for one in mappings(response.get("choices")))
    named = isinstance(response.get("provider"), str)
    return native or (_text(response, "id").startswith("gen-") and (named or "cost" in usage or "is_byok" in usage))


def _of_perplexity(response: Mapping[str, Any], usage: Mapping[str, Any]) -> bool:
    """Others list what they cite too; its models are called `sonar`."""
    cites = "search_results" in response or "citations" in response
    return "search_context_size" in usage or (cites and _text(response, "model").startswith("sonar"))


def _of_vllm(response: Mapping[str, Any]) -> bool:
    named = _text(response, "system_fingerprint").startswith("vllm-")
    return named or "metrics" in response or "kv_transfer_params" in response


def _filtered(response: Mapping[str, Any]) -> bool:
    return any("content_filter_results" in one for one in mappings(response.get("choices")))


def _text(response: Mapping[str, Any], name: str) -> str:
    found = response.get(name)
    return found if isinstance(found, str) else ""
