"""Whom people mean: a shift or a segment by what they have at hand, and clear words where that is not one."""

from typing import Any

import pytest
from sqlalchemy import Engine

from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.domain.errors import Fatal
from coagent.domain.segment import Segment
from coagent.entrypoints.cli.accept import accept
from coagent.entrypoints.control.parts import Meant, the_parts
from coagent.entrypoints.control.say import lasting
from coagent.entrypoints.control.target import checked, the_segment, the_shift
from coagent.settings import Settings
from tests.contract.samples import SEGMENT, detectors, rollup, row, shift

CHAT = Segment("openai", "gpt-4", task="chat", tenant="shop")
ID = "00d8457c7bb9a363"


@pytest.fixture
def settings(postgres_engine: Engine, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("COAGENT_POSTGRES__URL", postgres_url)
    store = PostgresTelemetryStore(postgres_engine)
    store.write_rollups([rollup(), rollup(segment=CHAT), rollup(segment=Segment("openai", "gpt-4o"))])
    pooled = shift(id="ffd8457c7bb9a363", segment=SEGMENT.pool, onset=row(1001))
    store.write_shifts([shift(id=ID), shift(id="00ff457c7bb9a363", status="recovered"), pooled])
    return Settings()


@pytest.mark.parametrize(
    "named", [SEGMENT.id, SEGMENT.key().decode(), "openai/gpt-4 · summary", "summary", ID, ID[:5], SEGMENT.id[:7]]
)
def test_a_segment_has_many_names(settings: Settings, named: str) -> None:
    assert the_segment(settings, named) == SEGMENT


@pytest.mark.parametrize(
    ("named", "reported"),
    [
        ("openai/gpt-4", r"names 2 segments: .*; name one by its id"),
        ("openai/gpt-5", r"no shift and no segment starts with 'openai/gpt-5'; the nearest: "),
        ("00", rf"several shifts start with '00'; name one of {ID}"),
    ],
)
def test_what_names_no_single_segment_is_reported(settings: Settings, named: str, reported: str) -> None:
    with pytest.raises(Fatal, match=reported):
        the_segment(settings, named)


def test_a_shift_by_the_beginning_of_its_id_or_as_the_last(settings: Settings) -> None:
    assert the_shift(settings, ID[:4]).id == ID
    assert the_shift(settings, "f").id == the_shift(settings, "last").id == "ffd8457c7bb9a363"
    with pytest.raises(Fatal, match="several shifts start with '00'"):
        the_shift(settings, "00")
    with pytest.raises(Fatal, match=rf"no shift starts with '00d8x'; the nearest: {ID}, .*`coagent shifts` lists all"):
        the_shift(settings, "00d8x")


def test_what_cannot_be_accepted_is_reported_before_anything_is_sent(settings: Settings) -> None:
    assert settings
    with pytest.raises(Fatal, match="is recovered already: there is nothing to accept"):
        accept("00ff457c7bb9a363")
    with pytest.raises(Fatal, match="is of many streams together and cannot be accepted"):
        accept("ffd8457c7bb9a363")


@pytest.mark.parametrize("text", ["2", "0h", "-1h", "two hours", "h", "1y", ""])
def test_a_length_of_time_has_a_unit(text: str) -> None:
    with pytest.raises(Fatal, match="say a number with its unit, such as 30m, 2h or 1d"):
        lasting(text)


def test_a_misspelt_signal_is_reported_with_the_right_ones() -> None:
    with pytest.raises(Fatal, match=r"--signal latency: signals are time_to_first_token_s"):
        checked(["latency"])


ACME = Segment("openai", "gpt-4", task="chat", tenant="acme")


def test_what_is_muted_is_named_by_provider_model_task_or_tenant(settings: Settings, postgres_engine: Engine) -> None:
    store = PostgresTelemetryStore(postgres_engine)
    claude = Segment("anthropic", "claude", "eu", tenant="acme")
    store.write_rollups([rollup(segment=one) for one in (ACME, claude, Segment("gone", "old", tenant="acme"))])
    store.write_detectors([detectors(segment=one.stream) for one in (ACME, claude)])

    def names(**meant: Any) -> list[str]:
        return [one.label for one in the_parts(settings, Meant(meant.pop("target", None), **meant))]

    assert names(tenant="acme") == ["anthropic/claude · acme · eu", "openai/gpt-4 · acme"]
    assert names(provider="openai") == ["openai/gpt-4"]
    assert names(model="gpt-4", task="chat", tenant="acme") == ["openai/gpt-4 · chat · acme"]
    assert names(target=ID, tenant="acme") == ["openai/gpt-4 · summary · acme"]
    for nothing in ({"tenant": "nobody"}, {"provider": "anthropic", "model": "gpt-4"}):
        with pytest.raises(Fatal, match="no stream fits"):
            names(**nothing)
    with pytest.raises(Fatal, match="say what is meant"):
        names()
    with pytest.raises(Fatal, match="not both"):
        names(target=ID, provider="openai")


def test_a_shifts_group_is_all_that_changed_with_it(settings: Settings, postgres_engine: Engine) -> None:
    mini, far = Segment("openai", "gpt-4-mini"), Segment("mistral", "small")
    hour = {name: row(5000) for name in ("onset", "alarm", "raised", "updated")}
    PostgresTelemetryStore(postgres_engine).write_shifts(
        [
            shift(id="aa", segment=mini),
            shift(id="bb", segment=far),
            shift(id="cc", segment=Segment("openai", "x"), **hour),
        ]
    )
    found = the_parts(settings, Meant("aa", group=True))
    assert mini in found
    assert {one.provider for one in found} == {"openai"}
    assert Segment("openai", "x") not in found
