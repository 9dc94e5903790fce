"""Mapping files: what they read, and what they refuse with file and line."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from coagent.domain.errors import Fatal
from coagent.domain.rejected import Noted, Skipped
from coagent.domain.request import Request
from coagent.ingest.formats import mapping_file
from coagent.ingest.formats.mapping_file import read_mapping
from coagent.ingest.formats.mapping_path import parse_path, value_at
from coagent.ingest.options import DecodeOptions

EXAMPLES = Path(__file__).parents[4] / "docs" / "examples"
OPTIONS = DecodeOptions(now_s=1_782_950_000.0)
LEAST = "fields:\n  time: t\n  provider: {value: openai}\n  request_model: m\n"
RECORD = {"t": "2026-06-01T08:00:00Z", "m": "gpt-4o"}


def mapped(text):
    return read_mapping(text.encode(), "m.yaml")


def outcomes(text, **record):
    return mapped(text).decode(json.dumps(RECORD | record).encode(), OPTIONS)


def request(more="", **record):
    found = outcomes(LEAST + more, **record)[0]
    assert isinstance(found, Request), found
    return found


def test_the_example_reads_its_sample():
    mapping = read_mapping((EXAMPLES / "mapping.yaml").read_bytes(), "mapping.yaml")
    lines = (EXAMPLES / "mapping.jsonl").read_bytes().splitlines()
    [first], skipped, [last] = (mapping.decode(line, OPTIONS) for line in lines)
    assert (first.provider, first.request_model, first.endpoint) == ("openai", "gpt-4o", "api.openai.com")
    assert first.time == datetime(2026, 6, 1, 8, tzinfo=UTC)
    assert (first.duration_s, first.time_to_first_token_s, first.cost_usd) == (1.5, 0.4, pytest.approx(0.00325))
    assert (first.input_tokens, first.output_tokens, first.cached_input_tokens) == (1000, 100, 200)
    assert (first.task, first.tenant, first.finish_reason, first.status) == ("support", "acme", "stop", "ok")
    assert (first.output_chars, first.http_status) == (len("An answer."), 200)
    assert skipped == [Skipped(reason="other_event")]
    assert (last.operation, last.status, last.http_status, last.cost_usd) == ("embeddings", "error", 503, 0.000005)


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("a", ("a",)),
        ("a.b", ("a", "b")),
        ("a[0].b", ("a", 0, "b")),
        ("a[-1]", ("a", -1)),
        ('a["b.c"].d', ("a", "b.c", "d")),
        ("['x.y']", ("x.y",)),
        ("$.a.b", ("a", "b")),
        ("$[0].a", (0, "a")),
    ],
)
def test_paths_are_points_brackets_and_quotes(path, steps):
    assert parse_path(path) == steps


@pytest.mark.parametrize("path", ["", "a..b", ".a", "a.", "a[", "a[x]", 'a["b', "a[0]b", "a" + ".b" * 20])
def test_a_path_that_cannot_be_read_is_refused(path):
    with pytest.raises(ValueError, match="path"):
        parse_path(path)


def test_a_path_leads_through_lists_and_json_in_texts():
    record = {"a": '{"b": [{"c": 1}, {"c": 2}]}'}
    assert value_at(record, parse_path("a.b[-1].c")) == 2
    assert value_at(record, parse_path("a.b[5].c")) is None
    assert value_at(record, parse_path("a.x.c")) is None


@pytest.mark.parametrize(
    ("rule", "value", "expected"),
    [
        ("duration_s: {path: d, unit: ms}", 1500, 1.5),
        ("duration_s: {path: d, unit: us}", "1500000", 1.5),
        ("duration_s: {path: d, unit: ns}", 1_500_000_000, 1.5),
        ("duration_s: {path: d, unit: min}", 2, 120.0),
        ("cost_usd: {path: d, unit: cents}", 0.5, 0.005),
        ("cost_usd: {path: d, unit: micros}", 3250, 0.00325),
        ("input_tokens: {path: d, unit: thousands}", 1.5, 1500),
        ("input_tokens: d", "12", 12),
        ("stream: d", "true", True),
        ("status: {path: d, values: {success: ok, failed: error}}", "failed", "error"),
        ("status: {path: d, values: {true: ok, false: error}}", False, "error"),
        ("status: {path: d, values: {true: ok}, default: error}", "other", "error"),
        ("http_status: {path: nowhere, default: 200}", None, 200),
        ("task: {value: chat}", None, "chat"),
        ("task: [nowhere, d]", "found", "found"),
        ("tool_calls: {path: d, unit: items}", [1, 2], 2),
        ("input_chars: {path: d, unit: chars}", [{"role": "user", "content": "hello"}], 5),
        ("input_chars: {path: d, unit: chars}", "hello", 5),
    ],
)
def test_units_constants_defaults_and_lengths(rule, value, expected):
    assert getattr(request(f"  {rule}\n", d=value), rule.partition(":")[0]) == expected


def test_one_message_may_hold_many_records():
    text = "each: batch.calls\n" + LEAST
    found = mapped(text).decode(json.dumps({"batch": {"calls": [RECORD, {"m": "x"}, RECORD]}}).encode(), OPTIONS)
    assert [type(one).__name__ for one in found] == ["Request", "Rejected", "Request"]
    assert found[1].index == 1
    [rejected] = mapped(text).decode(b"{}", OPTIONS)
    assert rejected.reason == "no_records"


def test_counting_is_said_by_the_mapping():
    more = "  input_tokens: i\n  cached_input_tokens: c\ncounting: {input_excludes_cache: true}\n"
    assert request(more, i=200, c=800).input_tokens == 1000


def test_records_that_do_not_fit_are_skipped_by_the_reason_given():
    text = "when: {kind: [chat, true], m: gpt-4o}\nskip: not_a_call\n" + LEAST
    assert outcomes(text, kind="tool") == [Skipped(reason="not_a_call")]
    assert isinstance(outcomes(text, kind="chat")[0], Request)
    assert isinstance(outcomes(text, kind=True)[0], Request)


@pytest.mark.parametrize("value", ["word " * 30, "two\nlines"])
def test_a_text_that_is_no_name_is_left_out_and_noted(value):
    found, note = outcomes(LEAST + "  task: label\n", label=value)
    assert isinstance(note, Noted)
    assert (found.task, note.reason) == (None, "no_name:task")
    assert value not in note.detail


@pytest.mark.parametrize("path", ["prompt", "messages[0].content", "res.output_text", "body", "choices[0]", "answer"])
def test_content_cannot_be_mapped_to_a_name(path):
    with pytest.raises(Fatal, match=r"m\.yaml:5: fields\.task: `\w+` holds content"):
        mapped(LEAST + f"  task: {path}\n")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", r"m\.yaml: empty"),
        ("a: [", r"m\.yaml:1: not YAML"),
        ("each: x\n", r"m\.yaml:1: `fields` is missing"),
        ("fields:\n  time: t\n", r"m\.yaml:2: fields: `request_model` is missing"),
        ("fields:\n  request_model: m\n", r"m\.yaml:2: fields: `time` is missing"),
        (LEAST + "  prompt: p\n", r"m\.yaml:5: fields\.prompt: no canonical field"),
        (LEAST + "  cost_doubt: p\n", r"m\.yaml:5: fields\.cost_doubt: no canonical field"),
        (LEAST + "  task: {path: a, unti: ms}\n", r"m\.yaml:5: fields\.task\.unti: no such key; path, value"),
        (LEAST + "  task: {path: a, value: b}\n", r"m\.yaml:5: fields\.task: give a path, or a constant"),
        (LEAST + "  task: {default: b}\n", r"m\.yaml:5: fields\.task: give a path, or a constant"),
        (LEAST + "  duration_s: {path: d, unit: days}\n", r"m\.yaml:5: fields\.duration_s\.unit: 'days' is no unit of"),
        (
            LEAST + "  task: {path: d, unit: ms}\n",
            r"m\.yaml:5: fields\.task\.unit: 'ms' is no unit of task; it has none",
        ),
        (LEAST + "  input_chars: {path: d, unit: ms}\n", r"m\.yaml:5: .*chars measures the text"),
        (LEAST + "  task: 'a..b'\n", r"m\.yaml:5: fields\.task: cannot read the path"),
        (LEAST + "  time: u\n", r"m\.yaml:5: fields\.time: this key stands here twice"),
        (LEAST + "skip: 'Two words'\n", r"m\.yaml:5: skip: a reason has"),
        (LEAST + "counting: {input_excludes_cache: 3}\n", r"m\.yaml:5: counting: true or false"),
        (LEAST + "where: {a: b}\n", r"m\.yaml:5: where: no such key; fields, each, when, skip, counting are known"),
        ("- a\n", r"m\.yaml:1: expected keys with values"),
    ],
)
def test_an_error_in_the_file_names_the_line_and_the_reason(text, error):
    with pytest.raises(Fatal, match=error):
        mapped(text)


def test_a_file_that_is_no_text_is_refused():
    with pytest.raises(Fatal, match="not UTF-8 at byte 0"):
        read_mapping(b"\xff\xfe", "m.yaml")


def test_the_page_names_every_field_and_unit():
    page = (EXAMPLES.parent / "mapping.md").read_text()
    units = {*mapping_file._SECONDS, *mapping_file._DOLLARS, *mapping_file._TOKENS, "chars", "items"}
    missing = {name for name in mapping_file.TARGETS | units if f"`{name}`" not in page}
    assert missing == set()
