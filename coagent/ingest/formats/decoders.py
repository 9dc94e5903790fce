"""The decoder of each format."""

from collections.abc import Callable, Mapping

from coagent.ingest.formats import canonical, console_span, litellm, openai, otlp_json, otlp_proto
from coagent.ingest.formats.detect_format import Format, detect_format
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.refused import Refused

DECODERS: Mapping[Format, Callable[[bytes, DecodeOptions], list[Outcome]]] = {
    "canonical": canonical.decode,
    "otlp_proto": otlp_proto.decode,
    "otlp_json": otlp_json.decode,
    "litellm": litellm.decode,
    "openai": openai.decode,
    "console_span": console_span.decode,
}


def decode(value: bytes, options: DecodeOptions, pinned: Format | None = None) -> list[Outcome]:
    """What a message of the pinned, else of the detected format holds, in order."""
    try:
        return DECODERS[pinned or detect_format(value)](value, options)
    except Refused as refused:
        return [refused.at(0)]
