"""Which server of OpenAI's API an answer comes from, by what only that server writes."""

import re
from collections.abc import Mapping
from typing import Any

from coagent.ingest.loose_json.objects import mapping, mappings, text

_LLAMA_CPP = re.compile(r"b\d+-[0-9a-f]{7,}")
"""Number and commit of llama.cpp's build."""
_TGI = re.compile(r"\d+\.\d+\.\d+\S*-(?:sha-[0-9a-f]+|native)")
"""Version and image of text-generation-inference."""
_VLLM_METRICS = frozenset({"time_to_first_token_ms", "queue_time_ms", "generation_time_ms", "mean_itl_ms"})


def marks_of(response: Mapping[str, Any], usage: Mapping[str, Any]) -> tuple[str, ...]:
    """Providers that the answer shows by its shape, the surest first; empty where it could be anybody's."""
    fingerprint = text(response.get("system_fingerprint"))
    found = (
        ("openrouter", _of_openrouter(response, usage)),
        ("groq", "x_groq" in response),
        ("azure", "prompt_filter_results" in response or _filtered(response)),
        ("cerebras", "time_info" in response),
        ("deepseek", "prompt_cache_hit_tokens" in usage),
        ("x_ai", "num_sources_used" in usage or "cost_in_usd_ticks" in usage),
        ("perplexity", _of_perplexity(response, usage)),
        ("fireworks_ai", text(response.get("model")).startswith("accounts/fireworks/")),
        ("together_ai", isinstance(response.get("prompt"), list)),
        ("ollama", fingerprint == "fp_ollama"),
        ("lm_studio", "model_info" in response and "runtime" in response),
        ("vllm", _of_vllm(response)),
        ("sglang", any("matched_stop" in one for one in mappings(response.get("choices")))),
        ("llama_cpp", "predicted_n" in mapping(response.get("timings")) or bool(_LLAMA_CPP.fullmatch(fingerprint))),
        ("tgi", bool(_TGI.fullmatch(fingerprint))),
    )
    return tuple(name for name, is_shown in found if is_shown)


def _of_openrouter(response: Mapping[str, Any], usage: Mapping[str, Any]) -> bool:
    """`native_finish_reason` is its word; its ids begin with `gen-`, which others' may too."""
    native = any("native_finish_reason" in one for one in mappings(response.get("choices")))
    named = isinstance(response.get("provider"), str)
    return native or (text(response.get("id")).startswith("gen-") and (named or "cost" in usage or "is_byok" in usage))


def _of_perplexity(response: Mapping[str, Any], usage: Mapping[str, Any]) -> bool:
    """Others list what they cite too; its models are called `sonar`."""
    cites = "search_results" in response or "citations" in response
    return "search_context_size" in usage or (cites and text(response.get("model")).startswith("sonar"))


def _of_vllm(response: Mapping[str, Any]) -> bool:
    named = text(response.get("system_fingerprint")).startswith("vllm-")
    return named or not _VLLM_METRICS.isdisjoint(mapping(response.get("metrics"))) or "kv_transfer_params" in response


def _filtered(response: Mapping[str, Any]) -> bool:
    return any("content_filter_results" in one for one in mappings(response.get("choices")))
