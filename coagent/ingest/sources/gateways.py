"""What gateways log and export."""

from coagent.ingest.sources.source import Source, message

_TIMES = {"startTime": "2026-06-01T08:00:00.000Z", "endTime": "2026-06-01T08:00:01.500Z"}

GATEWAYS = (
    Source(
        name="LiteLLM StandardLoggingPayload",
        formats=("litellm",),
        feed="LiteLLM's generic API, S3, GCS or Kafka logging of `standard_logging_object`, one JSON object a request.",
        reads="Provider, model, times, tokens, cost, status, errors, tags and team; usage details from "
        "`metadata.usage_object`.",
        leaves="A cost of 0 for tokens that have a price is unknown. Messages are measured and hashed, never kept.",
        sample=message(
            {
                "id": "x",
                "call_type": "acompletion",
                "custom_llm_provider": "openai",
                "model": "gpt-4o",
                "model_group": "gpt-4o",
                "startTime": 1780300800.0,
                "endTime": 1780300801.5,
                "prompt_tokens": 1000,
                "completion_tokens": 100,
                "total_tokens": 1100,
                "response_cost": 0.0035,
                "status": "success",
            }
        ),
        gives={
            "provider": "openai",
            "request_model": "gpt-4o",
            "input_tokens": 1000,
            "duration_s": 1.5,
            "cost_usd": 0.0035,
            "status": "ok",
        },
    ),
    Source(
        name="LiteLLM SpendLogs rows",
        formats=("litellm_spend",),
        feed="The proxy's table `LiteLLM_SpendLogs`, or its `/spend/logs`, as JSON or CSV.",
        reads="Provider, model, times (UTC without a zone), tokens, `spend` as billed, team, tags, cache hits.",
        leaves="Keys and users are left out.",
        sample=message(
            {
                "request_id": "x",
                "call_type": "acompletion",
                "api_key": "hashed",
                "spend": 0.0035,
                "total_tokens": 1100,
                "prompt_tokens": 1000,
                "completion_tokens": 100,
                **_TIMES,
                "model": "gpt-4o",
                "model_group": "gpt-4o",
                "custom_llm_provider": "openai",
                "cache_hit": "False",
                "request_tags": "[]",
            }
        ),
        gives={"provider": "openai", "input_tokens": 1000, "duration_s": 1.5, "cost_usd": 0.0035},
    ),
    Source(
        name="Helicone requests",
        formats=("helicone",),
        feed="Its export (`@helicone/export`), its query API, or its ClickHouse table.",
        reads="Provider, models, times, delay_ms, time_to_first_token, tokens, costUSD as billed, status.",
        leaves="Bodies are measured and hashed, never kept.",
        sample=message(
            {
                "response_id": "r",
                "response_created_at": "2026-06-01T08:00:01.5Z",
                "response_status": 200,
                "request_id": "q",
                "request_created_at": "2026-06-01T08:00:00Z",
                "provider": "OPENAI",
                "request_model": "gpt-4o",
                "response_model": "gpt-4o-2024-08-06",
                "delay_ms": 1500,
                "time_to_first_token": 400,
                "prompt_tokens": 1000,
                "completion_tokens": 100,
                "costUSD": 0.0035,
            }
        ),
        gives={"provider": "openai", "input_tokens": 1000, "duration_s": 1.5, "cost_usd": 0.0035},
    ),
    Source(
        name="Portkey logs",
        formats=("portkey",),
        feed="Its logs export.",
        reads="Provider, model, units in and out, response time, cost in US cents, status, cache status.",
        leaves="Requests and responses are measured, never kept.",
        sample=message(
            {
                "id": "x",
                "created_at": "2026-06-01T08:00:00Z",
                "ai_org": "openai",
                "ai_model": "gpt-4o",
                "req_units": 1000,
                "res_units": 100,
                "total_units": 1100,
                "cost": 0.35,
                "cost_currency": "USD",
                "response_time": 1500,
                "response_status_code": 200,
                "is_success": True,
            }
        ),
        gives={"provider": "openai", "request_model": "gpt-4o", "input_tokens": 1000, "duration_s": 1.5},
    ),
    Source(
        name="Cloudflare AI Gateway logs",
        formats=("cloudflare",),
        feed='Pages of its API of logs, `{"result": […]}`, or single logs.',
        reads="Provider, model, tokens in and out, duration, cost, success, status code, cache hits.",
        leaves="Cached tokens of the provider and times to first token are not there. Logpush has neither tokens nor a "
        "time, and is not read. "
        "The cost is its own estimate; one of 0 is unknown but for answers from its cache.",
        sample=message(
            {
                "id": "x",
                "created_at": "2026-06-01T08:00:00Z",
                "provider": "openai",
                "model": "gpt-4o",
                "duration": 1500,
                "success": True,
                "cached": False,
                "tokens_in": 1000,
                "tokens_out": 100,
                "cost": 0.0035,
                "status_code": 200,
            }
        ),
        gives={"provider": "openai", "input_tokens": 1000, "duration_s": 1.5, "cost_usd": 0.0035, "status": "ok"},
    ),
    Source(
        name="Kong AI Gateway logs",
        formats=("kong",),
        feed="Kong's logging plugins (Kafka, HTTP, file) beside AI Proxy.",
        reads="`ai.proxy` or `ai.<plugin>`: provider, models, usage, `llm_latency`, time to first token, cost where "
        "prices are configured, cache status; the start and the status of the request around it.",
        leaves="Entries without a call to a model are skipped. Payloads are never read. "
        "The cost is what the configured prices make; one of 0 is unknown.",
        sample=message(
            {
                "started_at": 1_780_300_800_000,
                "response": {"status": 200},
                "latencies": {"request": 1510, "kong": 10, "proxy": 1500},
                "ai": {
                    "proxy": {
                        "meta": {"provider_name": "openai", "request_model": "gpt-4o", "llm_latency": 1500},
                        "usage": {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100},
                    }
                },
            }
        ),
        gives={"provider": "openai", "request_model": "gpt-4o", "input_tokens": 1000, "duration_s": 1.5},
    ),
    Source(
        name="Apache APISIX log entries",
        formats=("apisix",),
        feed="APISIX's logging plugins (Kafka, HTTP, file) beside `ai-proxy` with `logging.summaries`.",
        reads="`llm_summary`: models, tokens, the upstream's time, of a stream the first token's; the start and the "
        "status of the request around it.",
        leaves="Entries without a call to a model are skipped. It names no provider: the upstream's host or the "
        "model's maker is taken. Payloads are never read. Cached tokens and costs are not there.",
        sample=message(
            {
                "start_time": 1_780_300_800_000,
                "route_id": "1",
                "apisix_latency": 2,
                "latency": 1502,
                "response": {"status": 200},
                "llm_summary": {
                    "request_model": "gpt-4o",
                    "model": "gpt-4o",
                    "duration": 400,
                    "prompt_tokens": "1000",
                    "completion_tokens": "100",
                    "upstream_response_time": 1500,
                    "stream": "true",
                },
            }
        ),
        gives={
            "provider": "openai",
            "request_model": "gpt-4o",
            "input_tokens": 1000,
            "duration_s": 1.5,
            "time_to_first_token_s": 0.4,
        },
    ),
    Source(
        name="Higress access logs",
        formats=("higress",),
        feed="Higress's access log in JSON, with `ai_log` of its plugin `ai-statistics`.",
        reads="Model, tokens, durations, of a stream the first token's, from `ai_log`; the start, the status and the "
        "host from the line around it.",
        leaves="Lines without a model are skipped. It names no provider: the authority's host or the model's maker is "
        "taken. Questions and answers are never read.",
        sample=message(
            {
                "ai_log": '{"model":"qwen-turbo","input_token":"1000","output_token":"100",'
                '"llm_first_token_duration":"400","llm_service_duration":"1500"}',
                "authority": "dashscope.aliyuncs.com",
                "duration": "1510",
                "response_code": "200",
                "route_name": "qwen",
                "start_time": "2026-06-01T08:00:00.000Z",
            }
        ),
        gives={"provider": "dashscope", "request_model": "qwen-turbo", "input_tokens": 1000, "duration_s": 1.5},
    ),
    Source(
        name="Bifrost logs",
        formats=("bifrost",),
        feed="Its API of logs and its log exports.",
        reads="Provider, model and alias, tokens with cache and reasoning, latency, cost, retries, fallbacks, status, "
        "error, team.",
        leaves="Requests in progress are skipped. Messages are measured and hashed, never kept. The cost is its own "
        "estimate; one of 0 is unknown.",
        sample=message(
            {
                "id": "x",
                "object": "chat.completion",
                "timestamp": "2026-06-01T08:00:00Z",
                "provider": "openai",
                "model": "gpt-4o",
                "number_of_retries": 0,
                "fallback_index": 0,
                "latency": 1500,
                "token_usage": {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100},
                "cost": 0.0035,
                "status": "success",
                "stream": False,
            }
        ),
        gives={"provider": "openai", "input_tokens": 1000, "duration_s": 1.5, "cost_usd": 0.0035, "is_fallback": False},
    ),
    Source(
        name="TensorZero model inferences",
        formats=("tensorzero",),
        feed="Rows of its table `ModelInference`, as JSON, CSV or Parquet.",
        reads="Provider, model, tokens, response time, time to first token, finish reason, cache hits.",
        leaves="Failed inferences are not in it. Messages are never read.",
        sample=message(
            {
                "id": "x",
                "inference_id": "y",
                "timestamp": "2026-06-01T08:00:01.500Z",
                "model_name": "gpt-4o",
                "model_provider_name": "openai",
                "response_time_ms": 1500,
                "ttft_ms": 400,
                "input_tokens": 1000,
                "output_tokens": 100,
                "cached": False,
            }
        ),
        gives={"provider": "openai", "input_tokens": 1000, "duration_s": 1.5, "time_to_first_token_s": 0.4},
    ),
)
