"""The words for what code found: signals as people say them, causes, and what to do next."""

from coagent.domain.shift import CauseKind, Family

SPOKEN: dict[str, str] = {
    "time_to_first_token_s": "time to first token",
    "time_per_output_token_s": "time per output token",
    "first_token_over_pace": "time to first token over time per token",
    "duration_s": "duration",
    "output_tokens": "output tokens",
    "reasoning_tokens": "reasoning tokens",
    "output_chars_per_token": "characters per output token",
    "input_chars_per_token": "characters per input token",
    "cached_input_share": "cached share of the input",
    "mean_logprob": "mean log-probability",
    "unit_price_usd": "unit price",
    "quality_score": "quality score",
    "error": "error rate",
    "refusal": "refusal rate",
    "truncation": "truncation rate",
    "tool_call": "tool call rate",
    "empty": "empty answer rate",
    "schema_invalid": "schema-invalid rate",
    "fallback": "fallback rate",
    "input_length": "input length",
    "max_tokens": "token limit",
    "temperature": "temperature",
    "stream": "streaming share",
}

MENTIONS: dict[str, tuple[str, ...]] = {
    r"time to first token over time per token": ("first_token_over_pace",),
    r"time per output token|inter-token latency": ("time_per_output_token_s",),
    r"time to first token|first-token latency|ttft": ("time_to_first_token_s",),
    r"characters per output token": ("output_chars_per_token",),
    r"characters per input token": ("input_chars_per_token",),
    r"characters per token|tokenizer": ("output_chars_per_token", "input_chars_per_token"),
    r"cached share of the input|cache hits?|cached share": ("cached_input_share",),
    r"output tokens?|output lengths?|answer lengths?": ("output_tokens",),
    r"reasoning tokens?": ("reasoning_tokens",),
    r"mean log-?prob\w*|log-?prob\w*": ("mean_logprob",),
    r"unit price|prices?|pricing": ("unit_price_usd",),
    r"quality scores?|quality": ("quality_score",),
    r"error rate|errors?": ("error",),
    r"refusal rate|refusals?": ("refusal",),
    r"truncation rate|truncations?": ("truncation",),
    r"tool call rate|tool calls?": ("tool_call",),
    r"empty answer rate|empty answers?": ("empty",),
    r"schema-invalid rate|schema-invalid": ("schema_invalid",),
    r"fallback rate|fallbacks?": ("fallback",),
    r"input lengths?|prompt lengths?": ("input_length",),
    r"token limit": ("max_tokens",),
    r"temperature": ("temperature",),
    r"streaming share": ("stream",),
    r"durations?": ("duration_s",),
    r"latency|latencies|slower|faster": ("duration_s", "time_to_first_token_s", "time_per_output_token_s"),
    r"shorter|longer": (
        *("output_tokens", "reasoning_tokens", "input_length"),
        *("duration_s", "time_to_first_token_s", "time_per_output_token_s"),
    ),
}
"""Pattern in lower case → the signals that it may mean, the longest phrases first."""

FAMILY: dict[Family, str] = {
    "provider": "the provider",
    "client": "our own side",
    "traffic": "the traffic",
    "unknown": "cannot tell",
}

CAUSE_TITLE: dict[CauseKind, str] = {
    "declared_version": "Declared model change",
    "silent_version": "Silent model change",
    "quantization_or_stack": "Quantized, or another serving stack",
    "capacity": "Short of capacity",
    "price": "Price change",
    "policy": "Policy change",
    "truncation": "Answers cut off",
    "deploy": "Our own deploy",
    "traffic_mix": "Traffic changed",
    "unknown": "Changed, cause unknown",
}

CAUSE: dict[CauseKind, str] = {
    "declared_version": "the provider serves another model version and says so",
    "silent_version": "the provider serves another model version and does not say so",
    "quantization_or_stack": "the provider serves the same model with quantized weights or on another stack",
    "capacity": "the provider is short of capacity",
    "price": "the provider charges another price",
    "policy": "the provider changed what its model may answer",
    "truncation": "answers are cut off before they end",
    "deploy": "our own deploy changed the requests",
    "traffic_mix": "the requests changed, not the provider",
    "unknown": "the telemetry does not tell who changed what",
}

NEXT: dict[CauseKind, str] = {
    "declared_version": "Run the evaluation set against the new version, "
    "then accept the baseline or pin the old version.",
    "silent_version": "Send the request ids to the provider and ask what changed. Run the evaluation set, "
    "and route to the fallback model if its results are worse.",
    "quantization_or_stack": "Ask the provider whether weights or serving stack changed. Run the evaluation set, "
    "and route to the fallback model if its results are worse.",
    "capacity": "Look at the provider's status page. Route part of the requests elsewhere while users feel it.",
    "price": "Compare with the last invoice and the contract. Then ask the provider or accept the baseline.",
    "policy": "Read a few refused requests at their source. Adapt the prompt or route those tasks elsewhere.",
    "truncation": "Compare the token limit that is sent with the lengths that come back. Raise it or shorten the task.",
    "deploy": "Compare the deploy with the one before. Roll it back if this was not meant, else accept the baseline.",
    "traffic_mix": "Nothing has to be done. Accept the baseline if the new traffic is there to stay.",
    "unknown": "Nothing is urgent. Compare a few requests from before and after when there is time, "
    "then accept the baseline or mute it.",
}

NEXT_RECOVERED = "Nothing has to be done. Keep the id for the conversation with the provider."
NEXT_ACCEPTED = "Nothing has to be done. New requests are compared with the new baseline."
