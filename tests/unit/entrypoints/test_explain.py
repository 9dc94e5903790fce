"""`coagent explain --report` as people call it."""

import json
import sys

import msgspec
import pytest

from coagent.domain.explanation import SAME_TIME, explained, explanation
from coagent.domain.report import Percentiles, Records, Report, SegmentReport
from coagent.domain.segment import Segment
from coagent.entrypoints.cli.main import main

from .shift_reports import BARE, ERRORS, LENGTHS, ONSET, SEGMENT, place, shift

OTHER, STILL, FOREIGN = Segment("openai", "gpt-4-mini"), Segment("openai", "o1"), Segment("mistral", "small")


def of(segment, requests):
    return SegmentReport(segment=segment, requests=requests, cost_usd=None, duration_s=Percentiles(), success_rate=None)


REPORT = Report(
    records=Records(3000, 3000, 0, []),
    segments=[of(SEGMENT, 2000), of(OTHER, 500), of(STILL, 400), of(FOREIGN, 900)],
    shifts=[
        shift(LENGTHS, ERRORS),
        shift(LENGTHS, id="0fff", segment=OTHER, onset=place(ONSET + 60)),
        msgspec.structs.replace(BARE.shift, id="aaaa", segment=FOREIGN),
    ],
    dismissed=[],
    opportunities=[],
)


@pytest.fixture
def explain(monkeypatch, capsys, tmp_path):
    path = tmp_path / "report.json"
    path.write_bytes(REPORT.to_json())

    def call(*arguments, width=80):
        monkeypatch.setenv("COLUMNS", str(width))
        monkeypatch.setattr(sys, "argv", ["coagent", "explain", "--report", str(path), *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, *capsys.readouterr()

    return call


def test_the_shift_is_shown_among_its_providers_segments(explain):
    status, out, err = explain("0123")
    assert (status, err) == (0, "")
    assert "openai/gpt-4 · summary" in out
    assert "also changed  openai/gpt-4-mini (500 requests)" in out
    assert "unchanged     openai/o1 (400 requests)" in out
    assert "mistral" not in out


def test_its_command_reads_the_report_again_and_accepts_nothing(explain, tmp_path):
    _, out, _ = explain("0123", width=200)
    assert f"coagent explain 0123456789abcdef --report {tmp_path / 'report.json'} --full" in out
    assert "coagent accept" not in out


def test_the_newest_is_shown_as_last(explain):
    assert "openai/gpt-4-mini" in explain("last")[1].splitlines()[1]


def test_json_to_stdout_is_json_and_nothing_else(explain):
    status, out, _ = explain("0123", "--json", "-")
    found = json.loads(out)
    assert status == 0
    assert found["shift"]["evidence"]["log10_threshold"] == 6
    assert [one["shift"] for one in found["neighbours"]] == ["0fff", None]


def test_pictures_and_json_beside_the_screen(explain, tmp_path):
    status, out, err = explain("0fff", "--plots", tmp_path / "plots", "--json", tmp_path / "one.json")
    assert status == 0
    assert "openai/gpt-4-mini" in out
    assert json.loads((tmp_path / "one.json").read_bytes())["shift"]["id"] == "0fff"
    assert sorted(path.name for path in (tmp_path / "plots").iterdir()) == ["shift-0fff.png", "shift-0fff.svg"]
    assert len(err.splitlines()) == 2


@pytest.mark.parametrize(("wanted", "reported"), [("0", "several shifts start"), ("zz", "no shift starts")])
def test_what_is_not_one_shift_is_reported_with_those_there_are(explain, wanted, reported):
    status, out, err = explain(wanted)
    assert (status, out) == (2, "")
    assert reported in err
    assert "0123456789abcdef" in err


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"shifts": [1]}', b'{"shifts": [{}]}', b'{"shifts": null}'])
def test_what_is_no_report_is_reported_in_a_line(explain, tmp_path, content):
    (tmp_path / "report.json").write_bytes(content)
    status, out, err = explain("last")
    assert (status, out) == (2, "")
    assert "coagent analyze --json" in err
    assert len(err.splitlines()) == 1


def test_an_analysis_that_found_nothing_is_reported_so(explain, tmp_path):
    (tmp_path / "report.json").write_bytes(msgspec.structs.replace(REPORT, shifts=[]).to_json())
    assert "there is no shift" in explain("last")[2]


def test_a_report_comes_back_as_it_was_written():
    assert Report.from_json(REPORT.to_json()).to_json() == REPORT.to_json()


def test_a_report_of_an_older_version_is_read():
    plain = json.loads(REPORT.to_json())
    for one in plain["shifts"]:
        for name in ("page", "onset_low", "onset_high", "alarm", "updated", "evidence"):
            del one[name]
        del one["onset"]["row"]
    [first, *_] = Report.from_json(json.dumps(plain).encode()).shifts
    assert (first.evidence, first.onset.row, first.id) == (None, None, REPORT.shifts[0].id)


def test_only_what_began_about_the_same_time_moved_together():
    late = shift(LENGTHS, id="late", segment=OTHER, onset=place(ONSET + 1 + int(SAME_TIME.total_seconds())))
    found = explanation(REPORT.shifts[0], [late], {OTHER: 3})
    assert [(one.segment, one.shift) for one in found.neighbours] == [(OTHER, None)]


def test_accounts_of_the_shifts_own_stream_are_no_neighbours():
    accounts = {Segment("openai", "gpt-4", task="a"): 7, Segment("openai", "o1", task="a"): 2, STILL: 3}
    found = explanation(shift(LENGTHS, segment=Segment("openai", "gpt-4")), [], accounts)
    assert [(one.segment, one.requests) for one in found.neighbours] == [(STILL, 5)]


def test_a_neighbour_is_known_by_its_shift_alone():
    found = explained(REPORT.shifts[0], msgspec.structs.replace(REPORT, segments=[]))
    assert [(one.segment, one.requests, one.shift) for one in found.neighbours] == [(OTHER, None, "0fff")]
