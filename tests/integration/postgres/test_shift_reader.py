from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from coagent.adapters.postgres.shift_reader import PostgresShiftReader
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.domain.segment import Segment
from coagent.domain.shift import Effect, Shift, Summary
from tests.contract.samples import NOON, rollup, row, shift

SEARCH, MINI, OLD = Segment("openai", "gpt-4-search"), Segment("openai", "gpt-4-mini"), Segment("openai", "old")


def begun(ordinal: int, **changes: Any) -> Shift:
    alarm, raised, updated = (row(ordinal + rows) for rows in (30, 40, 50))
    return shift(onset=row(ordinal), alarm=alarm, raised=raised, updated=updated, **changes)


@pytest.fixture
def reader(postgres_engine: Engine) -> PostgresShiftReader:
    telemetry = PostgresTelemetryStore(postgres_engine)
    telemetry.write_shifts(
        [
            shift(id="aa1"),
            begun(1100, id="aa2", segment=SEARCH),
            begun(4600, id="b%", segment=MINI),
            begun(900, id="c", segment=Segment("mistral", "small")),
        ]
    )
    day = NOON - timedelta(days=2)
    telemetry.write_rollups(
        [rollup(), rollup(part="1-3", requests=5), rollup(segment=MINI, requests=70), rollup(segment=OLD, minute=day)]
    )
    return PostgresShiftReader(postgres_engine)


def test_a_shift_comes_back_by_how_its_id_starts(reader: PostgresShiftReader) -> None:
    assert [shift(id="aa1")] == reader.named("aa1", 2)
    assert ["aa1", "aa2"] == [one.id for one in reader.named("a", 9)]
    assert ["b%"] == [one.id for one in reader.named("b%", 9)]
    assert [] == reader.named("%", 9)


def test_the_newest_began_last(reader: PostgresShiftReader) -> None:
    assert ["b%", "aa2"] == [one.id for one in reader.newest(2)]


def test_it_is_explained_among_its_providers_segments(reader: PostgresShiftReader) -> None:
    found = reader.explained(shift(id="aa1"))

    assert found.shift.evidence == shift().evidence
    assert [(SEARCH, None, "aa2"), (MINI, 70, None)] == [
        (one.segment, one.requests, one.shift) for one in found.neighbours
    ]


def test_unknown_figures_come_back_as_such(reader: PostgresShiftReader, postgres_engine: Engine) -> None:
    nan = float("nan")
    [signal] = shift().signals
    unknown = type(signal)(
        name="output_tokens",
        unit="tokens",
        before=Summary(0, nan),
        after=signal.after,
        effect=Effect("cliffs_delta", nan, nan, nan),
        p_value=None,
        q_value=None,
    )
    PostgresTelemetryStore(postgres_engine).write_shifts([shift(id="nan", signals=[unknown])])

    [found] = reader.named("nan", 1)
    assert str(found.signals) == str([unknown])
