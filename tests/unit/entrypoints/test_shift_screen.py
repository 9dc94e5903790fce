"""A shift in the terminal: what is said and drawn, at any width, whatever the names hold."""

import io
import re

import numpy as np
import pytest
from msgspec.structs import replace
from rich.console import Console

from coagent.domain.explanation import Explanation, Neighbour
from coagent.domain.number_format import MINUS
from coagent.domain.segment import Segment
from coagent.domain.shift import QUANTILES, Cause, CostChange, Part, Summary
from coagent.entrypoints.terminal.shift_screen import LINES, shift_screen
from coagent.entrypoints.terminal.wording import words

from .shift_reports import (
    BARE,
    EVERYTHING,
    HARMFUL,
    LENGTHS,
    ONSET,
    ORDINARY,
    RECOVERED,
    alone,
    of_signals,
    shift,
    signal,
)


def screen(found, width=80, *, full=False):
    console = Console(width=width, record=True, file=io.StringIO(), force_terminal=True)
    console.print(shift_screen(found, width, full=full))
    return console.export_text()


def test_it_says_what_changed_how_it_was_found_who_else_why_and_what_next():
    text = screen(ORDINARY)
    for part in (
        f"answers shrank from 240 to 96 tokens ({MINUS}60 %)",
        "provider, 93 % sure: the provider serves another model version without",
        "worse by the figures. Paged.",
        "evidence, log10",
        f"output tokens, median  {MINUS}60 %  Cliff's delta -0.70 (-0.80 to -0.60)",
        "240 tokens  n=192",
        "error rate  difference +7.7 points (+4.7 to +10.7 points)",
        "also changed  openai/gpt-4 · search (1,200 requests)",
        "unchanged     openai/gpt-4-mini (53,000 requests)",
        "next  • Ask openai which version of gpt-4 serves since 2026-07-01 12:33:20",
        f"request {ONSET:,} ({ONSET - 3:,} to {ONSET + 6:,})",
        "open at",
        "coagent explain 0123456789abcdef --full   coagent accept 0123456789abcdef",
    ):
        assert part in text
    assert "passed by chance at most once in 1,000,000 requests" in screen(ORDINARY, 140)


def test_money_parts_and_why_it_did_not_page_are_there():
    known = replace(
        ORDINARY.shift,
        page=False,
        direction="better",
        held_because=["not_worse"],
        parts=[
            Part(dimension="task", name="faq", requests=640, effect=None, carries=True),
            Part(dimension="task", name=None, requests=64, effect=None, carries=False),
        ],
        cost=CostChange(requests_per_day=4000, usd_per_day=-12, low=-16, high=-8, priced_share=1),
    )
    text = screen(alone(known), 140)
    for part in (
        "Better. Not paged: it got better, nothing got worse.",
        "changed in    task faq (640)",
        "not in        task no task (64)",
        "cost          about $12 a day less ($8.00 to $16), at 4,000 requests a day",
        "• No action needed: it got better.",
    ):
        assert part in text


def test_who_is_hit_is_counted_and_a_neighbour_of_few_requests_says_nothing():
    parts = [
        Part(dimension="tenant", name=f"tenant-{at:02}", requests=40 - at, effect=None, carries=True) for at in range(8)
    ]
    quiet = Neighbour(segment=Segment("openai", "gpt-5-mini"), requests=1, shift=None)
    text = screen(Explanation(shift=replace(ORDINARY.shift, parts=parts), neighbours=[quiet]))
    assert "changed in    8 tenants: tenant-00 (40), tenant-01 (39)" in text
    assert "tenant-03 (37) and 4 more" in text
    assert "gpt-5-mini" not in text


def test_the_whole_cause_is_read_on_a_narrow_terminal():
    assert "declaring it" in screen(ORDINARY)


def test_the_curve_passes_the_threshold_where_the_alarm_stands():
    lines = screen(alone(of_signals(0))).splitlines()
    threshold = next(place for place, line in enumerate(lines) if "┄┄" in line)
    alarm = next(line for line in lines if "▲─" in line).rindex("▲")
    assert lines[threshold - 1][alarm] in "╭─"
    assert all(lines[threshold - 1][cell] in " │" for cell in range(alarm - 12, alarm - 1))


def test_where_it_began_is_seen_without_colour_and_before_the_alarm():
    foot = next(line for line in screen(alone(of_signals(1))).splitlines() if "▲─" in line)
    assert "▒" in foot
    assert foot.rindex("▒") < foot.rindex("▲")


def test_a_recovery_brings_the_curve_down_again():
    rising, falling = screen(alone(of_signals(0))), screen(RECOVERED)
    assert "╮" in falling.split("▲ alarm")[1].split("request 100")[0]
    assert "recovered" in falling
    assert "open at" in rising


@pytest.mark.parametrize("width", [60, 80, 100, 140, 250])
@pytest.mark.parametrize("name", EVERYTHING)
def test_it_fits_one_screen_of_forty_lines(name, width):
    assert len(screen(EVERYTHING[name], width).splitlines()) <= LINES == 40


@pytest.mark.parametrize("width", [80, 140])
def test_it_fits_where_everything_is_known_and_long(width):
    reasons = [f"{'long words and many of them ' * 9}{place}" for place in range(9)]
    parts = [
        Part(dimension="task", name=f"{'task' * 9}{place}", requests=9**place, effect=None, carries=place % 2 == 0)
        for place in range(9)
    ]
    still = [replace(signal("input_length", 900, 905, 0.01, 0.1), moved=False)]
    known = replace(
        of_signals(12),
        signals=[*of_signals(12).signals, *still],
        cause=Cause("provider", "quantization_or_stack", 0.9, reasons),
        parts=parts,
        cost=CostChange(requests_per_day=4000, usd_per_day=12, low=8, high=16, priced_share=0.4),
    )
    text = screen(Explanation(shift=known, neighbours=ORDINARY.neighbours * 9), width)
    assert len(text.splitlines()) <= LINES
    assert "did not change  input length" in text
    assert "coagent accept" in text


def test_what_is_spread_out_stays_visible_beside_what_is_narrow():
    narrow, wide = [5.0] * len(QUANTILES), [float(value) for value in np.linspace(4, 40, len(QUANTILES))]
    shape = replace(LENGTHS, before=Summary(192, 5.0, narrow), after=Summary(64, 22.0, wide))
    after = next(line for line in screen(alone(shift(shape))).splitlines() if "after   " in line)
    assert after.count("█") + after.count("▇") > 10


@pytest.mark.parametrize("width", [60, 80, 100, 160, 250])
@pytest.mark.parametrize("name", EVERYTHING)
def test_it_fits_every_width(name, width):
    lines = screen(EVERYTHING[name], width).splitlines()
    assert max(map(len, lines)) <= width
    assert len({len(line) for line in lines}) == 1


def test_all_of_it_is_shown_on_demand():
    every = screen(alone(of_signals(12)), full=True)
    assert all(words(one.name) in every for one in of_signals(12).signals)
    assert len(every.splitlines()) > LINES
    assert "--full" not in every


def test_what_is_not_known_is_not_drawn():
    text = screen(BARE)
    assert "evidence" not in text
    assert "Cliff's delta ? (? to ?)" in text
    assert "nan" not in text


def test_names_are_data():
    console = Console(width=120, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(shift_screen(HARMFUL, 120))
    written = console.file.getvalue()
    assert "\x1b" not in re.sub(r"\x1b\[[\d;]*m", "", written)
    assert "[red]b[/red]" in written
    assert "\u202e" not in written
