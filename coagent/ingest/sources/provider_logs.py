"""Logs that providers write themselves."""

from coagent.ingest.sources.source import Source, message

PROVIDER_LOGS = (
    Source(
        name="Amazon Bedrock model invocation logs",
        formats=("bedrock_log",),
        feed="The records from S3, or within entries of CloudWatch Logs (below); Converse and InvokeModel, streamed or "
        "not.",
        reads="`timestamp` as the start, model, region, the bodies' usage with its cache, else the record's counts; "
        "latency and first byte of a stream from its metrics; `errorCode`.",
        leaves="The caller's identity and the account. Bodies are measured, never kept.",
        sample=message(
            {
                "schemaType": "ModelInvocationLog",
                "timestamp": "2026-06-01T08:00:17Z",
                "region": "us-east-1",
                "requestId": "r",
                "operation": "Converse",
                "modelId": "anthropic.claude-3-haiku-20240307-v1:0",
                "input": {"inputTokenCount": 35},
                "output": {"outputBodyJson": {"metrics": {"latencyMs": 3640}}, "outputTokenCount": 446},
            }
        ),
        gives={"provider": "aws.bedrock", "input_tokens": 35, "output_tokens": 446, "stream": False},
    ),
    Source(
        name="OpenRouter generations",
        formats=("openrouter",),
        feed='What `GET /api/v1/generation` answers, `{"data": {…}}`, a list of them, or one alone; the activity that '
        "it exports as CSV.",
        reads="Native counts with cache and reasoning, `total_cost`, `latency` and `generation_time` (the longer is "
        "the duration), finish reason, cancelled, who served it as an attribute.",
        leaves="With a key of one's own the cost is known only where `upstream_inference_cost` is there.",
        sample=message(
            {
                "data": {
                    "id": "gen-1",
                    "model": "openai/gpt-4o",
                    "created_at": "2026-06-01T08:00:00.000Z",
                    "total_cost": 0.0035,
                    "native_tokens_prompt": 1000,
                    "native_tokens_completion": 100,
                    "latency": 420,
                    "generation_time": 1200,
                    "streamed": True,
                }
            }
        ),
        gives={"provider": "openrouter", "cost_usd": 0.0035, "time_to_first_token_s": 0.42, "duration_s": 1.2},
    ),
    Source(
        name="Azure OpenAI request logs",
        formats=("azure_log",),
        feed='Azure Monitor\'s category RequestResponse, from an Event Hub (`{"records": […]}`) or a Log Analytics '
        "export.",
        reads="`time` as the start, duration, status, deployment as the requested model, model name and version, "
        "streamed or not, region as an attribute.",
        leaves="There are no token counts in it, so no cost. Other categories and operations are skipped.",
        sample=message(
            {
                "time": "2026-06-01T08:00:00Z",
                "category": "RequestResponse",
                "operationName": "ChatCompletions_Create",
                "durationMs": 880,
                "resultSignature": "200",
                "properties": {"modelDeploymentName": "chat", "modelName": "gpt-4o", "modelVersion": "2024-08-06"},
            }
        ),
        gives={"provider": "azure", "request_model": "chat", "duration_s": 0.88, "http_status": 200},
    ),
    Source(
        name="Azure API Management LLM logs",
        formats=("azure_log",),
        feed='Azure Monitor\'s category GatewayLlmLogs, from an Event Hub (`{"records": […]}`), or rows of '
        "ApiManagementGatewayLlmLog.",
        reads="`TimeGenerated` as the start, deployment as the requested model, model, tokens, streamed or not, region "
        "as an attribute; without a deployment the model's maker is the provider.",
        leaves="There is no duration, status or cached count in it. Later pieces of long messages are skipped. "
        "Messages are never read.",
        sample=message(
            {
                "TimeGenerated": "2026-06-01T08:00:00Z",
                "Type": "ApiManagementGatewayLlmLog",
                "OperationName": "Microsoft.ApiManagement/GatewayLlmLogs",
                "RequestId": "x",
                "DeploymentName": "chat",
                "ModelName": "gpt-4o-2024-08-06",
                "PromptTokens": 1000,
                "CompletionTokens": 100,
                "TotalTokens": 1100,
                "IsStreamCompletion": False,
                "SequenceNumber": 0,
            }
        ),
        gives={
            "provider": "azure",
            "request_model": "chat",
            "input_tokens": 1000,
            "output_tokens": 100,
            "stream": False,
        },
    ),
    Source(
        name="Entries of logs around other records",
        formats=("log_entry",),
        feed="What CloudWatch Logs hands on (`logEvents`), gives (`message`) or answers queries with (`@message`, JSON "
        "or CSV); entries of Google Cloud Logging; what Docker, Fluent Bit and Filebeat make of a printed line.",
        reads="The record within, of any format here; labels of Cloud Logging that are an OpenTelemetry event's "
        "attributes.",
        leaves="Lines of something else are skipped.",
        sample=message(
            {
                "insertId": "x",
                "logName": "projects/p/logs/gen_ai.client.inference.operation.details",
                "timestamp": "2026-06-01T08:00:00Z",
                "labels": {
                    "event.name": "gen_ai.client.inference.operation.details",
                    "gen_ai.operation.name": "chat",
                    "gen_ai.provider.name": "gcp.vertex_ai",
                    "gen_ai.request.model": "gemini-2.5-flash",
                    "gen_ai.usage.input_tokens": "1000",
                    "gen_ai.usage.output_tokens": "100",
                },
                "jsonPayload": {},
            }
        ),
        gives={"provider": "gcp.vertex_ai", "request_model": "gemini-2.5-flash", "input_tokens": 1000},
    ),
    Source(
        name="Databricks inference and usage tables",
        formats=("databricks",),
        feed="Rows of inference tables of model serving and of AI Gateway, and of `system.ai_gateway.usage`, as JSON, "
        "CSV or Parquet.",
        reads="Of inference tables the bodies, as their own APIs' bodies are read, with time, duration and status; of "
        "the usage table the destination's model, tokens with cache and reasoning, latency, status.",
        leaves="`system.serving.endpoint_usage` names no model: its rows are rejected with that reason. Bodies are "
        "measured, never kept.",
        sample=message(
            {
                "databricks_request_id": "x",
                "request_time": "2026-06-01T08:00:00Z",
                "status_code": 200,
                "execution_duration_ms": 1500,
                "request": '{"model": "databricks-claude-sonnet-4"}',
                "response": '{"object": "chat.completion", "choices": [], '
                '"usage": {"prompt_tokens": 1000, "completion_tokens": 100}}',
            }
        ),
        gives={"provider": "databricks", "input_tokens": 1000, "duration_s": 1.5, "http_status": 200},
    ),
    Source(
        name="Vertex AI request-response logging",
        formats=("vertex_log",),
        feed="Rows of its BigQuery table, as JSON, CSV or Parquet.",
        reads="`full_request` and `full_response` as Gemini's or Claude's bodies, `logging_time` less "
        "`request_latency` as the start, the model.",
        leaves="Bodies are measured, never kept.",
        sample=message(
            {
                "logging_time": "2026-06-01T08:00:01.500Z",
                "model": "google/gemini-2.5-flash@default",
                "api_method": "generateContent",
                "metadata": {"request_latency": 1500},
                "full_request": {"contents": []},
                "full_response": {
                    "candidates": [],
                    "usageMetadata": {"promptTokenCount": 8, "candidatesTokenCount": 20},
                },
            }
        ),
        gives={"provider": "gcp.vertex_ai", "request_model": "gemini-2.5-flash", "input_tokens": 8, "duration_s": 1.5},
    ),
    Source(
        name="Replicate predictions",
        formats=("replicate",),
        feed="What its API answers and its webhooks send.",
        reads="Model, token counts and time to first token of `metrics`, creation to completion, status.",
        leaves="Predictions in progress are skipped. Costs are not there. Inputs are measured, never kept.",
        sample=message(
            {
                "id": "x",
                "model": "meta/meta-llama-3-70b-instruct",
                "version": "hidden",
                "status": "succeeded",
                "created_at": "2026-06-01T08:00:00Z",
                "completed_at": "2026-06-01T08:00:01.500Z",
                "urls": {},
                "metrics": {"input_token_count": 20, "output_token_count": 100},
            }
        ),
        gives={"provider": "replicate", "input_tokens": 20, "output_tokens": 100, "duration_s": 1.5},
    ),
)
