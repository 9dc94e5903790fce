"""LiteLLM's StandardLoggingPayload, one JSON object a message.

Source: litellm 1.109, `types/utils.py` and `litellm_core_utils/litellm_logging.py`: `response_time` of a stream is
the time to its first token, and its response names the model that was asked for; a failure has 0 tokens and a cost
that could not be computed is 0; an answer from LiteLLM's cache repeats the first answer's id. Its loggers for queues
and buckets write the times as text without a zone (UTC). `coagent_measures` is what `coagent.producers` keeps of
content that it leaves out.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from coagent.domain.rejected import Skipped
from coagent.ingest.content.chat_choice import choice_fields
from coagent.ingest.content.measures import prompt_fields, texts
from coagent.ingest.formats.litellm_payload import (
    Error,
    Hidden,
    Loose,
    Metadata,
    ModelMap,
    ModelMapInformation,
    Parameters,
    Payload,
    Response,
    Usage,
    decode_labelled,
    decode_metadata,
    decode_parameters,
    decode_payload,
    decode_response,
)
from coagent.ingest.formats.litellm_terms import (
    add_details,
    attempt_fields,
    error_fields,
    excludes_cache,
    is_yes,
    label_in,
    operation_of,
    other_call,
    status_of,
    tag_of,
    usage_of,
)
from coagent.ingest.loose_json.moments import moment_s
from coagent.ingest.loose_json.objects import text
from coagent.ingest.loose_json.texts import decoded
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.options import MAX_MESSAGE_BYTES, DecodeOptions, Outcome
from coagent.ingest.reading import Reading
from coagent.ingest.refused import Refused, refused_by, rejecting
from coagent.ingest.strict_json import check_size, parse_object

_MEASURES = frozenset({"input_chars", "output_chars", "tool_calls", "refusal"})
_LABELS = ("task", "tenant")
_NO_METADATA, _NO_RESPONSE, _NO_PARAMETERS = Metadata(), Response(), Parameters()
_NO_ERROR, _NO_HIDDEN = Error(), Hidden()
_EMPTY: Mapping[str, Any] = {}
_DECODE_ERRORS = (msgspec.DecodeError, UnicodeError, RecursionError)
_NOTHING = (None,) * 5
_CALLS = frozenset({"function_call", "tool_use"})


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request and what of it is not believed, or why there is none."""
    return _outcomes(_payload(value), value, options)


def decode_if_plain(value: bytes, options: DecodeOptions) -> list[Outcome] | None:
    """The same; None for a message that does not carry all the marks of this format and none of its neighbours'."""
    try:
        payload = decode_payload(value)
        if not value.isascii():
            value.decode()  # keys that are passed over are not looked into
        if len(value) <= MAX_MESSAGE_BYTES and _is_plain(payload):
            return _outcomes(payload, value, options)
    except Refused as refused:
        return [refused.at(0)]
    except _DECODE_ERRORS:
        pass
    return None


def _is_plain(payload: Payload) -> bool:
    own = payload.call_type and payload.custom_llm_provider and payload.start_time and payload.response_cost is not None
    foreign = payload.spend, payload.request_model, payload.provider, payload.choices, payload.object
    return bool(own) and foreign == _NOTHING


def _outcomes(payload: Payload, value: bytes, options: DecodeOptions) -> list[Outcome]:
    if other := other_call(payload.call_type):
        return [Skipped(reason=other)]
    return outcomes_of(_reading(payload, value, options), options)


def _payload(value: bytes) -> Payload:
    check_size(value, MAX_MESSAGE_BYTES)
    try:
        return decode_payload(value)
    except msgspec.ValidationError as error:
        raise refused_by(error) from None
    except _DECODE_ERRORS:
        parse_object(value, MAX_MESSAGE_BYTES)  # says what is wrong
        raise Refused("invalid_json", "not a JSON object") from None


def _reading(payload: Payload, value: bytes, options: DecodeOptions) -> Reading:
    metadata = _part(payload.metadata, decode_metadata, _NO_METADATA)
    response = _part(payload.response, decode_response, _NO_RESPONSE)
    parameters = _part(payload.model_parameters, decode_parameters, _NO_PARAMETERS)
    hidden = payload.hidden_params if type(payload.hidden_params) is Hidden else _NO_HIDDEN
    error = payload.error_information if type(payload.error_information) is Error else _NO_ERROR
    start = moment_s(payload.start_time)
    fields = {
        "request_id": payload.id,
        "time": payload.start_time if start is None else start,
        "provider": payload.custom_llm_provider or _provider(payload, hidden, error),
        "request_model": payload.model_group or payload.model,
        "response_model": _response_model(payload, response),
        "system_fingerprint": response.system_fingerprint,
        "service_tier": response.service_tier or parameters.service_tier,
        "operation": operation_of(payload.call_type),
        "tenant": metadata.user_api_key_team_id,
        "conversation_id": payload.session_id,
        "stream": payload.stream,
        "temperature": parameters.temperature,
        "top_p": parameters.top_p,
        "seed": parameters.seed,
        "max_tokens": parameters.max_completion_tokens or parameters.max_tokens or parameters.max_output_tokens,
        "status": status_of(payload.status),
        "cost_usd": payload.response_cost or _cost_of_nothing(payload),
        "cache_hit": payload.cache_hit,
    }
    _add_times(fields, payload, start)
    _add_tokens(fields, payload, usage_of(metadata.usage_object) or usage_of(response.usage))
    _add_content(fields, payload, response, parameters, options)
    _add_labels(fields, payload, value, options)
    _add_outcome(fields, metadata, error)
    return Reading(
        fields=fields,
        host=text(payload.api_base) or text(hidden.api_base) or None,
        input_excludes_cache=excludes_cache(fields),
        response_id=None if is_yes(payload.cache_hit) else response.id,
    )


def _part(found: Any, decoded: Any, otherwise: Any) -> Any:
    """An object, also where it is written as JSON text; `otherwise` where it is none."""
    try:
        if type(found) is str:
            found = decoded(found)
    except _DECODE_ERRORS:
        return otherwise
    return found if type(found) is type(otherwise) else otherwise


def _add_labels(fields: dict[str, Any], payload: Payload, value: bytes, options: DecodeOptions) -> None:
    """Task and tenant as coagent's own logger found them; where the settings name them, of the tags or the metadata,
    which is only then read in full.
    """
    if type(payload.coagent_labels) is dict:
        fields |= {name: payload.coagent_labels[name] for name in _LABELS if name in payload.coagent_labels}
    task, tenant = options.task_attribute, options.tenant_attribute
    if not task and not tenant:
        return
    if task and (tagged := tag_of(payload.request_tags, task)) is not None:
        fields["task"], task = tagged, None
    if not task and not tenant:
        return
    found = decoded(_all_metadata(value))
    metadata = found if isinstance(found, dict) else _EMPTY
    if task and (named := label_in(metadata, task)) is not None:
        fields["task"] = named
    if tenant and (named := label_in(metadata, tenant)) is not None:
        fields["tenant"] = named


def _all_metadata(value: bytes) -> Any:
    """With the keys that were passed over so far; raises Refused where those are no JSON in UTF-8."""
    try:
        return decode_labelled(value).metadata
    except _DECODE_ERRORS:
        raise Refused("invalid_encoding", "not JSON in UTF-8, at $.metadata") from None


def _provider(payload: Payload, hidden: Hidden, error: Error) -> Any:
    """Where the payload's own key is empty."""
    listed = _map_value(payload)
    named = listed.litellm_provider if type(listed) is ModelMap else None
    return hidden.custom_llm_provider or named or error.llm_provider


def _map_value(payload: Payload) -> ModelMap | Loose:
    found = payload.model_map_information
    return found.model_map_value if type(found) is ModelMapInformation else None


def _response_model(payload: Payload, response: Response) -> Any:
    """What the provider declares. Where it declares nothing, or LiteLLM repeats the question in its place, as it may of
    a stream, the model that an alias stands for.
    """
    declared, model, group = response.model, payload.model, payload.model_group
    deployed = model if group and group != model else None
    is_repeated = (deployed and declared == group) or (payload.stream and declared == model)
    return deployed if declared is None or is_repeated else declared


def _add_times(fields: dict[str, Any], payload: Payload, start: float | None) -> None:
    end = moment_s(payload.end_time)
    whole = None if start is None or end is None else end - start
    if is_yes(payload.stream):
        fields["duration_s"] = whole
        first = moment_s(payload.completion_start_time)
        fields["time_to_first_token_s"] = None if start is None or first is None else first - start
    else:
        reported = payload.response_time
        fields["duration_s"] = whole if reported is None or (whole is not None and not _is_time(reported)) else reported


def _is_time(seconds: Any) -> bool:
    return type(seconds) in {int, float} and seconds >= 0


def _add_tokens(fields: dict[str, Any], payload: Payload, usage: Usage | None) -> None:
    """A failed call reports 0 for what it does not know, in its usage too."""
    put, out = payload.prompt_tokens, payload.completion_tokens
    if not put and not out and (usage is None or payload.status == "failure"):
        return
    total = payload.total_tokens
    if usage is not None:
        put = put or usage.prompt_tokens or usage.input_tokens or put
        out = out or usage.completion_tokens or usage.output_tokens or out
        total = total or usage.total_tokens
        add_details(fields, usage)
    fields["input_tokens"], fields["output_tokens"], fields["total_tokens"] = put, out, total


def _cost_of_nothing(payload: Payload) -> Any:
    """0 is no cost where LiteLLM says that it could not compute one. Any other 0 is judged by the price table."""
    cost = payload.response_cost
    if cost is None or is_yes(payload.cache_hit):
        return cost
    unpriced = payload.response_cost_failure_debug_info or payload.zero_cost_diagnostic
    return cost if _map_value(payload) and not unpriced else None


def _add_outcome(fields: dict[str, Any], metadata: Metadata, error: Error) -> None:
    if error.error_code or error.error_class:
        fields |= error_fields(error.error_code, error.error_class)
    if metadata.attempted_retries is not None or metadata.attempted_fallbacks is not None:
        fields |= attempt_fields(metadata.attempted_retries, metadata.attempted_fallbacks)


def _add_content(
    fields: dict[str, Any], payload: Payload, response: Response, parameters: Parameters, options: DecodeOptions
) -> None:
    if payload.messages:
        fields |= prompt_fields(_messages(payload.messages), parameters.tools, options)
    if response.choices:
        fields |= choice_fields({"choices": response.choices}, parameters.response_format)
    elif response.output or response.content:
        fields |= _blocks(response)
    measured = payload.coagent_measures
    if type(measured) is dict:
        fields |= {name: value for name, value in measured.items() if name in _MEASURES}


def _messages(messages: Any) -> Any:
    """Messages, also where they are written as JSON text; a plain prompt stays a text."""
    return decoded(messages) if type(messages) is str and messages[:1] in {"[", "{"} else messages


def _blocks(response: Response) -> dict[str, Any]:
    """Of an answer in the form of Responses or Anthropic Messages."""
    blocks = response.output or response.content
    finish = response.stop_reason or response.status
    listed = [block for block in blocks if type(block) is dict] if type(blocks) is list else []
    return {
        "output_chars": sum(map(len, texts(blocks))),
        "tool_calls": sum(str(block.get("type")) in _CALLS for block in listed),
        "finish_reason": finish if type(finish) is str else None,
    }
