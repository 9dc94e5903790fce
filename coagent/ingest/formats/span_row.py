"""Spans as stores, monitors and proxies write them, with attributes as they were; the reader of spans knows them.

A trace that Grafana Tempo answers with is an OTLP export under another key.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from coagent.ingest.formats import otlp_json
from coagent.ingest.formats.span_monitors import of_app_insights, of_columns, of_elastic, of_elastic_apm
from coagent.ingest.formats.span_stores import of_clickhouse, of_jaeger, of_zipkin
from coagent.ingest.loose_json.objects import mapping, mappings
from coagent.ingest.loose_json.texts import structured
from coagent.ingest.message import read_object
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.refused import rejecting
from coagent.ingest.spans.decode_spans import decode_spans
from coagent.ingest.spans.span import Span

_READERS = (
    ("SpanAttributes", of_clickhouse),
    ("localEndpoint", of_zipkin),
    ("customDimensions", of_app_insights),
    ("Properties", of_app_insights),
    ("attributes", of_elastic),
    ("numeric_labels", of_elastic_apm),
    ("labels", of_elastic_apm),
)
"""Keys whose objects only rows of that form have, the surest first; a column of that name may be anything."""
_FLAT = "gen_ai."


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One outcome a span."""
    found = read_object(value)
    groups = found.get("batches") or mapping(found.get("trace")).get("resourceSpans")
    if isinstance(groups, list):
        return otlp_json.decode(msgspec.json.encode({"resourceSpans": groups}), options)
    return decode_spans(_spans(found), options)


def _spans(found: Mapping[str, Any]) -> list[Span]:
    if any(name.startswith(_FLAT) for name in found):
        return [of_columns(found)]
    for key, reader in _READERS:
        if isinstance(structured(found.get(key)), dict):
            return [reader(found)]
    traces = [one for one in (*mappings(found.get("data")), found) if isinstance(one.get("spans"), list)]
    if traces:
        return [of_jaeger(one, mapping(trace.get("processes"))) for trace in traces for one in mappings(trace["spans"])]
    return [of_jaeger(found, {})] if "spanID" in found else [of_columns(found)]
