"""The own APIs of two servers of open models: llama.cpp's `/completion` and text-generation-inference's `/generate`.

Their answers have no time, and TGI's no model: they stand beside the pair. Source: the servers' documentation.
"""

from collections.abc import Mapping
from typing import Any

from coagent.ingest.bodies.exchange import Exchange
from coagent.ingest.content.measures import answer_fields, prompt_fields
from coagent.ingest.loose_json.objects import first, mapping, text_in
from coagent.ingest.options import DecodeOptions
from coagent.ingest.reading import Reading


def is_mine(body: Mapping[str, Any]) -> bool:
    """Whether this is an answer of one of these."""
    return "tokens_predicted" in body or "generated_text" in body


def reading(exchange: Exchange, options: DecodeOptions) -> Reading:
    """What the exchange says."""
    request, response = exchange.request, exchange.body
    asked = {**request, **mapping(request.get("parameters"))}
    is_tgi = "generated_text" in response
    fields = {
        **{name: asked.get(name) for name in ("temperature", "top_p", "seed", "stream")},
        **prompt_fields(first(asked, "prompt", "inputs"), None, options),
        **answer_fields({"content": first(response, "content", "generated_text")}),
        "max_tokens": first(asked, "n_predict", "max_new_tokens", "max_tokens"),
        "provider": "tgi" if is_tgi else "llama_cpp",
        "request_model": text_in("model", request, response),
        "operation": "text_completion",
        "status": "ok",
        **(_of_tgi(mapping(response.get("details"))) if is_tgi else _of_llama_cpp(response)),
    }
    return Reading(fields=fields)


def _of_tgi(details: Mapping[str, Any]) -> dict[str, Any]:
    """The prompt is counted where the request asked for it to be listed."""
    prefill = details.get("prefill")
    return {
        "input_tokens": len(prefill) if isinstance(prefill, list) and prefill else None,
        "output_tokens": details.get("generated_tokens"),
        "finish_reason": details.get("finish_reason"),
    }


def _of_llama_cpp(response: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "input_tokens": response.get("tokens_evaluated"),
        "output_tokens": response.get("tokens_predicted"),
        "finish_reason": first(response, "stop_type"),
    }
