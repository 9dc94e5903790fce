"""A shift in the terminal: what is told and drawn, at any width, whatever the names hold."""

import io
import re

import pytest
from rich.console import Console

from coagent.entrypoints.terminal.shift_screen import shift_screen

from .shift_reports import ALARM, BARE, EVERYTHING, HARMFUL, ONSET, ORDINARY, RECOVERED, alone, of_signals


def screen(found, width=80):
    console = Console(width=width, record=True, file=io.StringIO(), force_terminal=True)
    console.print(shift_screen(found, width))
    return console.export_text()


def test_it_tells_how_it_was_found_what_moved_who_else_and_why():
    text = screen(ORDINARY)
    for part in (
        "evidence, log10, by request",
        "by chance at most once in 1,000,000 requests",
        "median output tokens   Cliff's delta -0.70 (-0.80 to -0.60)",
        "240 tokens  192 requests",
        "share of requests with error   difference +7.7 points (+4.7 to +10.7)",
        "moved at the same time",
        "• openai/gpt-4 · search 1,200 requests",
        "did not move",
        "• openai/gpt-4-mini 53,000 requests",
        "93% sure",
        f"request {ONSET:,} ({ONSET - 3:,} to {ONSET + 6:,})",
        f"{ALARM - ONSET + 1} requests into it",
        "open at",
    ):
        assert part in text


def test_the_curve_passes_the_threshold_where_the_alarm_stands():
    lines = screen(alone(of_signals(0))).splitlines()
    threshold = next(place for place, line in enumerate(lines) if "┄" in line)
    foot = next(line for line in lines if "▲" in line)
    alarm = foot.rindex("▲")
    assert lines[threshold - 1][alarm] in "╭─"
    assert all(lines[threshold - 1][cell] in " │" for cell in range(alarm - 12, alarm - 1))


def test_a_recovery_brings_the_curve_down_again():
    rising, falling = screen(alone(of_signals(0))), screen(RECOVERED)
    assert "╮" in falling.split("by chance")[0].split("around the onset")[1]
    assert "recovered" in falling
    assert "open at" in rising


@pytest.mark.parametrize("width", [60, 80, 100, 160, 250])
@pytest.mark.parametrize("name", EVERYTHING)
def test_it_fits_every_width(name, width):
    lines = screen(EVERYTHING[name], width).splitlines()
    assert max(map(len, lines)) <= width
    assert len({len(line) for line in lines}) == 1


def test_many_signals_are_cut_and_that_is_said():
    assert "and 4 more signals" in screen(alone(of_signals(12)))
    assert "more signals" not in screen(alone(of_signals(8)))


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
