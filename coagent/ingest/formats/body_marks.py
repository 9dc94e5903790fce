"""By which keys provider bodies and providers' own logs are known; `marks` says what signs and weights mean.

What a pair's response shows outweighs everything beside it.
"""

from collections.abc import Mapping
from typing import Any

_SURE = 20
_NEVER = -5 * _SURE
"""For a key that stands beside the answer of any API in a gateway's own record."""
_GATEWAYS = ("call_type", "custom_llm_provider", "response_cost", "model_map_information")
_ASSISTANTS = ("thread", "thread.run", "thread.message", "thread.run.step", "assistant")
_REPORTS = ("num_model_requests", "usage_input_tokens_no_cache", "starting_at", "parentUuid")
_OTHERS = ("batch", "file", "page", "bucket", "fine_tuning.job", "realtime.response", "list")
_PIECES = (
    "message_start", "content_block_start", "content_block_delta", "content_block_stop", "message_delta",
    "message_stop", "message_batch",
)  # fmt: skip

BODIES = frozenset({"openai", "openai_responses", "anthropic", "gemini", "bedrock", "ollama"})
"""One reader takes all of these, so that a tie between them is none."""

BODY_MARKS: Mapping[Any, Mapping[str, int]] = {
    "openai": {
        **dict.fromkeys(("object=chat.completion", "object=chat.completion.chunk", "object=text_completion"), 8),
        **dict.fromkeys(("response/object=chat.completion", "response/object=text_completion"), _SURE),
        **dict.fromkeys(("response/choices", "response/object=list", "response/object=chat.completion.chunk"), _SURE),
        **dict.fromkeys(("response/finish_reason", "response/tokens_predicted", "response/generated_text"), 8),
        "response/meta_info": 8,
        "choices": 5,
        "error": 4,
        **dict.fromkeys(tuple(f"object={kind}" for kind in (*_ASSISTANTS, *_OTHERS)), 4),
        **dict.fromkeys(_REPORTS, 4),
        **dict.fromkeys(("request_body", "response_body", "requestBody", "responseBody", "request", "messages"), 3),
        **dict.fromkeys(("request/messages", "response/body", "custom_id", "results", "generation_id"), 3),
        **dict.fromkeys(("response", "data", "created", "message", "text", "segments", "res", "req"), 2),
        **dict.fromkeys(("system_fingerprint", "prompt_filter_results", "model", "usage", "finish_reason"), 1),
        **dict.fromkeys(("method", "url"), 1),
        **dict.fromkeys(("run_type", "span_attributes", "ai_org", "request_created_at", "traceId"), -6),
        "parent_id": -3,
        **dict.fromkeys(_GATEWAYS, _NEVER),
    },
    "openai_responses": {
        **dict.fromkeys(("object=response", "type=response.completed", "type=response.failed"), 8),
        **dict.fromkeys(("response/object=response", "type=response.incomplete", "type=response.done"), _SURE),
        **dict.fromkeys(("sequence_number", "incomplete_details"), 3),
        **dict.fromkeys(("output_index", "item_id", "max_output_tokens"), 2),
        **dict.fromkeys(("output", "created_at", "response"), 1),
        "run_type": -3,
        **dict.fromkeys(_GATEWAYS, _NEVER),
    },
    "anthropic": {
        **dict.fromkeys(("response/type=message", "response/stop_reason", "response/stop_sequence"), _SURE),
        **dict.fromkeys(tuple(f"result/type={end}" for end in ("succeeded", "errored", "expired", "canceled")), 8),
        **dict.fromkeys(tuple(f"type={piece}" for piece in _PIECES), 6),
        "response/type=error": 9,
        "type=message": 4,
        "stop_reason": 3,
        **dict.fromkeys(("stop_sequence", "completion"), 2),
        **dict.fromkeys(("role", "content"), 1),
        "run_type": -6,
        **dict.fromkeys(_GATEWAYS, _NEVER),
    },
    "gemini": {
        **dict.fromkeys(_GATEWAYS, _NEVER),
        **dict.fromkeys(("response/candidates", "response/usageMetadata", "response/usage_metadata"), _SURE),
        **dict.fromkeys(("candidates", "usageMetadata", "promptFeedback"), 5),
        **dict.fromkeys(("usage_metadata", "prompt_feedback", "processed_time"), 4),
        "request/contents": 8,
        **dict.fromkeys(("contents", "generationConfig", "model_version"), 3),
        "modelVersion": 2,
        **dict.fromkeys(("responseId", "createTime", "response_id", "create_time"), 1),
    },
    "bedrock": {
        **dict.fromkeys(_GATEWAYS, _NEVER),
        **dict.fromkeys(("response/stopReason", "response/ResponseMetadata", "response/$metadata"), _SURE),
        **dict.fromkeys(("response/messageStart", "response/contentBlockDelta"), _SURE),
        **dict.fromkeys(("request/modelId", "request/inferenceConfig"), 8),
        **dict.fromkeys(("stopReason", "modelOutput", "modelInput"), 4),
        **dict.fromkeys(("ResponseMetadata", "$metadata", "inferenceConfig"), 3),
        **dict.fromkeys(("recordId", "metrics", "output"), 1),
    },
    "bedrock_log": {
        "schemaType": 8,
        **dict.fromkeys(("modelId", "accountId", "inferenceRegion", "schemaVersion"), 1),
    },
    "ollama": {
        **dict.fromkeys(_GATEWAYS, _NEVER),
        "response/done": _SURE,
        **dict.fromkeys(("done", "done_reason"), 4),
        **dict.fromkeys(("total_duration", "eval_count", "prompt_eval_count", "response/total_duration"), 2),
        "response/load_duration": _SURE,
    },
    "openrouter": {
        **dict.fromkeys(("native_tokens_prompt", "data/native_tokens_prompt", "data/native_tokens_completion"), 6),
        **dict.fromkeys(("tokens_prompt", "native_tokens_completion", "data/tokens_prompt", "data/total_cost"), 3),
        "model_permaslug": 6,
        **dict.fromkeys(("data/generation_time", "generation_time", "total_cost", "data/provider_name"), 2),
    },
    "azure_log": {
        **dict.fromkeys(("category=RequestResponse", "records/category=RequestResponse"), 8),
        **dict.fromkeys(("category=GatewayLlmLogs", "records/category=GatewayLlmLogs"), 8),
        **dict.fromkeys(("DeploymentName", "IsStreamCompletion", "PromptTokens", "SequenceNumber"), 2),
        **dict.fromkeys(("category=Audit", "category=Trace", "category=AzureOpenAIRequestUsage"), 4),
        **dict.fromkeys(("properties/modelDeploymentName", "properties/modelName"), 4),
        **dict.fromkeys(("operationName", "OperationName", "resourceId", "properties_s", "records/resourceId"), 3),
        **dict.fromkeys(("records/operationName", "records/category", "records"), 2),
        **dict.fromkeys(("durationMs", "DurationMs", "resultSignature", "ResultSignature", "TimeGenerated"), 2),
    },
}
