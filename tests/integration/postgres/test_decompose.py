"""How much of a change is mix and how much is within tasks and tenants, on real views."""

from datetime import timedelta
from decimal import Decimal

import pytest

from coagent.adapters.postgres.investigate import PostgresInvestigator
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.domain.inquiry import Found
from coagent.domain.segment import Segment
from coagent.narrate.inquiries import inquiry
from coagent.narrate.investigation import material_of
from tests.contract.samples import durations, rollup
from tests.shown_subjects import ONSET, swap


def group(task, offset, requests, *each, tenant=None):
    """One minute of an account; `each`: seconds of one request, and USD of all, None where unknown."""
    seconds, usd = each
    return rollup(
        segment=Segment("openai", "gpt-4", task=task, tenant=tenant),
        minute=ONSET.replace(second=0) + timedelta(minutes=offset),
        requests=requests,
        duration=durations(*[seconds] * requests),
        cost_usd=None if usd is None else Decimal(usd),
        cost_known=0 if usd is None else requests,
    )


BEFORE, AFTER = -10, 1
MIX = [
    group("long", BEFORE, 10, 4.0, "0.40"),
    group("short", BEFORE, 30, 1.0, "0.30"),
    group("long", AFTER, 30, 4.0, "1.20"),
    group("short", AFTER, 10, 1.0, "0.10"),
]
WITHIN = [
    group("long", BEFORE, 20, 2.0, "0.40"),
    group("short", BEFORE, 20, 1.0, "0.20"),
    group("long", AFTER, 20, 4.0, "0.80"),
    group("short", AFTER, 20, 1.0, "0.20"),
]
BOTH = [
    group("long", BEFORE, 10, 2.0, None, tenant="acme"),
    group("long", BEFORE, 30, 1.0, None, tenant="zeta"),
    group("long", AFTER, 20, 3.0, None, tenant="acme"),
    group("long", AFTER, 20, 1.0, None, tenant="zeta"),
]
NEW = [
    group(None, BEFORE, 30, 1.0, "0.30"),
    group(None, AFTER, 30, 1.0, "0.30"),
    group("new", AFTER, 10, 5.0, "0.50"),
]


async def rows(engine, rollups) -> dict[str, dict]:
    PostgresTelemetryStore(engine).write_rollups(rollups)
    found = await PostgresInvestigator(engine).look_up(inquiry("decompose", swap()))
    return {one["name"]: one for one in found}


@pytest.mark.parametrize(
    ("rollups", "measure", "figures"),
    [
        (MIX, "cost_usd", (0.0175, 0.0325, 0.015, 0.0)),
        (MIX, "duration_s", (1.75, 3.25, 1.5, 0.0)),
        (WITHIN, "cost_usd", (0.015, 0.025, 0.0, 0.01)),
        (WITHIN, "duration_s", (1.5, 2.5, 0.0, 1.0)),
        (BOTH, "duration_s", (1.25, 2.0, 0.375, 0.375)),
        (NEW, "cost_usd", (0.01, 0.02, 0.01, 0.0)),
    ],
)
async def test_the_parts_are_those_of_the_formula(postgres_engine, rollups, measure, figures):
    row = (await rows(postgres_engine, rollups))[measure]
    near = 0.0 if measure == "cost_usd" else 0.02 * (figures[0] + figures[1])
    expected = dict(zip(("before", "after", "mix", "within"), figures, strict=True))
    assert expected == pytest.approx({name: row[name] for name in expected}, abs=near + 1e-12)
    assert row["after"] - row["before"] == pytest.approx(row["mix"] + row["within"])


async def test_what_is_unknown_on_a_side_has_no_row(postgres_engine):
    assert {"duration_s"} == set(await rows(postgres_engine, BOTH))


async def test_what_came_after_alone_is_no_change(postgres_engine):
    assert {} == await rows(postgres_engine, [group("one", AFTER, 10, 1.0, "1")])


async def test_it_is_said_with_its_figures(postgres_engine):
    PostgresTelemetryStore(postgres_engine).write_rollups(MIX)
    found = Found("decompose", await PostgresInvestigator(postgres_engine).look_up(inquiry("decompose", swap())))
    said = [one.text for one in material_of(swap(), [found]).claims if one.heading == "Around it"]
    assert said[0] == (
        "mean cost of a priced request went from 0.0175 to 0.0325 USD (+86 %), +0.015 USD by the mix of tasks and "
        "tenants and 0 USD within them, around that time: 40 requests before, 40 after"
    )
    assert said[1].startswith("mean duration went from ")
