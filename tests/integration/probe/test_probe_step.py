"""The whole way of a probe on a loopback server that swaps its model, and a real Postgres."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openai.types.chat import ChatCompletion
from pydantic import SecretStr
from sqlalchemy import Engine, text

from coagent.adapters.llm.probe_endpoint import OpenAiEndpoint, read_answer
from coagent.adapters.memory.clock import FixedClock
from coagent.adapters.postgres.insight_store import PostgresInsightStore
from coagent.adapters.postgres.probe_store import PostgresProbeStore
from coagent.adapters.postgres.shift_reader import PostgresShiftReader
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.domain.probe import Probe, ProbeOutcome
from coagent.domain.probe_call import Answer, Ask
from coagent.domain.probe_state import ProbeState
from coagent.domain.segment import Segment
from coagent.domain.shift import Cause
from coagent.probe.canary import Canary, Similar, read_canaries
from coagent.steps.probe import BudgetUsed, ProbeLimits, ProbeStep
from coagent.steps.probes import ProbesStep
from tests.contract.samples import shift
from tests.servers.swapping_model import CANARY, SwappingModel, serving

SEGMENT = Segment("acme", "m")
START = datetime(2026, 3, 1, 6, tzinfo=UTC)
KEY = "sk-never-printed"


@pytest.fixture
def server() -> Iterator[tuple[SwappingModel, str]]:
    model = SwappingModel()
    with serving(model) as url:
        yield model, url


class Published:
    def __init__(self) -> None:
        self.outcomes: list[ProbeOutcome] = []

    def publish(self, outcome: ProbeOutcome) -> None:
        self.outcomes.append(outcome)


class Direct:
    """The server's answers without a connection, read as those of a connection are."""

    def __init__(self, model: SwappingModel) -> None:
        self._model = model

    async def ask(self, ask: Ask) -> Answer:
        messages = ask.messages or [{"role": "user", "content": ask.text}]
        asked = {"messages": messages, "tools": ask.tools, "logprobs": bool(ask.top_log_probabilities)}
        status, body = self._model.reply("/chat/completions", "", asked)
        if status != 200:
            return Answer(text=None, refuses_log_probabilities=status == 400)
        return read_answer(ChatCompletion.model_validate(body))

    async def embed(self, model: str, text: str) -> list[float] | None:
        vector: list[float] = self._model.reply("/embeddings", "", {"input": text})[1]["data"][0]["embedding"]
        return vector

    async def close(self) -> None:
        pass


class Bench:
    """Steps on a clock that the test moves; on a connection, or `direct`."""

    def __init__(
        self,
        engine: Engine,
        url: str,
        *,
        usd: str = "1",
        canaries: list[Canary] | None = None,
        direct: dict[str, SwappingModel] | None = None,
        look_every_s: float = 3600,
    ) -> None:
        self.engine, self.store, self.clock = engine, PostgresProbeStore(engine), FixedClock(START)
        self.published = Published()
        limits = ProbeLimits(
            usd_per_day=Decimal(usd), every_s=86_400, look_every_s=look_every_s, at_once=8, false_alarms_per_month=1.0
        )
        self.step = ProbeStep(
            store=self.store,
            shifts=PostgresShiftReader(engine).open,
            endpoint=lambda probe: (
                Direct(direct[probe.name])
                if direct
                else OpenAiEndpoint(probe.base_url, probe.model, SecretStr(KEY), 60.0)
            ),
            canaries=lambda _: canaries or [],
            limits=limits,
            clock=self.clock,
        )
        self.all = ProbesStep(
            probe=self.step,
            store=self.store,
            insights=PostgresInsightStore(engine),
            publisher=self.published,
            alone=_alone,
            clock=self.clock,
        )
        self.url = url

    def add(self, name: str = "acme-m", **changes: Any) -> Probe:
        values: dict[str, Any] = {
            "name": name, "segment": SEGMENT, "base_url": self.url, "model": "m", "key": "acme",
            "usd_per_mtok_in": Decimal("0.5"), "usd_per_mtok_out": Decimal(1),
        }  # fmt: skip
        probe = Probe(**{**values, **changes})
        self.store.add(probe, self.clock.now())
        return probe

    def day(self, probe: Probe) -> ProbeOutcome | None:
        self.clock.move(timedelta(days=1))
        return asyncio.run(self.all.run_one(probe))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]


@asynccontextmanager
async def _alone(_: str):
    yield True


@pytest.mark.slow
def test_the_whole_way(postgres_engine: Engine, server: tuple[SwappingModel, str]):
    model, url = server
    bench = Bench(postgres_engine, url)
    probe = bench.add()

    assert asyncio.run(bench.all.run_one(probe)) is None
    state = bench.store.state(probe.name)
    assert (state.stage, state.method, len(state.prompts)) == ("watch", "border", 20)
    assert all(sum(one.values()) == 100 for one in state.days[0])
    calm = [bench.day(probe) for _ in range(3)]
    assert [one.result for one in calm if one] == ["unchanged"] * 3
    assert bench.all.report() == 3
    assert bench.rows("SELECT count(*) FROM insights.probes WHERE result = 'unchanged'") == [(3,)]
    assert bench.rows("SELECT count(*) FROM coagent.insights") == [(0,)]

    model.model = "two"
    changed = bench.day(probe)
    assert changed is not None
    assert (changed.result, changed.passive, changed.failed) == ("changed", "silent", 0)
    assert changed.log10_evidence > changed.log10_threshold
    bench.all.report()
    [(kind, title, page, said)] = bench.rows("SELECT kind, title, page, text FROM coagent.insights")
    assert (kind, title, page) == ("probe", "Probe: acme/m answers differently", False)
    assert "no longer those of the reference" in said

    PostgresTelemetryStore(postgres_engine).write_shifts([_shift(changed.began_at)])
    assert bench.all.report() == 1
    [again] = bench.rows("SELECT passive, shift_id FROM insights.probes ORDER BY batch DESC LIMIT 1")
    assert again == ("confirmed", "shift-9")
    assert [one.sequence for one in bench.published.outcomes] == [1, 1, 1, 1, 2]
    [explained] = PostgresShiftReader(postgres_engine).named("shift-9", 1)
    assert [one.passive for one in PostgresShiftReader(postgres_engine).explained(explained).probes] == ["confirmed"]

    assert bench.day(probe) is None, "learned anew"
    after = bench.day(probe)
    assert (bench.store.state(probe.name).epoch, after.result if after else None) == (2, "unchanged")
    assert model.keys == {f"Bearer {KEY}"}
    assert KEY not in json.dumps(bench.rows("SELECT definition::text, state::text FROM coagent.probes"))


def _shift(at: datetime, **changes: Any) -> Any:
    onset = shift().onset
    moved = type(onset)(ordinal=1000, time=at, request_id="r")
    later = type(onset)(ordinal=1040, time=at, request_id="r")
    cause = Cause("provider", "silent_version", 0.8, ["it moved"])
    return shift(id="shift-9", segment=SEGMENT, onset=moved, alarm=later, raised=later, updated=later, cause=cause)


def test_a_shift_that_the_probe_does_not_see_is_contradicted_at_once(postgres_engine: Engine):
    bench = Bench(postgres_engine, "", direct={"acme-m": SwappingModel()})
    probe = bench.add()
    asyncio.run(bench.all.run())
    bench.day(probe)
    asyncio.run(bench.all.run())
    assert len(bench.published.outcomes) == 1

    bench.clock.move(timedelta(hours=2))
    PostgresTelemetryStore(postgres_engine).write_shifts([_shift(bench.clock.now() - timedelta(minutes=5))])
    asyncio.run(bench.all.run())
    last = bench.published.outcomes[-1]
    assert (last.batch, last.result, last.passive, last.shift_id) == (2, "unchanged", "contradicted", "shift-9")
    assert bench.rows("SELECT title FROM coagent.insights") == [("Probe: no change of acme/m",)]
    asyncio.run(bench.all.run())
    assert bench.store.state(probe.name).batch == 2, "once for each shift"


def test_a_shift_that_is_joined_before_its_batch_still_gets_one(postgres_engine: Engine):
    bench = Bench(postgres_engine, "", direct={"acme-m": SwappingModel()})
    probe = bench.add()
    asyncio.run(bench.all.run())
    bench.day(probe)
    bench.all.report()

    bench.clock.move(timedelta(hours=2))
    PostgresTelemetryStore(postgres_engine).write_shifts([_shift(bench.clock.now() - timedelta(minutes=5))])
    assert bench.all.report() == 1
    assert bench.published.outcomes[-1].shift_id == "shift-9"
    asyncio.run(bench.all.run())
    assert bench.store.state(probe.name).batch == 2


def test_failed_calls_are_no_samples(postgres_engine: Engine):
    model = SwappingModel()
    bench = Bench(postgres_engine, "", direct={"acme-m": model})
    probe = bench.add()
    asyncio.run(bench.all.run_one(probe))
    model.failing = 0.2
    some = bench.day(probe)
    assert (some.result if some else None, bool(some and some.failed)) == ("unchanged", True)
    known = bench.store.state(probe.name).days
    model.failing = 0.9
    most = bench.day(probe)
    assert most is not None
    assert (most.result, most.because) == ("cannot_tell", ["more than half of the calls failed"])
    assert bench.store.state(probe.name).days == known


def test_proof_comes_first(postgres_engine: Engine):
    model = SwappingModel()
    bench = Bench(postgres_engine, "", direct={"acme-m": model})
    probe = bench.add()
    asyncio.run(bench.all.run_one(probe))
    bench.day(probe)
    model.response_model, model.fingerprint, model.extra_tokens = "m-2", "fp-2", 3
    outcome = bench.day(probe)
    assert outcome is not None
    assert outcome.result == "changed"
    assert {one.name for one in outcome.proofs} == {"response_model", "system_fingerprint", "prompt_tokens"}
    again = bench.day(probe)
    assert again is not None
    assert again.proofs == [], "said once"


def test_the_threshold_counts_what_each_method_judges_in_a_day(postgres_engine: Engine):
    bench = Bench(postgres_engine, "", look_every_s=900)
    probes = [bench.add(name) for name in ("a", "b", "c")]
    assert bench.step.threshold() == pytest.approx(900), "three batches a day"
    for one in probes[:2]:
        bench.store.save_state(one.name, ProbeState(method="log_probabilities"))
    assert bench.step.threshold() == pytest.approx(300 * (1 + 2 * 4)), "a window each six hours"


def test_one_probe_that_fails_stops_no_other_and_pays_once(
    postgres_engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    model = SwappingModel()
    canary = Canary(name="own", messages=[{"role": "user", "content": CANARY}], exact="4")
    bench = Bench(postgres_engine, "", canaries=[canary], direct={"acme-m": model, "other-m": SwappingModel()})
    probe = bench.add()
    bench.add("other-m", segment=Segment("other", "m"))
    asyncio.run(bench.all.run())

    def broken(*_: object) -> None:
        raise ZeroDivisionError(CANARY)

    monkeypatch.setattr("coagent.steps.probe.passes", broken)
    bench.clock.move(timedelta(days=1))
    asyncio.run(bench.all.run())
    assert caplog.text.count("failed (ZeroDivisionError, ") == 2, "each of them ran"
    assert CANARY not in caplog.text
    work, calls = bench.store.state(probe.name).work, model.calls
    assert work is not None
    assert work.calls == 201
    PostgresTelemetryStore(postgres_engine).write_shifts([_shift(bench.clock.now())])
    bench.clock.move(timedelta(minutes=1))
    asyncio.run(bench.all.run())
    assert model.calls == calls
    assert caplog.text.count("failed (") == 2, "not each minute"

    bench.clock.move(timedelta(hours=1))
    asyncio.run(bench.all.run())
    assert model.calls == calls, "its answers were kept"
    assert [one.asked for one in bench.published.outcomes] == [201, 201]


def test_log_probabilities_are_used_where_they_are_given(postgres_engine: Engine):
    model = SwappingModel()
    model.gives_top = True
    bench = Bench(postgres_engine, "", direct={"acme-m": model})
    probe = bench.add()
    assert asyncio.run(bench.all.run_one(probe)) is None
    assert bench.store.state(probe.name).method == "log_probabilities"
    outcomes = []
    for look in range(24 * 7):
        bench.clock.move(timedelta(hours=1))
        if look == 24 * 6:
            model.model = "two"
        outcomes.append(asyncio.run(bench.step.run(probe)))
    found = [one.result for one in outcomes if one]
    assert found == ["cannot_tell"] * 4 + ["unchanged"] * 2 + ["changed"]


def test_canaries_say_whether_it_matters(postgres_engine: Engine):
    model = SwappingModel()
    question = [{"role": "user", "content": CANARY}]
    schema = {"type": "object", "properties": {"number": {"type": "integer"}}, "required": ["number"]}
    tools = [{"type": "function", "function": {"name": "answer", "parameters": schema}}]
    canaries = [
        *(Canary(name=f"exact-{place}", messages=question, exact="4") for place in range(8)),
        Canary(name="tool", messages=question, tools=tools),
        Canary(name="similar", messages=question, similar=Similar(text="4", model="e", at_least=0.9)),
    ]
    bench = Bench(postgres_engine, "", canaries=canaries, direct={"acme-m": model})
    probe = bench.add()
    asyncio.run(bench.all.run_one(probe))
    before = bench.day(probe)
    assert before is not None
    assert before.canaries is not None
    assert (before.canaries.passed, before.canaries.checked) == (10, 10)
    model.model = "two"
    after = bench.day(probe)
    assert after is not None
    assert after.canaries is not None
    assert (after.canaries.passed, after.canaries.matters, after.page) == (0, True, True)
    bench.all.report()
    [(said,)] = bench.rows("SELECT text FROM coagent.insights")
    assert "anary prompts pass 0 of 10, before 10 of 10: it got worse" in said
    assert CANARY not in json.dumps(bench.rows("SELECT state::text FROM coagent.probes"))


@pytest.mark.parametrize(("usd", "checked"), [("1", 1), ("0.1", None)])
def test_embeddings_are_paid_for_and_cost_no_answer(postgres_engine: Engine, usd: str, checked: int | None):
    """Embeddings of a text of 200 kB may cost more than 0.10 USD; the other calls of a batch cost less."""
    model = SwappingModel()
    wanted = Similar(text="4" * 200_000, model="e", at_least=0.9)
    canary = Canary(name="similar", messages=[{"role": "user", "content": CANARY}], similar=wanted)
    bench = Bench(postgres_engine, "", usd=usd, canaries=[canary], direct={"acme-m": model})
    probe = bench.add()
    asyncio.run(bench.all.run_one(probe))
    outcome = bench.day(probe)
    assert outcome is not None
    assert (outcome.canaries.checked if outcome.canaries else None, outcome.asked) == (checked, 201)
    assert bench.store.spent(bench.clock.now()) == outcome.cost_usd
    assert (outcome.cost_usd > Decimal("0.1")) == (checked == 1)


def test_the_control_says_whose_change_it_is(postgres_engine: Engine):
    model = SwappingModel()
    bench = Bench(postgres_engine, "", direct={"acme-m": model, "other-m": SwappingModel()})
    control = bench.add("other-m", segment=Segment("other", "m"))
    probe = bench.add(control="other-m")
    for one in (control, probe):
        asyncio.run(bench.all.run_one(one))
    model.model = "two"
    bench.clock.move(timedelta(days=1))
    asyncio.run(bench.all.run())
    said = {one.probe: one for one in bench.published.outcomes}
    assert (said["other-m"].result, said["acme-m"].result) == ("unchanged", "changed")
    assert said["acme-m"].control == "unchanged"
    assert "it is this provider's" in said["acme-m"].because[-1]


def test_the_budget_is_never_passed(postgres_engine: Engine):
    limit = Decimal("0.02")
    bench = Bench(postgres_engine, "", usd=str(limit), direct={"acme-m": SwappingModel()})
    probe = bench.add()
    refused, days = 0, 0
    while bench.store.state(probe.name).stage != "watch":
        try:
            asyncio.run(bench.all.run_one(probe))
        except BudgetUsed as problem:
            refused += "goes on tomorrow" in str(problem)
        assert bench.store.spent(bench.clock.now()) <= limit
        bench.clock.move(timedelta(days=1))
        days += 1
        assert days < 30
    assert refused > 0, "the set-up took more than a day's budget"


def test_many_runs_at_a_time_share_one_budget(postgres_engine: Engine):
    store, limit = PostgresProbeStore(postgres_engine), Decimal("0.010")

    async def run() -> list[bool]:
        one = Decimal("0.003")
        return await asyncio.gather(*(asyncio.to_thread(store.reserve, START, one, limit) for _ in range(30)))

    assert sum(asyncio.run(run())) == 3
    assert store.spent(START) == Decimal("0.009")
    store.settle(START, Decimal("0.003"), Decimal("0.001"))
    assert store.spent(START) == Decimal("0.007")
    assert store.reserve(START + timedelta(days=1), limit, limit)
    assert not store.reserve(START + timedelta(days=2), limit + Decimal("0.001"), limit)


def test_the_example_of_canaries_is_read():
    file = Path(__file__).parents[3] / "examples" / "canaries.yaml"
    assert {one.name for one in read_canaries(file.read_text(), str(file))} == {"refund", "ticket", "greeting"}
