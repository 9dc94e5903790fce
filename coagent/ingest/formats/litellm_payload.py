"""LiteLLM's StandardLoggingPayload: the keys that are read, and no other is decoded.

A value of another type than LiteLLM's own is kept as it is; what cannot be made of it is unknown, the rest is read.
"""

from typing import Any

import msgspec
from msgspec import field

Loose = str | int | float | bool | list[Any] | None


class Details(msgspec.Struct, gc=False):
    """Of input and of output tokens, under the names of all providers."""

    cached_tokens: Any = None
    cache_write_tokens: Any = None
    cache_creation_tokens: Any = None
    cache_creation_token_details: "CacheCreation | Loose" = None
    audio_tokens: Any = None
    reasoning_tokens: Any = None


class CacheCreation(msgspec.Struct, gc=False):
    ephemeral_5m_input_tokens: Any = None
    ephemeral_1h_input_tokens: Any = None


class Usage(msgspec.Struct, gc=False):
    """In the form of Chat Completions, Responses or Anthropic Messages."""

    prompt_tokens: Any = None
    completion_tokens: Any = None
    input_tokens: Any = None
    output_tokens: Any = None
    total_tokens: Any = None
    cache_read_input_tokens: Any = None
    cache_creation_input_tokens: Any = None
    prompt_tokens_details: Details | Loose = None
    completion_tokens_details: Details | Loose = None
    input_tokens_details: Details | Loose = None
    output_tokens_details: Details | Loose = None
    cache_creation: CacheCreation | Loose = None


class Metadata(msgspec.Struct, gc=False):
    user_api_key_team_id: Any = None
    attempted_retries: Any = None
    attempted_fallbacks: Any = None
    usage_object: Usage | Loose = None


class Response(msgspec.Struct, gc=False):
    """Of Chat Completions, Responses or Anthropic Messages; of `output` and `content` only how long they are."""

    id: Any = None
    model: Any = None
    system_fingerprint: Any = None
    service_tier: Any = None
    status: Any = None
    stop_reason: Any = None
    choices: Any = None
    output: Any = None
    content: Any = None
    usage: Usage | Loose = None


class ModelMap(msgspec.Struct, gc=False):
    litellm_provider: Any = None


class ModelMapInformation(msgspec.Struct, gc=False):
    model_map_value: ModelMap | Loose = None


class Parameters(msgspec.Struct, gc=False):
    temperature: Any = None
    top_p: Any = None
    seed: Any = None
    max_tokens: Any = None
    max_completion_tokens: Any = None
    max_output_tokens: Any = None
    service_tier: Any = None
    tools: Any = None
    response_format: Any = None


class Error(msgspec.Struct, gc=False):
    error_code: Any = None
    error_class: Any = None
    llm_provider: Any = None


class Hidden(msgspec.Struct, gc=False):
    api_base: Any = None
    custom_llm_provider: Any = None


class Payload(msgspec.Struct, gc=False):
    """A log of one call. The last five are no keys of it: a message that has one is of another kind."""

    id: Any = None
    start_time: Any = field(default=None, name="startTime")
    end_time: Any = field(default=None, name="endTime")
    completion_start_time: Any = field(default=None, name="completionStartTime")
    response_time: Any = None
    custom_llm_provider: Any = None
    model: Any = None
    model_group: Any = None
    model_map_information: ModelMapInformation | Loose = None
    call_type: Any = None
    api_base: Any = None
    session_id: Any = None
    stream: Any = None
    status: Any = None
    cache_hit: Any = None
    prompt_tokens: Any = None
    completion_tokens: Any = None
    total_tokens: Any = None
    response_cost: Any = None
    response_cost_failure_debug_info: Any = None
    zero_cost_diagnostic: Any = None
    request_tags: Any = None
    metadata: Metadata | Loose = None
    model_parameters: Parameters | Loose = None
    error_information: Error | Loose = None
    hidden_params: Hidden | Loose = None
    messages: Any = None
    response: Response | Loose = None
    coagent_measures: Any = None
    coagent_labels: Any = None
    provider: Any = None
    request_model: Any = None
    spend: Any = None
    choices: Any = None
    object: Any = None


class Labelled(msgspec.Struct, gc=False):
    """The same message, where labels of any name are wanted."""

    metadata: Any = None


decode_payload = msgspec.json.Decoder(Payload).decode
decode_labelled = msgspec.json.Decoder(Labelled).decode
decode_metadata = msgspec.json.Decoder(Metadata | Loose).decode
decode_response = msgspec.json.Decoder(Response | Loose).decode
decode_usage = msgspec.json.Decoder(Usage | Loose).decode
decode_parameters = msgspec.json.Decoder(Parameters | Loose).decode
