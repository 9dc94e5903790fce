"""Spans, log records and metrics in protobuf begin with the same byte."""

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

from coagent.domain.rejected import Rejected, Skipped
from coagent.domain.request import Request
from coagent.ingest.formats import otlp_proto
from coagent.ingest.formats.decoders import decode
from coagent.ingest.formats.otlp_signal import Signal, signal_of
from coagent.ingest.options import DecodeOptions

from .log_messages import log, proto_logs
from .otlp_messages import SPAN_ID, TRACE_ID, proto, span

RESOURCE = {"service.name": "app"}


def metrics(kind, name="gen_ai.client.token.usage", unit="{token}"):
    batch = ExportMetricsServiceRequest()
    metric = batch.resource_metrics.add().scope_metrics.add().metrics.add(name=name, unit=unit, description="8 chars.")
    getattr(metric, kind).data_points.add().time_unix_nano = 1_782_907_200 * 10**9
    return batch.SerializeToString()


SPANS = {
    "plain": span({"a": "b"}),
    "without times": span({"a": "b"}, after_nano=-1_782_907_200_250_000_000, duration_nano=0),
    "without ids": span({"a": "b"}, span_id="", trace_id=""),
    "without attributes": span({}),
}
LOGS = {
    "plain": log({"event.name": "x"}, body="x"),
    "of a span": log({}, body="x", trace_id=TRACE_ID, span_id=SPAN_ID),
    "without a time": log({"event.name": "x"}, nano=0),
    "when it was seen": log({}, body="x", nano=0, observed=1),
    "of a span without time and text": log({}, nano=0, trace_id=TRACE_ID, span_id=SPAN_ID),
}


@pytest.mark.parametrize("one", SPANS.values(), ids=SPANS)
def test_spans_are_reported_from_log_records(one):
    assert signal_of(proto([one], RESOURCE)) is Signal.SPANS


@pytest.mark.parametrize("one", LOGS.values(), ids=LOGS)
def test_log_records_are_reported_from_spans(one):
    assert signal_of(proto_logs([one], RESOURCE)) is Signal.LOGS


@pytest.mark.parametrize("kind", ["gauge", "sum", "histogram", "exponential_histogram", "summary"])
@pytest.mark.parametrize("name", ["gen_ai.client.token.usage", "sixteen.letters."])
def test_metrics_are_reported_from_both_and_skipped_as_such(kind, name):
    message = metrics(kind, name)
    assert signal_of(message) is Signal.METRICS
    assert decode(message, DecodeOptions()) == [Skipped(reason="otlp_metrics")]


def test_metrics_in_json_are_skipped_as_such():
    assert decode(b'{"resourceMetrics": [{}]}', DecodeOptions()) == [Skipped(reason="otlp_metrics")]


def test_a_batch_without_records_holds_no_spans():
    for message in (proto([], RESOURCE), proto_logs([], RESOURCE)):
        assert decode(message, DecodeOptions()) == [Skipped(reason="no_spans")]


@pytest.mark.parametrize("cut", range(1, 200, 7))
def test_a_message_that_is_cut_off_is_rejected_or_whole(cut):
    message = proto([span({"gen_ai.system": "openai", "gen_ai.request.model": "gpt-4o"})], RESOURCE)
    [outcome, *_] = otlp_proto.decode(message[:-cut], DecodeOptions())
    assert isinstance(outcome, Rejected | Skipped | Request)
    assert cut >= len(message) or isinstance(outcome, Rejected)
