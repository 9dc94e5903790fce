import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from coagent.bootstrap.formats import mapped_topics, read_mapping_file
from coagent.domain.errors import Fatal
from coagent.entrypoints.cli.main import app
from coagent.settings import Settings

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
MAPPING, SAMPLE = EXAMPLES / "mapping.yaml", EXAMPLES / "mapping.jsonl"


def run(*words):
    return CliRunner().invoke(app, ["mapping", "check", *map(str, words)])


def test_the_check_shows_what_becomes_of_each_record():
    result = run(MAPPING, SAMPLE)
    assert result.exit_code == 0
    assert "2 of 3 records are requests" in result.stdout
    assert "other_event" in result.stdout
    assert "gpt-4o-2024-08-06" in result.stdout
    assert "An answer" not in result.stdout


def test_the_check_as_json_is_for_programs():
    found = json.loads(run(MAPPING, SAMPLE, "--json").stdout)
    assert [record["outcome"] for record in found["records"]] == ["request", "skipped", "request"]
    assert found["records"][0]["fields"]["input_tokens"] == 1000
    assert found["never"] == []


def test_the_check_names_fields_that_no_request_had(tmp_path):
    file = tmp_path / "m.yaml"
    file.write_text(MAPPING.read_text().replace("labels.customer", "labels.nobody"))
    assert json.loads(run(file, SAMPLE, "--json").stdout)["never"] == ["tenant"]


def test_at_most_as_many_records_as_wanted_are_shown(tmp_path):
    sample = tmp_path / "s.jsonl"
    sample.write_text(SAMPLE.read_text() * 10)
    assert len(json.loads(run(MAPPING, sample, "--json").stdout)["records"]) == 10
    assert len(json.loads(run(MAPPING, sample, "--json", "--records", "4").stdout)["records"]) == 4


def test_a_mapping_that_reads_nothing_ends_with_1(tmp_path):
    sample = tmp_path / "s.jsonl"
    sample.write_text('{"event": "llm.call", "secret": "words"}\n')
    result = run(MAPPING, sample)
    assert result.exit_code == 1
    assert "missing_field" in result.stdout


def test_a_topic_with_a_mapping_and_a_format_is_refused(monkeypatch):
    monkeypatch.setenv("COAGENT_INGEST__MAPPINGS", json.dumps({"log": str(MAPPING)}))
    assert set(mapped_topics(Settings())) == {"log"}
    monkeypatch.setenv("COAGENT_INGEST__FORMATS", json.dumps({"log": "litellm"}))
    with pytest.raises(Fatal, match="keep one of them"):
        mapped_topics(Settings())


def test_a_mapping_file_that_is_missing_is_named(tmp_path):
    with pytest.raises(Fatal, match=r"none\.yaml: No such file"):
        read_mapping_file(tmp_path / "none.yaml")


def test_analyze_reads_by_a_mapping():
    result = CliRunner().invoke(app, ["analyze", "--mapping", str(MAPPING), str(SAMPLE), "--json", "-"])
    report = json.loads(result.stdout)
    assert (report["records"]["read"], report["records"]["accepted"]) == (3, 2)
    assert {segment["segment"]["tenant"] for segment in report["segments"]} == {"acme"}


def test_what_the_files_themselves_refuse_keeps_its_reason(tmp_path):
    sample = tmp_path / "s.csv"
    sample.write_text("model,time\ngpt-4o,2026-06-01T08:00:00Z,too,many\n")
    [record] = json.loads(run(MAPPING, sample, "--json").stdout)["records"]
    assert (record["outcome"], record["reason"]) == ("rejected", "invalid_csv")
