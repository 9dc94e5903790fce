"""A small record of each export, as its tool writes it."""

import json

LITELLM_SPEND = {
    "request_id": "chatcmpl-7",
    "call_type": "acompletion",
    "api_key": "88dc28",
    "spend": 0.0025,
    "total_tokens": 1100,
    "prompt_tokens": 1000,
    "completion_tokens": 100,
    "startTime": "2026-06-01 08:00:00.250000",
    "endTime": "2026-06-01 08:00:01.750000",
    "completionStartTime": "2026-06-01 08:00:00.650000",
    "model": "gpt-4o",
    "model_id": "d5f4",
    "model_group": "gpt-4o",
    "custom_llm_provider": "openai",
    "api_base": "https://api.openai.com/v1",
    "user": "u-1",
    "metadata": json.dumps(
        {
            "usage_object": {
                "prompt_tokens": 1000,
                "completion_tokens": 100,
                "total_tokens": 1100,
                "prompt_tokens_details": {"cached_tokens": 800},
                "completion_tokens_details": {"reasoning_tokens": 40},
            },
            "attempted_retries": 1,
            "attempted_fallbacks": 0,
            "spend_logs_metadata": {"customer": "acme"},
            "error_information": None,
        }
    ),
    "cache_hit": "False",
    "cache_key": "Cache OFF",
    "request_tags": '["env:prod", "task:summary"]',
    "team_id": "team-1",
    "end_user": "",
    "status": "success",
    "session_id": "s-1",
    "messages": "{}",
    "response": "{}",
    "proxy_server_request": "{}",
}
LANGFUSE = {
    "id": "o1",
    "traceId": "t1",
    "type": "GENERATION",
    "name": "answer",
    "startTime": "2026-06-01T08:00:00.000Z",
    "endTime": "2026-06-01T08:00:01.500Z",
    "completionStartTime": "2026-06-01T08:00:00.400Z",
    "model": "gpt-4o",
    "modelParameters": {"temperature": 0.5, "max_tokens": 256},
    "usageDetails": {
        "input": 200,
        "input_cached_tokens": 800,
        "output": 60,
        "output_reasoning_tokens": 40,
        "total": 1100,
    },
    "costDetails": {"input": 0.0015, "output": 0.001, "total": 0.0025},
    "totalCost": 0.0025,
    "latency": 1500,
    "level": "DEFAULT",
    "promptName": "support",
    "metadata": {"ls_provider": "openai", "feature": "chat", "customer": "acme"},
    "input": [{"role": "user", "content": "Weather in Paris?"}],
    "output": {"role": "assistant", "content": "Rainy"},
}
LANGFUSE_BLOB = {
    "id": "o1",
    "trace_id": "t1",
    "project_id": "p",
    "type": "GENERATION",
    "start_time": "2026-06-01 08:00:00.000000",
    "end_time": "2026-06-01 08:00:01.500000",
    "completion_start_time": "2026-06-01 08:00:00.400000",
    "provided_model_name": "gpt-4o",
    "model_parameters": '{"temperature": 0.5, "max_tokens": 256}',
    "usage_details": LANGFUSE["usageDetails"],
    "cost_details": {"total": 0.0025},
    "total_cost": 0.0025,
    "level": "DEFAULT",
    "metadata": {"ls_provider": "openai"},
}  # fmt: skip
HELICONE = {
    "response_id": "r",
    "response_created_at": "2026-06-01T08:00:01.5Z",
    "response_status": 200,
    "request_id": "q",
    "request_created_at": "2026-06-01T08:00:00Z",
    "request_body": {"model": "gpt-4o", "stream": True, "messages": [{"role": "user", "content": "Weather in Paris?"}]},
    "response_body": {
        "id": "chatcmpl-h",
        "choices": [{"finish_reason": "stop", "message": {"role": "assistant", "content": "Rainy"}}],
    },
    "request_properties": {"task": "support", "Helicone-Session-Id": "s-1"},
    "provider": "OPENAI",
    "request_model": "gpt-4o",
    "response_model": "gpt-4o-2024-08-06",
    "delay_ms": 1500,
    "time_to_first_token": 400,
    "prompt_tokens": 1000,
    "completion_tokens": 100,
    "total_tokens": 1100,
    "prompt_cache_read_tokens": 800,
    "costUSD": 0.0025,
    "cost": 0.0025,
}
LANGSMITH = {
    "id": "run-1",
    "trace_id": "trace-1",
    "dotted_order": "20260601T080000000000Zrun-1",
    "session_id": "project-1",
    "name": "ChatOpenAI",
    "run_type": "llm",
    "start_time": "2026-06-01T08:00:00",
    "end_time": "2026-06-01T08:00:01.500000",
    "first_token_time": "2026-06-01T08:00:00.400000",
    "status": "success",
    "error": None,
    "prompt_tokens": 1000,
    "completion_tokens": 100,
    "total_tokens": 1100,
    "total_cost": "0.0025",
    "extra": {
        "metadata": {"ls_provider": "openai", "ls_model_name": "gpt-4o", "ls_temperature": 0.5, "task": "support"},
        "invocation_params": {"model": "gpt-4o", "max_tokens": 256, "stream": True},
    },
    "inputs": {"messages": [[{"kwargs": {"role": "user", "content": "Weather in Paris?"}}]]},
    "outputs": {
        "generations": [
            [
                {
                    "text": "Rainy",
                    "message": {
                        "kwargs": {
                            "content": "Rainy",
                            "response_metadata": {"model_name": "gpt-4o-2024-08-06", "finish_reason": "stop"},
                            "usage_metadata": {
                                "input_tokens": 1000,
                                "output_tokens": 100,
                                "total_tokens": 1100,
                                "input_token_details": {"cache_read": 800},
                                "output_token_details": {"reasoning": 40},
                            },
                        }
                    },
                }
            ]
        ]
    },
}
POSTHOG = {
    "uuid": "e-1",
    "event": "$ai_generation",
    "distinct_id": "u-1",
    "timestamp": "2026-06-01T08:00:01.500Z",
    "properties": {
        "$ai_provider": "openai",
        "$ai_model": "gpt-4o",
        "$ai_trace_id": "t-1",
        "$ai_span_id": "s-1",
        "$ai_input_tokens": 1000,
        "$ai_output_tokens": 100,
        "$ai_cache_read_input_tokens": 800,
        "$ai_reasoning_tokens": 40,
        "$ai_latency": 1.5,
        "$ai_time_to_first_token": 0.4,
        "$ai_stream": True,
        "$ai_http_status": 200,
        "$ai_total_cost_usd": 0.0025,
        "$ai_base_url": "https://api.openai.com/v1",
        "$ai_input": [{"role": "user", "content": "Weather in Paris?"}],
    },
}
PORTKEY = {
    "id": "p-1",
    "created_at": "2026-06-01T08:00:00Z",
    "request": {"body": {"model": "gpt-4o", "messages": [{"role": "user", "content": "Weather in Paris?"}]}},
    "response": {
        "body": {
            "id": "chatcmpl-p",
            "model": "gpt-4o-2024-08-06",
            "choices": [{"finish_reason": "stop", "message": {"content": "Rainy"}}],
            "usage": {"prompt_tokens": 1000, "prompt_tokens_details": {"cached_tokens": 800}},
        }
    },
    "is_success": 1,
    "ai_org": "openai",
    "ai_model": "gpt-4o",
    "req_units": 1000,
    "res_units": 100,
    "total_units": 1100,
    "cost": 0.25,
    "cost_currency": "USD",
    "request_url": "https://api.openai.com/v1/chat/completions",
    "response_status_code": 200,
    "response_time": 1500,
    "cache_status": "MISS",
    "stream_mode": "FALSE",
}
BRAINTRUST = {
    "id": "b-1",
    "span_id": "s-1",
    "root_span_id": "r-1",
    "span_parents": ["r-1"],
    "project_id": "p-1",
    "created": "2026-06-01T08:00:00.000Z",
    "span_attributes": {"name": "chat", "type": "llm"},
    "metrics": {
        "start": 1780300800.0,
        "end": 1780300801.5,
        "time_to_first_token": 0.4,
        "prompt_tokens": 1000,
        "completion_tokens": 100,
        "tokens": 1100,
        "prompt_cached_tokens": 800,
        "completion_reasoning_tokens": 40,
        "estimated_cost": 0.0025,
    },
    "metadata": {"model": "gpt-4o", "provider": "openai", "temperature": 0.5},
    "input": [{"role": "user", "content": "Weather in Paris?"}],
    "error": None,
}
OPIK = {
    "id": "k-1",
    "project_id": "p-1",
    "trace_id": "t-1",
    "parent_span_id": None,
    "name": "chat",
    "type": "llm",
    "start_time": "2026-06-01T08:00:00Z",
    "end_time": "2026-06-01T08:00:01.500Z",
    "input": {"messages": [{"role": "user", "content": "Weather in Paris?"}]},
    "model": "gpt-4o",
    "provider": "openai",
    "usage": {
        "prompt_tokens": 1000,
        "completion_tokens": 100,
        "total_tokens": 1100,
        "original_usage.prompt_tokens": 1000,
        "original_usage.completion_tokens": 100,
        "original_usage.total_tokens": 1100,
        "original_usage.prompt_tokens_details.cached_tokens": 800,
        "original_usage.completion_tokens_details.reasoning_tokens": 40,
    },
    "total_estimated_cost": 0.0025,
    "last_updated_at": "2026-06-01T08:00:02Z",
    "metadata": {"temperature": 0.5},
}
PHOENIX = {
    "name": "ChatCompletion",
    "span_kind": "LLM",
    "parent_id": None,
    "start_time": "2026-06-01T08:00:00+00:00",
    "end_time": "2026-06-01T08:00:01.500000+00:00",
    "status_code": "OK",
    "context.span_id": "0a1b",
    "context.trace_id": "t",
    "attributes.llm.model_name": "gpt-4o",
    "attributes.llm.provider": "openai",
    "attributes.llm.token_count.prompt": 1000,
    "attributes.llm.token_count.completion": 100,
    "attributes.llm.token_count.prompt_details.cache_read": 800,
    "attributes.llm.token_count.completion_details.reasoning": 40,
    "attributes.llm.cost.total": 0.0025,
    "attributes.llm.invocation_parameters": '{"temperature": 0.5}',
    "attributes.llm.input_messages": [{"message.role": "user", "message.content": "Weather in Paris?"}],
    "attributes.openinference.span.kind": "LLM",
}

EXPORTS = {
    "litellm_spend": LITELLM_SPEND,
    "langfuse": LANGFUSE,
    "helicone": HELICONE,
    "langsmith": LANGSMITH,
    "posthog": POSTHOG,
    "portkey": PORTKEY,
    "braintrust": BRAINTRUST,
    "opik": OPIK,
    "phoenix": PHOENIX,
}


def as_csv_row(sample):
    """The record as a table export has it: every value a text, objects as JSON, nothing as an empty text."""
    return {name: _cell(value) for name, value in sample.items()}


def _cell(value):
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)
