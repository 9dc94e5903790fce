"""The decoder of each format."""

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from coagent.domain.rejected import Noted, Rejected, Skipped
from coagent.domain.telemetry_format import Format
from coagent.ingest.formats import (
    apisix,
    azure_log,
    bedrock_log,
    bifrost,
    bodies,
    braintrust,
    canonical,
    cloudflare,
    console_span,
    databricks,
    datadog,
    helicone,
    higress,
    keywordsai,
    kong,
    langfuse,
    langsmith,
    langwatch,
    litellm,
    litellm_spend,
    log_entry,
    lunary,
    mlflow,
    newrelic,
    openai_agents,
    openrouter,
    opik,
    otlp_json,
    otlp_proto,
    phoenix,
    portkey,
    posthog,
    replicate,
    span_row,
    tensorzero,
    vertex_log,
    weave,
)
from coagent.ingest.formats.detect_format import detect_format, what_spoke_for_it
from coagent.ingest.message import read_object
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.refused import Refused, rejecting


@rejecting
def _within_entries(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """What the records within a cloud log's entries hold; a line of something else is skipped."""
    outcomes: list[Outcome] = []
    for index, record in enumerate(log_entry.records_in(read_object(value))):
        outcomes += [_at(one, index) for one in _within(record, options)]
    return outcomes or [Skipped(reason="no_records")]


def _within(record: log_entry.Record | None, options: DecodeOptions) -> list[Outcome]:
    try:
        found = record and (record.format or detect_format(record.value))
    except Refused:
        found = None
    if record is None or found is None or found == "log_entry":
        return [Skipped(reason="not_a_model_request")]
    return DECODERS[found](record.value, options)


def _at(outcome: Outcome, index: int) -> Outcome:
    return replace(outcome, index=index) if isinstance(outcome, Noted | Rejected | Skipped) else outcome


DECODERS: Mapping[Format, Callable[[bytes, DecodeOptions], list[Outcome]]] = {
    "canonical": canonical.decode,
    "otlp_proto": otlp_proto.decode,
    "otlp_json": otlp_json.decode,
    "console_span": console_span.decode,
    "litellm": litellm.decode,
    "litellm_spend": litellm_spend.decode,
    "openai": bodies.decode,
    "openai_responses": bodies.decode,
    "anthropic": bodies.decode,
    "gemini": bodies.decode,
    "bedrock": bodies.decode,
    "ollama": bodies.decode,
    "bedrock_log": bedrock_log.decode,
    "openrouter": openrouter.decode,
    "azure_log": azure_log.decode,
    "langfuse": langfuse.decode,
    "helicone": helicone.decode,
    "langsmith": langsmith.decode,
    "posthog": posthog.decode,
    "portkey": portkey.decode,
    "braintrust": braintrust.decode,
    "opik": opik.decode,
    "phoenix": phoenix.decode,
    "mlflow": mlflow.decode,
    "datadog": datadog.decode,
    "weave": weave.decode,
    "cloudflare": cloudflare.decode,
    "kong": kong.decode,
    "newrelic": newrelic.decode,
    "databricks": databricks.decode,
    "vertex_log": vertex_log.decode,
    "replicate": replicate.decode,
    "langwatch": langwatch.decode,
    "lunary": lunary.decode,
    "keywordsai": keywordsai.decode,
    "span_row": span_row.decode,
    "openai_agents": openai_agents.decode,
    "tensorzero": tensorzero.decode,
    "apisix": apisix.decode,
    "higress": higress.decode,
    "bifrost": bifrost.decode,
    "log_entry": _within_entries,
}


def decode(value: bytes, options: DecodeOptions, pinned: Format | None = None) -> list[Outcome]:
    """What a message of the pinned, else of the detected format holds, in order. Where it is rejected, the detail says
    for which format it was taken and why.
    """
    try:
        if pinned:
            return DECODERS[pinned](value, options)
        return explained(value, DECODERS[detect_format(value)](value, options))
    except Refused as refused:
        return [refused.at(0)]


def explained(value: bytes, outcomes: list[Outcome]) -> list[Outcome]:
    """The same; the details of the first rejection also say by which keys the format was found."""
    for place, outcome in enumerate(outcomes):
        if isinstance(outcome, Rejected):
            spoke = what_spoke_for_it(value)
            detail = f"{outcome.detail}; taken for {spoke}" if spoke else outcome.detail
            return [*outcomes[:place], replace(outcome, detail=detail), *outcomes[place + 1 :]]
    return outcomes
