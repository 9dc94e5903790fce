"""The own APIs of servers of open models: llama.cpp's `/completion`, `/generate` of text-generation-inference and of
SGLang.

Their answers have no time, and but for llama.cpp's no model: they stand beside the pair. Source: the servers'
documentation.
"""

from collections.abc import Mapping
from typing import Any

from coagent.ingest.bodies.exchange import Exchange
from coagent.ingest.content.measures import answer_fields, prompt_fields
from coagent.ingest.loose_json.objects import first, first_known, mapping, text_in
from coagent.ingest.options import DecodeOptions
from coagent.ingest.reading import Reading


def is_mine(body: Mapping[str, Any]) -> bool:
    """Whether this is an answer of one of these."""
    return "tokens_predicted" in body or "generated_text" in body or _of_sglang(body) is not None


def reading(exchange: Exchange, options: DecodeOptions) -> Reading:
    """What the exchange says."""
    request, response = exchange.request, exchange.body
    asked = {**request, **mapping(request.get("parameters")), **mapping(request.get("sampling_params"))}
    server, found = _answered(response)
    fields = {
        **{name: asked.get(name) for name in ("temperature", "top_p", "seed", "stream")},
        **prompt_fields(first(asked, "prompt", "inputs", "text"), None, options),
        **answer_fields({"content": first(response, "content", "generated_text", "text")}),
        "max_tokens": first(asked, "n_predict", "max_new_tokens", "max_tokens"),
        "provider": server,
        "request_model": text_in("model", request, response),
        "operation": "text_completion",
        "status": "ok",
        **found,
    }
    return Reading(fields=fields)


def _answered(response: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Whose answer it is, and its counts."""
    if "generated_text" in response:
        return "tgi", _of_tgi(mapping(response.get("details")))
    meta = _of_sglang(response)
    return ("llama_cpp", _of_llama_cpp(response)) if meta is None else ("sglang", _counted_by_sglang(meta))


def _of_sglang(response: Mapping[str, Any]) -> Mapping[str, Any] | None:
    meta = mapping(response.get("meta_info"))
    return meta if "completion_tokens" in meta else None


def _counted_by_sglang(meta: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "request_id": meta.get("id"),
        "input_tokens": meta.get("prompt_tokens"),
        "output_tokens": meta.get("completion_tokens"),
        "cached_input_tokens": meta.get("cached_tokens"),
        "finish_reason": mapping(meta.get("finish_reason")).get("type"),
        "duration_s": meta.get("e2e_latency"),
    }


def _of_tgi(details: Mapping[str, Any]) -> dict[str, Any]:
    """The prompt is counted at a stream's end, else where the request asked for it to be listed."""
    prefill = details.get("prefill")
    listed = len(prefill) if isinstance(prefill, list) and prefill else None
    return {
        "input_tokens": first_known(details.get("input_length"), listed),
        "output_tokens": details.get("generated_tokens"),
        "finish_reason": details.get("finish_reason"),
    }


def _of_llama_cpp(response: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "input_tokens": response.get("tokens_evaluated"),
        "output_tokens": response.get("tokens_predicted"),
        "finish_reason": first(response, "stop_type"),
    }
