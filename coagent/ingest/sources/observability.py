"""What observability products export."""

from coagent.ingest.sources.source import Source, message

_TIMES = {"startTime": "2026-06-01T08:00:00.000Z", "endTime": "2026-06-01T08:00:01.500Z"}

OBSERVABILITY = (
    Source(
        name="Langfuse observations",
        formats=("langfuse",),
        feed="Exports of the UI, of the API (`/api/public/observations`) and of blob storage, JSON, JSON lines or CSV.",
        reads="Observations of type GENERATION and EMBEDDING: model, usageDetails, totalCost, times, time to first "
        "token, level.",
        leaves="Other types are no requests. Input and output are measured and hashed, never kept. Of ingestion "
        "events, a call whose start and end come in two messages is skipped: export observations instead.",
        sample=message(
            {
                "id": "x",
                "traceId": "y",
                "type": "GENERATION",
                **_TIMES,
                "completionStartTime": "2026-06-01T08:00:00.400Z",
                "model": "gpt-4o",
                "usageDetails": {"input": 1000, "output": 100, "total": 1100},
                "totalCost": 0.0035,
            }
        ),
        gives={
            "request_model": "gpt-4o",
            "input_tokens": 1000,
            "duration_s": 1.5,
            "time_to_first_token_s": 0.4,
            "cost_usd": 0.0035,
        },
    ),
    Source(
        name="LangSmith runs",
        formats=("langsmith",),
        feed="The API, the SDK's `list_runs`, or a bulk export in Parquet.",
        reads="Runs of type llm: model, usage_metadata with its details, times, first_token_time, total_cost, error.",
        leaves="Other run types are no requests. Inputs and outputs are measured, never kept. "
        "The cost is its own estimate; one of 0 is unknown.",
        sample=message(
            {
                "id": "x",
                "run_type": "llm",
                "start_time": "2026-06-01T08:00:00",
                "end_time": "2026-06-01T08:00:01.500000",
                "trace_id": "t",
                "dotted_order": "d",
                "extra": {"metadata": {"ls_provider": "openai", "ls_model_name": "gpt-4o"}},
                "prompt_tokens": 1000,
                "completion_tokens": 100,
                "total_tokens": 1100,
                "total_cost": 0.0035,
                "status": "success",
            }
        ),
        gives={"provider": "openai", "request_model": "gpt-4o", "input_tokens": 1000, "duration_s": 1.5},
    ),
    Source(
        name="PostHog AI events",
        formats=("posthog",),
        feed="Its events API and its batch exports.",
        reads="`$ai_generation` and `$ai_embedding`: model, provider, tokens with those cached, latency, cost.",
        leaves="Traces, spans and feedback are no requests. The cost is its own estimate; one of 0 is unknown.",
        sample=message(
            {
                "event": "$ai_generation",
                "distinct_id": "x",
                "timestamp": "2026-06-01T08:00:01.500Z",
                "properties": {
                    "$ai_trace_id": "t",
                    "$ai_model": "gpt-4o",
                    "$ai_provider": "openai",
                    "$ai_input_tokens": 1000,
                    "$ai_output_tokens": 100,
                    "$ai_latency": 1.5,
                },
            }
        ),
        gives={"provider": "openai", "request_model": "gpt-4o", "input_tokens": 1000, "duration_s": 1.5},
    ),
    Source(
        name="Braintrust spans",
        formats=("braintrust",),
        feed="The API and its exports.",
        reads="Spans of type llm: model, metrics with start, end, tokens and time to first token.",
        leaves="Other spans are no requests. The cost is its own estimate; one of 0 is unknown but for answers from "
        "its proxy's cache.",
        sample=message(
            {
                "id": "x",
                "span_id": "s",
                "root_span_id": "r",
                "created": "2026-06-01T08:00:00Z",
                "span_attributes": {"type": "llm", "name": "chat"},
                "metadata": {"model": "gpt-4o"},
                "metrics": {
                    "start": 1780300800.0,
                    "end": 1780300801.5,
                    "prompt_tokens": 1000,
                    "completion_tokens": 100,
                    "tokens": 1100,
                },
            }
        ),
        gives={"request_model": "gpt-4o", "input_tokens": 1000, "output_tokens": 100, "duration_s": 1.5},
    ),
    Source(
        name="Opik spans",
        formats=("opik",),
        feed="The API and `opik export`.",
        reads="Spans of type llm: provider, model, usage with the provider's own details, times, estimated cost.",
        leaves="Other spans are no requests. A cost of 0 is unknown.",
        sample=message(
            {
                "id": "x",
                "trace_id": "t",
                "project_id": "p",
                "type": "llm",
                "start_time": "2026-06-01T08:00:00Z",
                "end_time": "2026-06-01T08:00:01.500Z",
                "provider": "openai",
                "model": "gpt-4o",
                "usage": {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100},
                "total_estimated_cost": 0.0035,
                "last_updated_at": "2026-06-01T08:00:02Z",
            }
        ),
        gives={"provider": "openai", "request_model": "gpt-4o", "input_tokens": 1000, "duration_s": 1.5},
    ),
    Source(
        name="Phoenix dataframes",
        formats=("phoenix",),
        feed="`get_spans_dataframe`, as JSON lines, CSV or Parquet.",
        reads="The attributes of OpenInference spans.",
        leaves="Other kinds than LLM are no requests.",
        sample=message(
            {
                "name": "chat",
                "span_kind": "LLM",
                "start_time": "2026-06-01T08:00:00Z",
                "end_time": "2026-06-01T08:00:01.500Z",
                "status_code": "OK",
                "context.span_id": "s",
                "context.trace_id": "t",
                "attributes.llm.model_name": "gpt-4o",
                "attributes.llm.provider": "openai",
                "attributes.llm.token_count.prompt": 1000,
                "attributes.llm.token_count.completion": 100,
            }
        ),
        gives={"provider": "openai", "request_model": "gpt-4o", "input_tokens": 1000, "duration_s": 1.5},
    ),
)
