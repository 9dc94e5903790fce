"""A record that carries one key of another tool stays what it is: it is never lost without a word."""

import json

import pytest

from coagent.ingest.formats.detect_format import detect_format
from coagent.ingest.formats.marks import SIGNS
from coagent.ingest.refused import Refused
from coagent.ingest.sources import SOURCES

KEYS = sorted(sign for sign in SIGNS if "/" not in sign and "=" not in sign)
VALUES = (1, {"p": 1})
RECORDS = {one.name: one for one in SOURCES if not one.mapping}
OWN = {"resourceSpans", "resourceLogs", "resourceMetrics", "resource_spans", "response_cost", "model_map_information"}
"""Of OTLP exports and of LiteLLM's payloads alone."""


def changed(name):
    """The sample with each foreign key added, one at a time."""
    sample = json.loads(RECORDS[name].sample)
    return [(key, json.dumps(sample | {key: value}).encode()) for key in KEYS for value in VALUES if key not in sample]


def found(value):
    try:
        return detect_format(value)
    except Refused as refused:
        return refused.reason


@pytest.mark.parametrize("name", RECORDS)
def test_a_foreign_key_makes_no_other_record_of_it(name):
    expected = {RECORDS[name].formats[0], "ambiguous_format", "unknown_format"}
    assert {key for key, value in changed(name) if key not in OWN and found(value) not in expected} == set()


@pytest.mark.parametrize("key", ["latencies", "databricks_request_id", "timestamps", "batches", "customDimensions"])
def test_a_weak_pair_keeps_its_format(key):
    value = RECORDS["llama.cpp, text-generation-inference and SGLang"].sample
    assert detect_format(json.dumps(json.loads(value) | {key: {"p": 1}}).encode()) == "openai"
