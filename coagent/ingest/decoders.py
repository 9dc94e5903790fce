"""The decoder of each format."""

from collections.abc import Callable, Mapping, Sequence

from coagent.ingest import canonical, litellm, openai, otlp_json, otlp_proto
from coagent.ingest.detect_format import Format, detect_format
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.refused import Refused
from coagent.ingest.row import Row

DECODERS: Mapping[Format, Callable[[bytes, DecodeOptions], list[Outcome]]] = {
    "canonical": canonical.decode,
    "otlp_proto": otlp_proto.decode,
    "otlp_json": otlp_json.decode,
    "litellm": litellm.decode,
    "openai": openai.decode,
}


def decode(value: bytes, options: DecodeOptions, pinned: Format | None = None) -> list[Outcome]:
    """What a message of the pinned, else of the detected format holds, in order."""
    try:
        return DECODERS[pinned or detect_format(value)](value, options)
    except Refused as refused:
        return [refused.at(0)]


def quick_rows(values: Sequence[bytes], options: DecodeOptions, pinned: Format | None) -> Sequence[Row | None]:
    """Rows of the messages that are plainly canonical, None for those that need `decode`.

    The first message of a chunk tells whether the rest is worth a try.
    """
    worth_a_try = pinned == "canonical" or (pinned is None and _looks_canonical(values[0]))
    return canonical.decode_rows(values, options) if worth_a_try else [None] * len(values)


def _looks_canonical(value: bytes) -> bool:
    try:
        return detect_format(value) == "canonical"
    except Refused:
        return True
