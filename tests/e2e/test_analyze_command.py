"""`coagent analyze` as people call it: status, what goes where, and errors without a traceback."""

import gzip
import json
import subprocess
import sys

import pytest

from coagent.entrypoints.cli.main import main


def line(number, **fields):
    base = {
        "request_id": f"r{number}",
        "time": 1_782_900_000 + number,
        "provider": "openai",
        "request_model": "gpt-4",
        "duration_s": 1 + number % 7,
        "status": "ok",
    }
    return json.dumps(base | fields).encode()


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    path = tmp_path_factory.mktemp("logs") / "log.jsonl.gz"
    lines = [line(0), b"{broken", line(1), b'{"provider": "openai"}', *(line(number) for number in range(2, 60))]
    path.write_bytes(gzip.compress(b"\n".join(lines) + b"\n"))
    return path


@pytest.fixture
def analyze(monkeypatch, capsys):
    """Status, standard output and standard error of the command with these arguments."""

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["coagent", "analyze", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, *capsys.readouterr()

    return call


def test_json_to_stdout_is_json_and_nothing_else(analyze, log):
    status, out, err = analyze(log, "--json", "-")
    assert (status, err) == (0, "")
    report = json.loads(out)
    assert report["records"]["read"] == 62
    assert report["records"]["accepted"] == 60
    assert {one["first"] for one in report["records"]["rejections"]} == {f"{log}:2", f"{log}:4"}
    assert report["segments"][0]["duration_s"]["p50"] == pytest.approx(4, rel=0.02)


def test_a_report_for_people_and_json_to_a_file(analyze, log, tmp_path):
    status, out, _ = analyze(log, "--json", tmp_path / "report.json")
    assert status == 0
    assert "62 records read, 60 requests accepted, 2 rejected" in out
    assert json.loads((tmp_path / "report.json").read_bytes())["shifts"] == []


def test_standard_input_among_many_files(log):
    command = [sys.executable, "-c", "from coagent.entrypoints.cli.main import main; main()", "analyze"]
    done = subprocess.run([*command, log, "-", log, "--json", "-"], input=line(99), capture_output=True, check=True)
    assert json.loads(done.stdout)["records"]["accepted"] == 121


def test_a_pinned_format(analyze, log):
    assert json.loads(analyze(log, "--format", "canonical", "--json", "-")[1])["records"]["accepted"] == 60
    assert analyze(log, "--format", "nonsense")[0] == 2


@pytest.mark.parametrize("what", ["missing", "empty", "directory", "cut off"])
def test_what_cannot_be_read_is_reported_in_a_line(analyze, tmp_path, what):
    path = tmp_path / "log.jsonl.gz"
    if what == "empty":
        path.write_bytes(b"")
    elif what == "directory":
        path.mkdir()
    elif what == "cut off":
        path.write_bytes(gzip.compress(line(1) * 100)[:-20])
    status, out, err = analyze(path)
    assert (status, out) == (2, "")
    assert str(path) in err
    assert len(err.splitlines()) == 1


def test_a_folder_with_an_array_a_table_and_what_is_not_read(analyze, tmp_path):
    records = [json.loads(line(number)) for number in range(3)]
    (tmp_path / "a.json").write_text(json.dumps(records, indent=2))
    (tmp_path / "b.csv").write_text("time,provider,request_model,status\n1782900000,openai,gpt-4,ok\n1,2,3,4,5\n")
    (tmp_path / "c.log").write_bytes(b"PK\x03\x04")
    status, out, _ = analyze(tmp_path, "--json", "-")
    reported = json.loads(out)["records"]
    assert (status, reported["read"], reported["accepted"], reported["rejected"]) == (0, 6, 4, 1)
    assert [(one["reason"], one["first"]) for one in reported["rejections"]] == [("invalid_csv", f"{tmp_path}/b.csv:3")]
    assert reported["skipped"] == [{"reason": "file_not_read:zip", "count": 1, "first": f"{tmp_path}/c.log"}]


def test_what_was_skipped_is_reported_and_a_pinned_format_ends_cleanly(analyze, tmp_path):
    path = tmp_path / "spans.json"
    path.write_text('{"resourceSpans": []}\n')
    status, out, err = analyze(path, "--format", "otlp_json")
    assert status == 1
    assert "0 requests accepted, 0 rejected, 1 skipped" in out
    assert "no_spans" in err
    assert "rejections above" not in err


def test_a_report_that_cannot_be_written(analyze, log, tmp_path):
    status, _, err = analyze(log, "--json", tmp_path / "no" / "report.json")
    assert status == 2
    assert "Name a file that can be written." in err


def test_nothing_accepted_is_no_success(analyze, tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"one\ntwo\n")
    status, out, err = analyze(path)
    assert status == 1
    assert "0 requests accepted, 2 rejected" in out
    assert "no request was accepted" in err
