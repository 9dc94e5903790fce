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
from coagent.bench.goals import GOALS, reached
from coagent.bench.picture import draw
from coagent.bench.progress import untracked
from coagent.bench.sections.cases import Label, Reported, delay_of, judged
from coagent.bench.sections.causes import calibration, outcome_of
from coagent.bench.sections.demo import DemoRun
from coagent.bench.sections.nulls import Null
from coagent.bench.sections.power import ALL, LONE, Power
from coagent.bench.sections.promise import Promise
from coagent.bench.sections.quantiles import quantile
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
    power_before=(100,),
    power_after=200,
    limit_before=400,
    tenants=2,
    tenants_before=200,
    alone_before=60,
    null_rows=400,
    longest_null=400,
    promise_streams=1,
    demo_runs=1,
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
        "seeds", "cases", "variants", "rivals", "nulls", "power", "promise", "causes", "demo", "cost", "goals",
    ]  # fmt: skip
    assert found["seeds"] == [1000]
    assert found["causes"] is None
    assert [one["goal"] for one in found["goals"]] == [one.name for one in GOALS]


def test_the_case_is_found_and_reported_in_rows_of_its_file(report):
    [case] = report.cases
    assert (case.right, case.family, case.false) == (True, "provider", 0)
    assert 0 < case.rows_to_alarm <= case.rows_to_page <= 40
    assert abs(case.onset_error) <= 5


def test_rivals_see_the_rows_of_the_case(report):
    found = {one.rival: one for one in report.rivals}
    assert set(found) == {"ADWIN", "PageHinkley", "three sigma", "always"}
    assert (found["always"].rows_to_alarm, found["always"].false) == (1, 2 * 300)
    assert 0 < found["ADWIN"].rows_to_alarm < 100


def test_a_large_change_is_found_soon_in_one_tenant_and_in_two(report):
    whole = [one for one in report.power if one.share == 1 and one.change == "location 3 sd"]
    assert [(one.tenants, one.found) for one in whole] == [(1, 1.0), (2, 1.0)]
    assert all(one.median <= 40 for one in whole)


def test_every_pattern_without_a_change_is_counted(report):
    assert {one.stream_rows for one in report.nulls} == {400}
    assert len({one.pattern for one in report.nulls}) == len(report.nulls)


def test_the_demo_is_found(report):
    [run] = report.demo
    assert 0 < run.rows_to_alarm <= run.rows_to_page <= 150
    assert run.false == 0


def test_it_can_be_seen(report, tmp_path):
    console = Console(width=200, file=StringIO())
    console.print(detection_view(report, reached(report)))
    text = console.file.getvalue()
    for part in ("Labelled cases", "PageHinkley", "Nothing changed", "over tenants", "The demo's", "Cost a row"):
        assert part in text
    draw(report, tmp_path / "detection.svg")
    picture = (tmp_path / "detection.svg").read_text()
    for part in ("swap", "coagent", "ADWIN", "topics", "rows before the change"):
        assert part in picture


def test_a_picture_of_nothing_can_be_drawn(tmp_path):
    draw(DetectionReport(seeds=[1000]), tmp_path / "nothing.png")
    assert (tmp_path / "nothing.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(Fatal, match="svg"):
        draw(DetectionReport(seeds=[1000]), tmp_path / "nothing.what")


def goals_of(**figures):
    found = reached(DetectionReport(seeds=[1000], **figures))
    return {one.goal: (one.measured, one.met) for one in found if one.measured is not None}


def test_goals_of_cases_are_met_or_not_or_not_measured():
    assert goals_of() == {}
    found = judged("one", Label(100, "shift", 300), [reported("provider", 130)], 0)
    missed = judged("two", Label(100, "shift", 300), [], 0)
    better = judged("three", Label(100, "improvement", 300), [reported("provider", None)], 0)
    assert goals_of(cases=[found, missed, better]) == {
        "cases: shifts found": (50, False),
        "cases: false reports": (0, True),
        "cases: improvements reported, not paged": (100, True),
        "cases: median rows to the alarm": (31, False),
        "cases: 90th percentile": (31, True),
    }


def null(pattern, pages):
    return Null(pattern=pattern, stream_rows=400, rows=400, alarms=0, reported=0, pages=pages, places=[])


def test_one_null_pattern_may_page_now_and_then():
    assert goals_of(nulls=[null("day cycle and bursts", 25), null("topics", 0)]) == {
        "null: pages a million rows, day cycle and bursts": (25, True),
        "null: pages a million rows, worst other pattern": (0, True),
    }


def powered(median, *, before, tenants=1, who="alike", signals=LONE, named=None, change="location 1 sd"):
    return Power(
        change=change, share=1.0, rows_before=before, tenants=tenants, who=who, signals=signals, runs=1, found=1.0,
        median=median, p90=median, limit=20, named=named, false=0,
    )  # fmt: skip


def test_delays_are_set_beside_the_limit_and_beside_one_tenant():
    every = [
        powered(24, before=10_000),
        powered(40, before=10_000, signals=ALL),
        powered(30, before=4_000),
        powered(60, before=4_000, tenants=50, who="unlike"),
        powered(50, before=500),
        powered(90, before=25_000, tenants=50, who="one", named=0.5),
    ]
    assert goals_of(power=every) == {
        "location 1 sd, one signal: median over Lorden's": (1.2, True),
        "location 1 sd, all signals: median over Lorden's": (2.0, False),
        "+1 sd in 50 unlike tenants over one tenant": (2.0, False),
        "+1 sd in one tenant of 50 over its own stream": (1.8, True),
        "that tenant named": (50.0, False),
    }


def test_a_promise_is_broken_only_where_that_is_sure():
    kept = Promise(tenants=1, rows=200, streams=10, alarmed=0.3, low=0.1, high=0.6, promised=0.2)
    assert goals_of(promise=[kept]) == {"false alarms within T rows over T / A, at least": (0.5, True)}


def test_the_slowest_run_of_the_demo_counts():
    runs = [
        DemoRun(run=number, rows_to_alarm=rows, rows_to_page=rows, kind=kind, confidence=0.9, false=0)
        for number, (rows, kind) in enumerate([(60, "quantization_or_stack"), (None, None)])
    ]
    assert goals_of(demo=runs) == {
        "demo: rows to the page": (float("inf"), False),
        "demo: named quantization, stack or version": (50, False),
    }


def test_goals_that_were_not_measured_are_said_to_be():
    console = Console(width=100, file=StringIO())
    empty = DetectionReport(seeds=[1000])
    console.print(detection_view(empty, reached(empty)))
    text = console.file.getvalue()
    assert text.count("not measured") == len(GOALS) + 1
    assert f"0 of 0 goals met, {len(GOALS)} not measured" in text


def reported(family, page, raised=None, onset=100):
    return Reported(family, "silent_version", 0.9, "worse", onset, raised or page or onset + 5, page)


@pytest.mark.parametrize(
    ("expect", "shifts", "right", "false"),
    [
        ("shift", [reported("provider", 110)], True, 0),
        ("shift", [reported("provider", None, raised=110)], True, 0),
        ("shift", [reported("provider", 90)], False, 1),
        ("shift", [reported("client", 110)], False, 0),
        ("shift", [reported("unknown", None)], False, 0),
        ("hard", [reported("provider", 110)], True, 0),
        ("hard", [], False, 0),
        ("none", [], True, 0),
        ("none", [reported("unknown", None)], True, 0),
        ("none", [reported("provider", 110)], False, 1),
        ("none", [reported("provider", None)], False, 1),
        ("traffic_mix", [reported("traffic", None)], True, 0),
        ("traffic_mix", [reported("client", 110)], False, 1),
        ("improvement", [reported("provider", None)], True, 0),
        ("improvement", [reported("provider", 110)], False, 1),
        ("improvement", [], False, 0),
    ],
)
def test_a_case_is_judged_by_its_label(expect, shifts, right, false):
    case = judged("x", Label(100 if expect != "none" else None, expect, 300), shifts, 0)
    assert (case.right, case.false) == (right, false)


def test_rows_to_the_page_count_from_the_change_and_include_it():
    case = judged("x", Label(100, "shift", 300), [reported("provider", 100, onset=97)], 0)
    assert (case.rows_to_page, case.rows_to_alarm, case.onset_error) == (1, 1, -3)


def test_alarms_before_a_change_are_false():
    assert delay_of(Label(100, "hard", 300), [40, 104, 200]) == (5, 1)
    assert delay_of(Label(100, "shift", 300), [40]) == (None, 1)
    assert delay_of(Label(100, "traffic_mix", 300), [40, 104]) == (None, 2)


def test_calibration_counts_by_what_was_stated():
    bands = calibration([(0.9, True), (1.0, False), (0.7, True), (0.2, False)])
    assert [(one.low, one.reported, one.right) for one in bands] == [
        (0.0, 1, 0.0),
        (0.5, 0, None),
        (0.7, 1, 1.0),
        (0.9, 2, 0.5),
    ]


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
    assert outcome_of(price, None) == "unreported"
    assert outcome_of(traffic, None) == "right"
    assert outcome_of(traffic, shift("provider", "silent_version")) == "wrong_family"


def test_what_was_never_found_took_for_ever():
    assert quantile([5, None, 7], 0.5) == 7
    assert quantile([5, None, None], 0.5) is None


def test_seeds():
    assert seed_range("1020-1022") == (1020, 1021, 1022)
    for text in ("7", "999-1020", "22-20", "a-b"):
        with pytest.raises(Fatal, match="--seeds"):
            seed_range(text)
