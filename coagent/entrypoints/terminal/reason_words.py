"""Plain words beside the slugs by which records are counted."""

_WHOLE = {
    "not_a_model_request": "spans or events of other work than a request to a model",
    "not_genai": "spans or events of other libraries",
    "aggregate": "spans that sum up requests that have spans of their own",
    "repeated_call": "the same request once more, from another library",
    "no_spans": "an OTLP export without spans",
    "no_log_records": "an OTLP export without log records",
    "otlp_metrics": "metrics: sums over requests, not requests",
    "langfuse_trace": "traces without their observations, which are the requests: export those",
    "no_records": "a list without records",
    "unfinished_response": "an answer in progress: the finished one comes later",
    "update_without_start": "the end of a request whose start came in another message",
    "azure_log_of_another_category": "an Azure log of another category than RequestResponse",
    "stream_chunk": "a piece of a streamed answer, without usage",
    "later_piece": "a later piece of a long message, without counts",
    "evaluation": "an evaluation of a request of the same batch",
    "evaluation_without_request": "an evaluation of no request in the same batch",
    "evaluation_of_another_scale": "an evaluation on a scale that is not read",
    "not_mapped": "records that the mapping file leaves out",
    "file_not_read:name": "not named like a log",
    "unknown_format": "none of the formats that are read",
    "ambiguous_format": "two formats alike: pin one",
    "unknown_response": "a response of no API that is read",
    "invalid_json": "not valid JSON",
    "invalid_csv": "a row that does not fit its header",
    "invalid_protobuf": "not an OTLP export in protobuf",
    "duplicate_key": "an object with a key twice",
    "not_an_object": "not a JSON object",
    "too_large": "longer than is read",
    "too_deep": "nested deeper than is read",
    "time_out_of_range": "before 2015 or more than a day ahead",
    "contradictory_counts": "token counts contradict each other: the cost is unknown",
    "zero_counts": "0 tokens in and out, which no answer has: taken as unknown",
    "undecided_cache_counts": "nothing says whether input includes what was cached: it is taken to",
    "billed_zero_unknown": "billed 0 for tokens that have a price: the list price counts",
    "billed_differs_from_list": "billed and list price differ: what was billed counts",
    "(other)": "all further reasons together",
}
_BEGINNING = {
    "missing_field": "required and absent",
    "wrong_type": "of another type than is read",
    "out_of_range": "outside what is possible",
    "empty": "empty",
    "invalid_encoding": "not UTF-8, or half a character",
    "invalid_time": "not a time that is read",
    "invalid_value": "none of the values allowed there",
    "too_long": "longer than is read",
    "control_character": "holds a control character",
    "reserved_name": "a name that coagent itself uses",
    "not_finite": "NaN or infinite",
    "negative": "below zero: taken as unknown",
    "after_end": "later than the end: taken as unknown",
    "no_name": "longer than a name, or of several lines: left out",
    "unit_unknown": "a duration that does not name its unit: left out",
    "without_time": "nothing says when the request was made",
    "unread": "a usage key that nothing reads and that may change the cost",
    "not_read": "recognized, and of a kind that is not read",
    "file_not_read": "a file of a kind that is not read",
    "operation": "a span of an operation that is not known",
    "event": "an event that is not known",
}
_PRODUCTS = (
    *("langfuse_", "langsmith_", "posthog_", "braintrust_", "opik_"),
    *("datadog_", "weave_", "newrelic_", "langwatch_", "lunary_", "openai_agents_"),
)


def reason_words(reason: str) -> str:
    """What a slug says; empty where it speaks for itself.

    >>> reason_words("missing_field:provider"), reason_words("brand_new")
    ('required and absent', '')
    """
    if reason not in _WHOLE and reason.startswith(_PRODUCTS):
        return "a record of another kind than a request to a model"
    return _WHOLE.get(reason) or _BEGINNING.get(reason.partition(":")[0], "")
