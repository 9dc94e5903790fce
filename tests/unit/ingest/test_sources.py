"""The table of sources says what is true: each sample decodes to what its row promises, by content alone."""

import json
from pathlib import Path

import pytest
from google.protobuf.json_format import ParseDict
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from coagent.domain.request import Request
from coagent.entrypoints.cli.sources import sources as print_sources
from coagent.ingest.formats.decoders import DECODERS, decode
from coagent.ingest.formats.detect_format import detect_format
from coagent.ingest.formats.mapping_file import read_mapping
from coagent.ingest.options import DecodeOptions
from coagent.ingest.sources import SOURCES
from coagent.ingest.sources.page import page

ROOT = Path(__file__).parents[3]
BY_NAME = {one.name: one for one in SOURCES}


IDS = {"traceId", "spanId", "parentSpanId"}
"""Hex in OTLP's JSON, base64 in protobuf's."""


def in_protobuf(sample):
    found = json.loads(sample, object_hook=lambda one: {key: one[key] for key in one if key not in IDS})
    kind = ExportLogsServiceRequest if "resourceLogs" in found else ExportTraceServiceRequest
    return ParseDict(found, kind()).SerializeToString()


def given(source, value, pinned=None):
    [request] = [one for one in decode(value, DecodeOptions(), pinned) if isinstance(one, Request)]
    return {name: getattr(request, name) for name in source.gives}


def test_every_format_has_a_row_and_names_are_given_once():
    assert {name for one in SOURCES for name in one.formats} == set(DECODERS)
    assert len(BY_NAME) == len(SOURCES)


@pytest.mark.parametrize("name", BY_NAME)
def test_a_sample_is_found_by_its_content_and_gives_what_its_row_says(name):
    source = BY_NAME[name]
    if source.mapping:
        [request] = read_mapping(source.mapping.encode(), "sample").decode(source.sample, DecodeOptions())
        assert {field: getattr(request, field) for field in source.gives} == source.gives
        return
    assert detect_format(source.sample) == source.formats[0]
    assert given(source, source.sample) == pytest.approx(dict(source.gives))
    assert source.gives


@pytest.mark.parametrize("name", [name for name, one in BY_NAME.items() if "otlp_proto" in one.formats])
def test_an_export_gives_the_same_in_protobuf(name):
    source = BY_NAME[name]
    assert given(source, in_protobuf(source.sample), "otlp_proto") == pytest.approx(dict(source.gives))


def test_the_page_is_what_the_table_says():
    assert (ROOT / "docs" / "sources.md").read_text() == page(SOURCES), "run tools/write_sources.py"


def test_the_command_prints_every_source(capsys):
    print_sources()
    printed = capsys.readouterr().out.split()
    assert all(word in printed for one in SOURCES for word in one.name.split()[:1])
