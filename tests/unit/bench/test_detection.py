"""A tiny run from end to end, and the judgements that its figures rest on."""

import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO

import numpy as np
import pytest
from rich.console import Console

from coagent.bench.detection import Section, measure, seed_range, to_json
from coagent.bench.detection_report import DetectionReport
from coagent.bench.detection_view import detection_view
from coagent.bench.frontier_plot import plot_frontier
from coagent.bench.goals import GOALS, reached
from coagent.bench.progress import untracked
from coagent.bench.sections.cases import Label, Told, judged
from coagent.bench.sections.causes import outcome_of
from coagent.bench.sections.null_rows import NullRows
from coagent.bench.sections.quantiles import quantile
from coagent.bench.sections.run_length import Promise, RunLength
from coagent.bench.simulator.labelled import LABELLED
from coagent.bench.sizes import quick
from coagent.domain.errors import Fatal
from coagent.domain.row import RowRef
from coagent.domain.segment import Segment
from coagent.domain.shift import Cause, Shift
from coagent.settings import Settings

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
TINY = replace(
    quick((1000,)),
    rows_before=512,
    rows_after=200,
    tenants=2,
    tenant_rows_before=128,
    tenant_rows_after=32,
    run_length_streams=1,
    run_length_rows=512,
    compared_null_rows=600,
    compared_before=300,
    compared_after=120,
)
CHANGES = {change.name: change for change in LABELLED}


def case_file(folder):
    """A swap to answers twice as long with other text, half-way."""
    rng = np.random.default_rng(8)
    tokens = np.rint(200 * np.exp(0.4 * rng.standard_normal(600)) * np.repeat([1.0, 2.0], 300)).clip(1)
    rows = [
        {
            "time": NOON.timestamp() + 2 * row,
            "provider": "openai",
            "request_model": "alias",
            "input_chars": int(1000 * np.exp(0.5 * rng.standard_normal())),
            "output_tokens": int(count),
            "output_chars": int(count * (4.2 if row < 300 else 3.2)),
            "status": "ok",
        }
        for row, count in enumerate(tokens)
    ]
    with gzip.open(folder / "swap.jsonl.gz", "wt") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    label = {"change_at_row": 300, "expect": "shift", "rows": 600, "cause": "provider", "source": "made here"}
    (folder / "cases.json").write_text(json.dumps({"swap": label}))


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cases")
    case_file(folder)
    wanted = [section for section in Section if section is not Section.CAUSES]
    return measure(wanted, TINY, folder, Settings(), untracked)


def test_all_sections_are_in_the_json(report):
    found = json.loads(to_json(report))
    assert list(found) == [
        "seeds", "tuning_seeds", "cases", "delays", "null", "run_length", "causes", "cost", "comparison",
        "case_rivals", "stream_cases", "stream_nulls", "left_out", "goals",
    ]  # fmt: skip
    assert found["seeds"] == [1000]
    assert not set(found["seeds"]) & set(found["tuning_seeds"])
    assert found["causes"] is None
    assert {"change", "alarm_median", "alarm_p90", "page_median", "lorden", "ratio"} <= set(found["delays"][0])
    assert {"alarms_per_100k", "pages", "told", "run_length"} <= set(found["null"][-1])
    assert {"sense_us_per_row", "state_bytes", "changelog_bytes_per_row", "judge_ms"} <= set(found["cost"])
    assert [one["batch_rows"] for one in (*found["cost"]["smaller"], found["cost"])] == [64, 512, 2048]
    assert {"alarms", "pages", "promised", "rows"} <= set(found["run_length"][0])
    assert {"us_per_row", "false_alarms_per_100k", "found"} <= set(found["comparison"][0]["settings"][0])
    assert {"recall", "median", "p90", "ratio"} <= set(found["comparison"][0]["settings"][0]["found"][0])
    assert [one["goal"] for one in found["goals"]] == [one.name for one in GOALS]


def test_the_case_is_found_and_told_in_rows_of_its_file(report):
    [case] = report.cases
    assert (case.right, case.family, case.false_pages) == (True, "provider", 0)
    assert 0 < case.rows_to_alarm <= case.rows_to_page <= 40
    assert abs(case.onset_error) <= 5


def test_a_plain_change_is_found_near_the_limit(report):
    [one] = [delay for delay in report.delays if delay.change == "location 1 sd" and delay.signals == "lone"]
    assert (one.runs, one.alarm_recall, one.false_alarms) == (1, 1.0, 0)
    assert one.alarm_median <= 4 * one.lorden


def test_null_rows_are_counted_in_all_patterns(report):
    assert report.null[-1].rows == sum(one.rows for one in report.null[:-1]) == 8_000


def test_it_can_be_seen(report, tmp_path):
    console = Console(width=200, file=StringIO())
    console.print(detection_view(report, reached(report)))
    text = console.file.getvalue()
    assert "Labelled cases" in text
    assert "PageHinkley, standardized" in text
    assert [path.name for path in plot_frontier(report.comparison, tmp_path)] == [
        "detection-frontier.svg",
        "detection-frontier.png",
    ]
    picture = (tmp_path / "detection-frontier.svg").read_text()
    for part in (
        "location 1 sd",
        "coagent",
        "Lorden's limit",
        "three sigma, minute means",
        "never",
        "median delay, rows",
    ):
        assert part in picture
    assert (tmp_path / "detection-frontier.png").read_bytes().startswith(b"\x89PNG")


def test_rivals_are_heard_on_the_case(report):
    by_name = {one.name: one for one in report.case_rivals}
    always = by_name["always (untuned)"]
    assert (always.shifts, always.found, always.median) == (1, 1, 1)
    assert always.false_before >= 300
    assert (by_name["never"].found, by_name["never"].median) == (0, None)
    assert "coagent" not in by_name


def goals_of(**figures):
    found = reached(DetectionReport(seeds=[1000], tuning_seeds=[1], **figures))
    return {one.goal: (one.measured, one.met) for one in found if one.measured is not None}


def test_goals_are_met_or_not_or_not_measured():
    assert goals_of() == {}
    found = judged("prime_gpt4_swap", Label(100, "shift", 300), [told("provider", 130, onset=97)], 0)
    missed = judged("prime_gpt35_swap", Label(100, "shift", 300), [], 0)
    assert goals_of(cases=[found, missed]) == {
        "labelled cases judged rightly": (50, False),
        "prime_gpt4_swap: change to page": (31, False),
        "prime_gpt35_swap: change to page": (float("inf"), False),
        "those cases: onset off by": (float("inf"), False),
    }
    quiet = NullRows(
        traffic="all", run_length=1e6, segments=1, rows=9, alarms=0, alarms_per_100k=0, told={}, pages=0,
        pages_per_100k=0, places=[],
    )  # fmt: skip
    assert goals_of(null=[quiet]) == {"pages in null rows": (0, True)}
    never, seldom = (Promise.of(10_000, events, 1_000) for events in (0, 20))
    lengths = [
        RunLength(traffic="iid", promised=1_000, streams=1, rows=1, alarms=one, pages=one) for one in (never, seldom)
    ]
    assert goals_of(run_length=lengths) == {"run length over promised, worst traffic": (0.5, False)}


def test_goals_that_were_not_measured_are_said_to_be():
    console = Console(width=100, file=StringIO())
    empty = DetectionReport(seeds=[1000], tuning_seeds=[1])
    console.print(detection_view(empty, reached(empty)))
    text = console.file.getvalue()
    assert text.count("not measured") == len(GOALS) + 1
    assert f"0 of 0 goals met, {len(GOALS)} not measured" in text


def told(family, page, onset=100):
    return Told("openai/alias", family, "silent_version", 0.9, onset, (page or onset + 5), page)


@pytest.mark.parametrize(
    ("expect", "shifts", "right", "false_pages"),
    [
        ("shift", [told("provider", 110)], True, 0),
        ("shift", [told("provider", 90)], False, 1),
        ("shift", [told("client", 110)], False, 1),
        ("shift", [told("unknown", None)], False, 0),
        ("shift", [], False, 0),
        ("none", [], True, 0),
        ("none", [told("unknown", None)], True, 0),
        ("none", [told("provider", 110)], False, 1),
        ("traffic_mix", [told("traffic", None)], True, 0),
        ("traffic_mix", [told("client", 110)], False, 1),
        ("traffic_mix", [told("unknown", 110)], False, 1),
    ],
)
def test_a_case_is_judged_by_its_label(expect, shifts, right, false_pages):
    case = judged("x", Label(100 if expect != "none" else None, expect, 300), shifts, 0)
    assert (case.right, case.false_pages) == (right, false_pages)


def test_rows_to_the_page_count_from_the_change_and_include_it():
    case = judged("x", Label(100, "shift", 300), [told("provider", 100, onset=97)], 0)
    assert (case.rows_to_page, case.onset_error) == (1, -3)


def shift(family, kind):
    row = RowRef(ordinal=1, time=NOON)
    return Shift(
        id="a", sequence=1, segment=Segment("openai", "alias"), status="open", onset=row, onset_low=1, onset_high=1,
        raised=row, updated=row, signals=[], cause=Cause(family, kind, 0.9, []), page=True,
    )  # fmt: skip


def test_outcomes():
    price, traffic = CHANGES["price, weak"], CHANGES["traffic, longer inputs, weak"]
    assert outcome_of(price, shift("provider", "price")) == "right"
    assert outcome_of(price, shift("provider", "capacity")) == "wrong_kind"
    assert outcome_of(price, shift("unknown", "unknown")) == "unknown"
    assert outcome_of(price, shift("traffic", "traffic_mix")) == "wrong_family"
    assert outcome_of(price, None) == "untold"
    assert outcome_of(traffic, None) == "right"
    assert outcome_of(traffic, shift("provider", "silent_version")) == "wrong_family"


def test_what_was_never_found_took_for_ever():
    assert quantile([5, None, 7], 0.5) == 7
    assert quantile([5, None, None], 0.5) is None


def test_seeds():
    assert seed_range("20-22") == (20, 21, 22)
    for text in ("7", "9-20", "22-20", "a-b"):
        with pytest.raises(Fatal, match="--seeds"):
            seed_range(text)
