"""What people see: figures, pictures, panels, at the width of a small terminal too."""

import doctest
import io
import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from msgspec.structs import replace
from rich.console import Console, Group

from coagent.domain.money import MoneyRange
from coagent.domain.report import (
    DismissedReport,
    ModelReport,
    Notes,
    OpportunityReport,
    Percentiles,
    Place,
    Records,
    Rejections,
    Report,
    SegmentReport,
    ShiftReport,
    SignalReport,
    Skips,
    Spend,
    UnpricedModel,
)
from coagent.domain.segment import Segment
from coagent.domain.shift import Cause, Effect, Summary
from coagent.entrypoints.terminal import curve, distributions, lines, named_table, reach, reason_words, wording
from coagent.entrypoints.terminal.opportunity_panel import opportunities_view
from coagent.entrypoints.terminal.records_view import nothing_accepted, records_view
from coagent.entrypoints.terminal.report import report_view

SEGMENT = Segment("openai", "gpt-4", task="summary")
PLACE = Place(datetime(2026, 7, 1, 12, tzinfo=UTC), "r7")


def signal(name, before, after, *effect):
    return SignalReport(
        name=name,
        before=Summary(200, before),
        after=Summary(64, after),
        effect=Effect("cliffs_delta", *effect),
        p_value=0.001,
        q_value=0.002,
    )


SHIFT = ShiftReport(
    id="0123456789abcdef",
    segment=SEGMENT,
    status="open",
    onset=PLACE,
    raised=PLACE,
    signals=[
        signal("duration_s", 5.1, 0.92, -0.7, -0.8, -0.6),
        signal("output_tokens", 240, 4, -0.9, -0.96, -0.8),
        signal("error", 0.001, 0.02, 0.02, float("nan"), float("nan")),
    ],
    cause=Cause("provider", "silent_version", 0.93, ["answers are [red]shorter[/red]"]),
)
OPPORTUNITY = OpportunityReport(
    id="o",
    kind="repeated_prompts",
    segment=SEGMENT,
    title="Cache exact answers",
    monthly_savings_usd=MoneyRange(Decimal(112), Decimal(118), Decimal(131)),
    assumptions=["An answer may be used again."],
    evidence=[],
    action={},
    risk="It may be out of date.",
    validation="Shadow for a week.",
)
REPORT = Report(
    records=Records(
        2003,
        2000,
        3,
        [Rejections("time_out_of_range", 3, "log.jsonl:7", "time is before 2015 (epoch is in seconds), at $.time")],
        [Skips("not_a_model_request", 4, "log.jsonl:9")],
        [Notes("unread:gen_ai.usage.brand_new_tokens", 5, "log.jsonl:8", "a key that nothing reads")],
    ),
    segments=[
        SegmentReport(
            segment=SEGMENT,
            requests=2000,
            cost_usd=None,
            duration_s=Percentiles(4.2, 10.6, 12.9),
            success_rate=0.997,
        )
    ],
    shifts=[SHIFT],
    dismissed=[DismissedReport(segment=SEGMENT, signal="duration_s", raised=PLACE, why="it went away")],
    opportunities=[OPPORTUNITY],
    unpriced=[UnpricedModel(provider="openai", request_model="brand-new", requests=1200)],
)


def printed(view, width=100):
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(view)
    return console.export_text()


@pytest.mark.parametrize("module", [curve, distributions, lines, named_table, reach, reason_words, wording])
def test_examples(module):
    assert doctest.testmod(module).failed == 0


def test_each_part_is_there():
    text = printed(report_view(REPORT, 100))
    for part in (
        "2,003 records read, 2,000 requests accepted, 3 rejected, 4 skipped",
        "3  time_out_of_range  before 2015 or more than a day ahead",
        "time is before 2015 (epoch is in seconds), at $.time",
        "first at log.jsonl:7",
        "4  not_a_model_request  spans or events of other work than a request to a model",
        "unread:gen_ai.usage.brand_new_tokens  a usage key that nothing reads",
        "coagent sources (docs/sources.md)",
        "openai/gpt-4 · summary     2,000     -  4.2 s  10.6 s  12.9 s   99.7 %",
        "Silent model change",
        "provider, 93 % sure: the provider serves another model version without declaring it",
        "• answers are [red]shorter[/red]",
        "output tokens, median  \N{MINUS SIGN}98 %  Cliff's delta -0.90 (-0.96 to -0.80)",
        "it went away",
        "$118 a month ($112 to $131)",
        "openai/brand-new  1,200 requests  no price known",
        "COAGENT_INGEST__PRICES_FILE gives a model a price",
    ):
        assert part in text


def test_a_price_file_is_advised_only_where_it_helps():
    doubted = UnpricedModel(provider="openai", request_model="m", requests=2, why="contradictory_counts")
    text = printed(report_view(replace(REPORT, unpriced=[doubted]), 100))
    assert "openai/m  2 requests  token counts contradict each other" in text
    assert "PRICES_FILE" not in text


def test_names_and_figures_stay_whole_on_a_narrow_terminal():
    names = ["openai/gpt-4o", "anthropic/claude-sonnet-4-5-20250929"]
    spend = [
        Spend(
            by="model",
            name=name,
            requests=1000,
            requests_unpriced=0,
            cost_usd=Decimal(250),
            cost_usd_per_1k_requests=Decimal(250),
        )
        for name in names
    ]
    models = [
        ModelReport(
            provider=name.split("/")[0],
            request_model=name.split("/")[1],
            task="summary",
            requests=12_345,
            success_rate=0.9903,
            duration_s=Percentiles(p50=1.52, p95=12.5),
            time_to_first_token_s=Percentiles(p95=0.406),
            cost_usd=Decimal(250),
            cost_usd_per_1k_requests=Decimal("1234.5"),
            requests_unpriced=0,
            cached_input_share=0.9903,
        )
        for name in names
    ]
    text = printed(report_view(replace(REPORT, spend=spend, scorecard=models), 80), width=80)
    assert max(map(len, text.splitlines())) <= 80
    assert re.search(r"openai/gpt-4o +█{10}  \$250   50 % +\$250 +1,000", text)
    assert f"\n{names[1]} · summary\n" in text
    assert "12,345  99.03 %  1.52 s  12.5 s   0.406 s     $1,234  99.03 %" in text


def test_what_brings_no_money_promises_no_dollars():
    free = replace(OPPORTUNITY, monthly_savings_usd=MoneyRange(Decimal(0), Decimal(0), Decimal(0)))
    text = printed(Group(*opportunities_view([free])))
    assert "no money" in text
    assert "$0.00" not in text


def test_fits_a_narrow_terminal():
    assert max(map(len, printed(report_view(REPORT, 80), width=80).splitlines())) <= 80


def test_reasons_that_telemetry_brought_steer_nothing_and_stay_on_the_screen():
    rejections = [Rejections(f"unread:{n}\x1b[2J" + "x" * 300, 1, "p" * 300 + ":1", "y" * 500) for n in range(30)]
    text = printed(records_view(Records(1, 0, 30, rejections)), width=80)
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 80
    assert "20 more reasons" in text


def test_why_nothing_was_accepted_is_reported_without_a_list_that_is_not_there():
    records = Records(1, 0, 0, [], [Skips("not_a_model_request", 1, "a:1")])
    assert "1 skipped, most for not_a_model_request (first at a:1)" in nothing_accepted(records)
    assert "reject" not in nothing_accepted(records)


def test_nothing_found_is_reported():
    empty = Report(records=Records(0, 0, 0, []), segments=[], shifts=[], dismissed=[], opportunities=[])
    text = printed(report_view(empty, 100))
    assert "No shift" in text
    assert "None: nothing with a known price shows a saving." in text
