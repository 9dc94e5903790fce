"""Plain words beside the slugs by which records are counted."""

_WHOLE = {
    "not_a_model_request": "spans of other work than a request to a model",
    "not_genai": "spans of other libraries",
    "no_spans": "an OTLP export without spans",
    "stream_chunk": "a piece of a streamed answer, without usage",
    "repeated_call": "the same request, seen from another library",
    "evaluation_without_request": "an evaluation of no request in the same batch",
    "file_not_read:name": "not named like a log",
    "unknown_format": "none of the formats that are read",
    "invalid_json": "not valid JSON",
    "invalid_protobuf": "not an OTLP export in protobuf",
    "not_an_object": "not a JSON object",
    "too_large": "longer than is read",
    "time_out_of_range": "before 2015 or more than a day ahead",
    "contradictory_counts": "token counts contradict each other: the cost is unknown",
    "(other)": "all further reasons together",
}
_BEGINNING = {
    "missing_field": "required and absent",
    "wrong_type": "of another type than is read",
    "out_of_range": "outside what is possible",
    "invalid_time": "not a time that is read",
    "invalid_value": "none of the values allowed there",
    "too_long": "longer than is read",
    "control_character": "holds a control character",
    "not_finite": "NaN or infinite",
    "negative": "below zero: taken as unknown",
    "unread": "a usage key that nothing reads: the cost may lack it",
    "file_not_read": "a file of a kind that is not read",
    "not_a_request": "a span that is no request to a model",
    "unknown_operation": "a span of an operation that is not known",
}


def reason_words(reason: str) -> str:
    """What a slug says; empty where it speaks for itself.

    >>> reason_words("missing_field:provider"), reason_words("brand_new")
    ('required and absent', '')
    """
    return _WHOLE.get(reason) or _BEGINNING.get(reason.partition(":")[0], "")
