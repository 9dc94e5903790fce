"""Each question that may be asked about a shift, on real views, as the role that may only read."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from coagent.adapters.postgres.investigate import PostgresInvestigator
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.domain.command import Accept, SaidCommand
from coagent.domain.inquiry import INQUIRIES, Found
from coagent.domain.segment import Segment
from coagent.narrate.inquiries import inquiry
from coagent.narrate.investigation import material_of
from tests.contract.samples import durations, rollup
from tests.shown_subjects import ONSET, change, row, swap

OWN = Segment("openai", "gpt-4", task="summary", tenant="acme")
SLOW = swap(signals=[change("duration_s", 2.0, 4.0, (0.8, 0.7, 0.9)), *swap().signals[3:]])


def minutes(segment: Segment, seconds_before: float, seconds_after: float) -> list:
    """Half an hour on each side of the onset's minute."""
    at = ONSET.replace(second=0)
    return [
        rollup(
            segment=segment,
            minute=at + timedelta(minutes=offset),
            requests=10,
            outcomes_known=10,
            errors=0,
            duration=durations(*[seconds_before if offset < 0 else seconds_after] * 10),
        )
        for offset in (-20, -10, 0, 1)
    ]


@pytest.fixture
def investigator(postgres_engine) -> PostgresInvestigator:
    store = PostgresTelemetryStore(postgres_engine)
    store.write_rollups(
        [
            *minutes(OWN, 2.0, 4.0),
            *minutes(replace(OWN, task="faq", tenant="zeta"), 2.0, 2.0),
            *minutes(Segment("openai", "gpt-4o"), 1.0, 1.0),
            *minutes(Segment("anthropic", "claude"), 3.0, 3.0),
        ]
    )
    earlier = {"onset": early(-900), "raised": early(-890), "updated": early(-800), "onset_low": 1, "onset_high": 999}
    deploy = replace(swap().cause, family="client", kind="deploy")
    own_deploy = swap(id="deploy-1", cause=deploy, segment=Segment("openai", "gpt-4o"), **earlier)
    store.write_shifts([SLOW, swap(id="past-1", status="accepted", **earlier), own_deploy])
    accept = Accept(id="c1", at=ONSET, by="ann", segment=OWN, shift="past-1")
    store.write_commands([SaidCommand(accept, "k", 0, 1)])
    return PostgresInvestigator(postgres_engine)


def early(seconds: int):
    return replace(row(1204 + seconds // 13), time=ONSET + timedelta(seconds=seconds))


async def claims(investigator: PostgresInvestigator, kind) -> list[str]:
    found = Found(kind, await investigator.look_up(inquiry(kind, SLOW)))
    return [one.text for one in material_of(SLOW, [found]).claims if one.heading == "Around it"]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (
            "by_task",
            ["median duration of task `summary` went from 2.01 s to 3.97 s", "median duration of task `faq` went from"],
        ),
        ("by_tenant", ["tenant `acme` went from 2.01 s to 3.97 s", "tenant `zeta` went from"]),
        ("by_endpoint", ["median duration of requests without endpoint went from 2.01 s to"]),
        ("by_hour", ["median duration was", "in the hour from 2026-03-01 14:00:00 UTC (40 requests)"]),
        ("other_models", ["median duration of model `gpt-4o` went from", "20 requests before, 20 after"]),
        ("other_providers", ["median duration of provider `anthropic` went from"]),
        ("deploys", ["a deploy of ours was noticed at 2026-03-01 13:48:22 UTC (shift `deploy-1`)"]),
        (
            "past_shifts",
            ["a change with this cause began at 2026-03-01 13:48:22 UTC (shift `past-1`) and was accepted"],
        ),
    ],
)
async def test_each_question_has_an_answer(investigator, kind, said):
    text = "\n".join(await claims(investigator, kind))
    assert kind in INQUIRIES
    for part in said:
        assert part in text


async def test_nothing_found_is_said_where_that_says_something(postgres_engine):
    nothing = PostgresInvestigator(postgres_engine)
    PostgresTelemetryStore(postgres_engine).write_shifts([SLOW])
    assert ["no deploy of ours was noticed in the day before"] == await claims(nothing, "deploys")
    assert [] == await claims(nothing, "by_task")
