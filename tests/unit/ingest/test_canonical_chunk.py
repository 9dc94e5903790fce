"""The quick way makes of every message what the strict way makes of it, or leaves it alone."""

import json
import random
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from coagent.domain.batch import Source
from coagent.domain.request import Request
from coagent.ingest.columns.canonical_chunk import read_chunk
from coagent.ingest.columns.columnar import batch_of, number_columns, text_columns
from coagent.ingest.columns.row import row_of
from coagent.ingest.columns.table import merged, table_of
from coagent.ingest.formats import canonical
from coagent.ingest.options import MAX_RECORD_BYTES, DecodeOptions
from coagent.ingest.record import Record
from coagent.steps import ingest
from coagent.steps.ingest import IngestStep

from .test_canonical import LEAST, OPTIONS, message
from .test_fuzz import SEEDS, mutated, mutated_bytes, mutated_json

SOURCE = Source("c", "t", 0)
NAMES = Record.__struct_fields__
NUMBERS = [
    "0", "-0", "-0.0", "1", "12", "-7", "1.5", "0.1", "45.0", "1e3", "1E-7", "1.0e+2", "123456789012345678",
    "1234567890123456789", "9007199254740993", "0.30000000000000004", "2.2250738585072014e-308", "1e400", "1e-400",
    "0.1234567890123456789012345678901234567890", "1782907200", "1782907200.25", "1782907200.1234565",
    "1782907200.123456789012", "9223372036854775807", "1000000000000", "1000000000001", "01", "1.", ".5", "+1", "1e",
    "1e+", "--1", "0x1", "1_0", "NaN", "Infinity", "-Infinity", "tru", "true", "false", "null", "nul", "True", "1 2",
    "99999999999999999999999999999999.5e-30", "1e22", "1e23", "9007199254740992e22", "4.35", "0.000001", "1e-6",
]  # fmt: skip
TEXTS = [
    '""', '"a"', '"ok"', '"error"', '"okay"', '"caf\u00e9"', '"a\\u0062"', '"a\\"b"', '"a b"', '"\t"', '"\x7f"',
    '"(other)"', '"(all)"', '"  "', "\"'\"", '"{"', '"}"', '","', '":"',
    '"' + "x" * 512 + '"', '"' + "x" * 513 + '"', '"a', 'a"', '"a""b"', '"2026-07-01T12:00:00Z"',
    '"2026-07-01T12:00:00.1Z"', '"2026-07-01T12:00:00.1234565Z"', '"2026-07-01T12:00:00.1234555+05:30"',
    '"2026-07-01T12:00:00.9999999Z"', '"2026-07-01T12:00:00.123456789-00:00"', '"2026-07-01T12:00:00.Z"',
    '"2026-07-01T12:00:00.1234567891Z"', '"2026-07-01T12:00:60Z"', '"2026-07-01T24:00:00Z"', '"2026-02-29T00:00:00Z"',
    '"2024-02-29T23:59:59Z"', '"2026-07-01 12:00:00Z"', '"2026-07-01t12:00:00z"', '"2026-07-01T12:00:00"',
    '"2026-07-01T12:00:00+24:00"', '"2026-07-01T12:00:00+23:59"', '"2026-07-01T12:00:00+0200"',
    '"2026-13-01T00:00:00Z"',
    '"2026-07-00T12:00:00Z"', '"2014-12-31T23:59:59Z"', '"2015-01-01T00:00:00+00:01"', '"1969-07-01T12:00:00Z"',
    '"2026-07-0 T12:00:00Z"', '"2026/07/01T12:00:00Z"', '"2026-07-01T12:00:00 Z"', '"-026-07-01T12:00:00Z"',
]  # fmt: skip
OTHERS = [
    "[]",
    "{}",
    "[1,2]",
    '{"a":1}',
    '{"a":1,"a":2}',
    '["a","b"]',
    "[[[]]]",
    "",
    ",",
    "]",
    "}",
    "[" * 40 + "]" * 40,
]
KEYS = [
    *NAMES,
    *NAMES[:3],
    "time",
    "region",
    "shard",
    "attributes",
    "provider ",
    "Provider",
    "",
    "a\\u0062",
    "caf\u00e9",
    "prompt",
]


def strict_rows(values, options):
    found = [canonical.decode(value, options)[0] for value in values]
    return [row_of(outcome) if isinstance(outcome, Request) else None for outcome in found]


def segments(table):
    return [[None if code < 0 else table.values[code] for code in row] for row in table.codes[:, :5].tolist()]


def batch(table):
    shares = [(table, np.arange(len(table)))]
    return batch_of(None, SOURCE, shares, number_columns(shares), text_columns(shares))


def check(values, options=OPTIONS):
    """How many were read the quick way, each as the strict way reads it, whatever stands before and behind it."""
    table, left = read_chunk(list(enumerate(values, 10)), options)
    read = sorted(set(range(len(values))) - set(left.tolist()))
    strict = strict_rows(values, options)
    assert len(table) == len(read)
    assert None not in [strict[place] for place in read]
    if read:
        expected = table_of([(strict[place], 10 + place, 0) for place in read])
        assert (segments(table), batch(table)) == (segments(expected), batch(expected))
    return len(read)


def written(pairs, space):
    return ("{" + ",".join(f'{space}"{key}"{space}:{space}{value}{space}' for key, value in pairs) + "}").encode()


raw_values = st.one_of(st.sampled_from(NUMBERS), st.sampled_from(TEXTS), st.sampled_from(OTHERS))
floats = st.floats(min_value=0, max_value=1e9).map(repr)
micros = st.integers(1_420_000_000_000_000, 1_783_000_000_000_000)
moments = micros.map(lambda since: json.dumps(f"{np.datetime64(since, 'us')}Z"))
pairs = st.lists(st.tuples(st.sampled_from(KEYS), st.one_of(raw_values, floats)), max_size=6)
times = st.one_of(moments, floats, raw_values)
messages = st.lists(st.tuples(pairs, times, st.sampled_from(["", " ", "\n"])), max_size=4)


@pytest.mark.parametrize("examples", [400, pytest.param(4000, marks=pytest.mark.slow)])
def test_well_formed_and_odd_messages_side_by_side(examples):
    search = given(messages=messages, whole=st.booleans())(well_formed_and_odd)
    settings(max_examples=examples, deadline=None)(search)()


def well_formed_and_odd(messages, whole):
    values = []
    for extra, time, space in messages:
        least = [("time", time), ("provider", '"openai"'), ("request_model", '"gpt-4"')]
        values.append(written([*least, *extra] if whole else extra + least[len(extra) % 2 :], space))
    if values:
        check(values)


@pytest.mark.parametrize("field", [*NAMES, "region"])
def test_every_odd_value_in_every_field(field):
    least = {"time": '"2026-07-01T12:00:00Z"', "provider": '"openai"', "request_model": '"gpt-4"'}
    values = [written((least | {field: text}).items(), "") for text in [*NUMBERS, *TEXTS, *OTHERS]]
    assert sum(check([value]) for value in values) == check(values) > 0


@settings(max_examples=1000, deadline=None)
@given(cuts=st.lists(st.integers(0, 400), max_size=4), doubled=st.booleans())
@example(cuts=[30], doubled=False)
def test_messages_that_are_cut_anywhere_are_not_read_as_others(cuts, doubled):
    text = message(task="a", seed=3, region="eu") * (3 if doubled else 2)
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    check([text[a:b] for a, b in pairwise(places)])


def test_mutated_messages():
    rng = random.Random(7)
    values = [rng.choice((mutated_json, mutated_bytes))(rng.choice(SEEDS[:2]), rng) for _ in range(4000)]
    quick = sum(check(values[start : start + 50]) for start in range(0, len(values), 50))
    assert quick > 300


@pytest.mark.parametrize("seed", range(3))
def test_a_step_makes_the_same_of_a_chunk_with_and_without_the_quick_way(monkeypatch, seed):
    rng = random.Random(seed)
    plain = [message(request_id=str(n), task=rng.choice("abc"), output_tokens=n) for n in range(200)]
    chunks = [rng.choices(plain, k=30) + [mutated(rng) for _ in range(rng.choice((0, 5)))] for _ in range(20)]
    for chunk in chunks:
        rng.shuffle(chunk)

    def outcome():
        step = IngestStep(options=OPTIONS, prices=None, flush_rows=40, flush_age_s=1, max_rows=300, max_segments=20)
        found, offset = [], 0
        for chunk in chunks:
            step.feed(SOURCE, list(enumerate(chunk, offset)), 0.0)
            offset += len(chunk)
            found += [step.take(0.0), step.take_dead_letters(), step.committable()]
        return [*found, step.take(0.0, everything=True), step.counts]

    quick = outcome()
    nothing = table_of([])
    monkeypatch.setattr(ingest, "read_chunk", lambda records, _: (nothing, np.arange(len(records))))
    assert quick == outcome()


def test_ordinary_messages_are_read_the_quick_way():
    ordinary = [
        message(),
        message(time=1782907200.123456),
        message(task="a", region="eu", shard=3),
        json.dumps(
            LEAST | {"duration_s": 0.12345678901234567, "tenant": None, "task": ""}, separators=(",", ":")
        ).encode(),
        message(**dict.fromkeys(("input_tokens", "output_tokens", "attempt"), 1), stream=True, status="error"),
    ]
    assert check(ordinary) == len(ordinary)


def test_what_is_not_plainly_in_order_is_left_to_the_strict_way():
    odd = [
        message(task="caf\u00e9"),
        message(x={"a": 1}),
        message(x=[]),
        message()[:-1] + b', "provider": "azure"}',
        message()[:-1] + b', "x": 1, "x": 2}',
        message(time="2014-01-01T00:00:00Z"),
        message(time=1e12),
        message(task="x" * 600),
        message(task="x" * MAX_RECORD_BYTES),
        b"{",
        b"",
    ]
    assert check([message(), *odd, message(task="b")]) == 2
    assert check(odd) == 0
    assert check([b""]) == 0


def test_many_texts_that_share_a_place_in_the_hash_table_are_read_all_the_same():
    values = [message(request_id=f"{n:04d}", task=f"{n % 7}", tenant=f"{n % 3}") for n in range(3000)]
    assert check(values, DecodeOptions(now_s=OPTIONS.now_s)) == len(values)


def test_tables_are_merged_in_the_order_of_their_rows():
    values = [message(request_id=str(n), task="a" if n % 2 else None) for n in range(6)]
    rows = strict_rows(values, OPTIONS)
    placed = [(row, offset, 0) for offset, row in enumerate(rows)]
    halves = [table_of(placed[1::2]), table_of(placed[::2])]
    assert batch(merged(halves)) == batch(table_of(placed))
    assert datetime.fromtimestamp(merged(halves).numbers[0, 0], UTC) == datetime(2026, 7, 1, 12, tzinfo=UTC)
