from decimal import Decimal

import pytest

from coagent.narrate.moments import moments
from coagent.narrate.quantities import quantities, same


def one(text):
    (found,) = quantities(text)
    return found


@pytest.mark.parametrize(
    ("text", "value", "dimension"),
    [
        ("1,234", "1234", None),
        ("$1.2k", "1200", "usd"),
        ("3.5 M tokens", "3500000", "tokens"),
        ("3.5M tokens", "3500000", "tokens"),
        ("38 %", "0.38", "share"),
        ("38percent", "0.38", "share"),
        ("-0.61", "-0.61", None),
        ("\u22120.61", "-0.61", None),
        ("320 ms", "0.32", "time"),
        ("2 minutes", "120", "time"),
        ("1e-5", "0.00001", None),
        ("95th", "95", "th"),
    ],
)
def test_reads_numbers_as_people_write_them(text, value, dimension):
    assert (Decimal(value), dimension) == (one(text).value, one(text).dimension)


def test_the_last_unit_of_a_range_counts_for_both():
    assert [Decimal("0.02"), Decimal("0.06")] == [quantity.value for quantity in quantities("2 → 6 %")]


@pytest.mark.parametrize(
    ("written", "fact", "expected"),
    [
        ("1234", "1,234", True),
        ("38 %", "0.38 share", True),
        ("38 %", "38.2 %", True),
        ("39 %", "38.2 %", False),
        ("0.3 s", "320 ms", False),
        ("0.32 s", "320 ms", True),
        ("320 tokens", "320 ms", False),
        ("5", "4.6", False),
        ("0.61", "-0.61", True),
        ("+0.61", "-0.61", False),
        ("12k", "12,345", True),
        ("12,000", "12,345", False),
    ],
)
def test_what_counts_as_the_same(written, fact, expected):
    assert expected == same(one(written), one(fact))


def test_numbers_within_words_are_none():
    assert [] == quantities("gpt4 and p95")


def test_dates_and_times():
    found = list(moments("2026-03-01T14:03:22Z, 1 March 2026, March 2nd, 14:05 UTC, yesterday, 3/1/2026, 9:00 PST"))
    assert {(2026, 3, 1), (None, 3, 2), None} == {moment.date for moment in found}
    assert {(14, 3, 22), (14, 5, None), None} == {moment.clock for moment in found}
    assert ["yesterday", "3/1/2026", "9:00 PST"] == sorted(
        (m.text for m in found if m.date is None and m.clock is None), key=["yesterday", "3/1/2026", "9:00 PST"].index
    )
