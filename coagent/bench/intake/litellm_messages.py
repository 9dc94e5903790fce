"""The same requests as LiteLLM's StandardLoggingPayload, with content and the metadata that its proxy adds."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec

from coagent.bench.intake.traffic import Record

PROMPT = "Summarize the following conversation between a customer and our support team in three sentences. " * 4
ANSWER = "The customer reported that an order had not arrived; support found it at the depot and sent it on. " * 2


def litellm_messages(records: Iterable[Record]) -> Iterator[bytes]:
    """One message a request."""
    encode = msgspec.json.Encoder().encode
    return (encode(_payload(record)) for record in records)


def _payload(record: Record) -> dict[str, Any]:
    start_s = datetime.fromisoformat(record["time"]).timestamp()
    usage = {
        "prompt_tokens": record["input_tokens"],
        "completion_tokens": record["output_tokens"],
        "total_tokens": record["input_tokens"] + record["output_tokens"],
    }
    cached = {"prompt_tokens_details": {"cached_tokens": record["cached_input_tokens"]}}
    return {
        **usage,
        "id": record["request_id"],
        "trace_id": record["request_id"],
        "call_type": "acompletion",
        "stream": record["stream"],
        "status": "success",
        "custom_llm_provider": record["provider"],
        "model": record["request_model"],
        "model_group": record["request_model"],
        "api_base": f"https://api.{record['provider']}.com/v1/",
        "startTime": start_s,
        "endTime": start_s + record["duration_s"],
        "completionStartTime": start_s + record["time_to_first_token_s"],
        "response_time": record["time_to_first_token_s"],
        "response_cost": record["cost_usd"],
        "model_map_information": {"model_map_key": record["request_model"], "model_map_value": {"mode": "chat"}},
        "request_tags": [f"task:{record['task']}", "env:production"],
        "metadata": {**_METADATA, "usage_object": usage | cached},
        "cache_hit": False,
        "model_parameters": {"temperature": record["temperature"], "max_tokens": record["max_tokens"], "stream": True},
        "messages": [
            {"role": "system", "content": "You are a careful assistant."},
            {"role": "user", "content": PROMPT},
        ],
        "response": _response(record, usage | cached),
        "error_information": {"error_code": "", "error_class": "", "llm_provider": "", "error_message": ""},
        "hidden_params": {"model_id": "d5f4b3", "cache_key": None, "api_base": None, "response_cost": None},
    }


def _response(record: Record, usage: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": record["request_id"],
        "object": "chat.completion",
        "model": record["response_model"],
        "choices": [
            {
                "index": 0,
                "finish_reason": record["finish_reason"],
                "message": {"role": "assistant", "content": ANSWER, "tool_calls": None},
            }
        ],
        "usage": usage,
    }


_METADATA: dict[str, Any] = {
    "user_api_key_hash": "88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b",
    "user_api_key_alias": "support-desk",
    "user_api_key_team_id": "team-support",
    "user_api_key_org_id": None,
    "user_api_key_user_id": "service-account",
    "user_api_key_team_alias": "Support",
    "spend_logs_metadata": None,
    "requester_ip_address": None,
    "requester_metadata": {},
    "prompt_management_metadata": None,
    "applied_guardrails": [],
    "attempted_retries": 0,
    "attempted_fallbacks": 0,
}
