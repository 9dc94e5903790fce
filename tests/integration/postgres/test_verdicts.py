"""From batches to a verdict that is reported once: state in Postgres, exact after every crash."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from coagent.adapters.memory.clock import FixedClock
from coagent.adapters.postgres.conversations import PostgresConversations
from coagent.adapters.postgres.insight_store import PostgresInsightStore
from coagent.adapters.postgres.sql_reader import SqlReader
from coagent.adapters.postgres.verdict_store import PostgresVerdictStore
from coagent.deliver.subject import severity_of, subject_of
from coagent.domain.batch import Batch
from coagent.domain.decision import KnownOpportunity
from coagent.domain.verdict import Margin, Trial, Verdict
from coagent.entrypoints.cli.main import app
from coagent.steps.verdict import ROUNDS, SAVE_EVERY, VerdictStep
from coagent.steps.verdict_trials import TrialsStep
from coagent.verdict.figures import verdict_of
from coagent.verdict.state import begun
from tests.contract.samples import NOON
from tests.unit.verdict.batches import START, mixed, trial
from tests.unit.verdict.test_opportunity_trial import known

MARGINS = tuple(Margin(metric=metric, margin=0.1, halt=0.1) for metric in ("success", "latency"))


class Log:
    """Batches of one partition, a few at a time."""

    def __init__(self, batches: Sequence[Batch | None], at_once: int = 1) -> None:
        self.batches, self.at_once, self.next = batches, at_once, 0

    def begin(self, positions: Mapping[str, int], since: datetime) -> None:
        self.next = positions.get("cluster/0", 0)

    def read(self) -> list[tuple[str, int, Batch | None]]:
        found = [("cluster/0", at, self.batches[at]) for at in range(self.next, len(self.batches))][: self.at_once]
        self.next += len(found)
        return found

    def has_read(self, until: datetime) -> bool:
        return self.next >= len(self.batches)

    def close(self) -> None:
        self.next = 0


class Steady(Log):
    """Never empty; everything that came in a trial's time is read after so many reads."""

    left = 1

    def read(self) -> list[tuple[str, int, Batch | None]]:
        self.left -= 1
        self.next += 1
        return [("cluster/0", self.next - 1, None)]

    def has_read(self, until: datetime) -> bool:
        return self.left <= 0


class World:
    def __init__(self, engine: Engine) -> None:
        self.engine, self.clock = engine, FixedClock(START + timedelta(days=1))
        self.store = PostgresVerdictStore(engine)

    def start(self, one: Trial) -> Trial:
        assert self.store.add(verdict_of(one, begun(one)))
        return one

    def run(self, log: Log) -> int:
        return VerdictStep(self.store, log, PostgresInsightStore(self.engine), self.clock).run()

    def verdict(self, one: Trial) -> Verdict:
        [found] = self.store.named(one.id)
        return found

    def view(self, columns: str) -> list[tuple[object, ...]]:
        query = f"SELECT {columns} FROM verdicts ORDER BY started_at, metric"  # noqa: S608
        return [tuple(row) for row in SqlReader(self.engine).ask(query).rows]


@pytest.fixture
def world(postgres_engine: Engine) -> World:
    return World(postgres_engine)


def harmless(count: int = 12) -> list[Batch]:
    return [mixed(400 * part, 400, part) for part in range(count)]


def harmful() -> list[Batch]:
    return [mixed(400 * part, 400, part, worse=0.3) for part in range(12)]


def test_a_harmless_candidate_is_certified_and_reported_once(world: World):
    one = world.start(trial(margins=MARGINS))
    assert world.run(Log(harmless(), 3)) == 1
    assert world.run(Log(harmless(), 3)) == 0
    found = world.verdict(one)
    assert (found.status, found.sequence, found.ended_by) == ("certified", 1, None)
    insight = PostgresConversations(world.engine).insight_about(one.id)
    assert insight is not None
    assert (insight.kind, insight.title) == ("verdict", 'Certified: "release 2" is not worse than its margins')
    assert "Go on with the candidate" in insight.text
    assert "success rate" in insight.text
    assert severity_of(subject_of(insight)) == "info"
    assert world.view("name, status, metric, outcome, certify_evidence >= certify_needs") == [
        ("release 2", "certified", metric, "certified", True) for metric in ("latency", "success")
    ]


def test_a_worse_candidate_is_halted_and_that_is_a_warning(world: World):
    one = world.start(trial(margins=MARGINS))
    world.run(Log(harmful()))
    insight = PostgresConversations(world.engine).insight_about(one.id)
    assert insight is not None
    assert insight.title == 'Halted: "release 2" is worse than a margin'
    assert severity_of(subject_of(insight)) == "warning"
    assert world.verdict(one).reason == "worse than its margin: success"


def test_what_a_crash_leaves_unsaved_is_read_again_and_the_figures_are_the_same(world: World):
    whole = world.start(trial(id="a" * 16, name="whole", margins=MARGINS))
    world.run(Log(harmless(3), 50))
    expected = world.verdict(whole)
    world.store.end(whole.id, "ann", "", world.clock.now())
    parts = world.start(trial(id="b" * 16, name="parts", margins=MARGINS))
    for some in (1, 2, 3):
        world.run(Log(harmless(some)))  # each run is another process: it knows what Postgres knows
    found = world.verdict(parts)
    assert found.metrics == expected.metrics
    assert (found.control_requests, found.candidate_requests) == (
        expected.control_requests,
        expected.candidate_requests,
    )


class Saves(PostgresVerdictStore):
    """How often states were written."""

    count = 0

    def save(self, found: Sequence[tuple[Verdict, bytes]]) -> None:
        self.count += bool(found)
        super().save(found)


def test_states_are_saved_every_few_seconds_and_a_verdict_at_once(world: World):
    one = world.start(trial(margins=MARGINS))
    store, log = Saves(world.engine), Log(harmless(1))
    step = VerdictStep(store, log, PostgresInsightStore(world.engine), world.clock)
    step.run()
    assert (store.count, requests_of(world.verdict(one))) == (1, 400)
    log.batches = harmless(2)
    step.run()
    assert (store.count, requests_of(world.verdict(one))) == (1, 400)
    world.clock.move(SAVE_EVERY)
    step.run()  # although nothing more came
    assert (store.count, requests_of(world.verdict(one))) == (2, 800)
    log.batches = harmless(12)
    assert step.run() == 1
    assert (store.count, world.verdict(one).status) == (3, "certified")


def test_what_another_process_counted_meanwhile_is_gone_on_from(world: World):
    one = world.start(trial(margins=(Margin(metric="success", margin=0.001, halt=0.001),)))
    log = Log(harmless(2), 50)
    step = VerdictStep(world.store, log, PostgresInsightStore(world.engine), world.clock)
    step.run()
    world.run(Log(harmless(3), 50))
    log.batches = harmless(4)
    world.clock.move(SAVE_EVERY)
    step.run()
    assert requests_of(world.verdict(one)) == 1600


def requests_of(found: Verdict) -> int:
    return found.control_requests + found.candidate_requests


def test_without_a_verdict_in_time_it_is_undecided(world: World):
    one = world.start(trial(margins=(Margin(metric="success", margin=0.001, halt=0.001),)))
    world.run(Log(harmless(2)))
    assert world.verdict(one).status == "running"
    world.clock = FixedClock(one.ends_at + timedelta(seconds=1))
    assert world.run(Log(harmless(2))) == 1
    insight = PostgresConversations(world.engine).insight_about(one.id)
    assert insight is not None
    assert insight.title == 'Undecided: cannot tell whether "release 2" is worse'


def test_under_steady_traffic_its_time_ends_too_but_not_before_what_came_in_it_is_read(world: World):
    one = world.start(trial())
    world.clock = FixedClock(one.ends_at)
    log = Steady([])
    log.left = ROUNDS + 1
    assert world.run(log) == 0
    assert world.verdict(one).status == "running"
    assert world.run(log) == 1
    assert world.verdict(one).status == "undecided"


def test_what_cannot_be_read_does_not_end_the_reading(world: World):
    one = world.start(trial(margins=MARGINS))
    assert world.run(Log([None, *harmless(), None])) == 1
    assert world.verdict(one).status == "certified"


def test_a_trial_that_starts_later_reads_back_and_others_count_nothing_twice(world: World):
    margins = (Margin(metric="success", margin=0.001, halt=0.001),)
    first = world.start(trial(margins=margins))
    log = Log(harmless(2))
    step = VerdictStep(world.store, log, PostgresInsightStore(world.engine), world.clock)
    step.run()
    later = world.start(trial(id="f" * 16, name="later", margins=margins))
    step.run()
    world.clock.move(SAVE_EVERY)
    step.run()
    requests = [(found.control_requests, found.candidate_requests) for found in map(world.verdict, (first, later))]
    assert requests[0] == requests[1]
    assert sum(requests[0]) == 800


def test_one_that_was_stopped_while_it_was_counted_stays_stopped(world: World):
    one = world.start(trial(margins=MARGINS))
    assert world.store.end(one.id, "ann", "wrong arms", world.clock.now())
    assert not world.store.end(one.id, "bob", "", world.clock.now())
    world.store.save([(msgspec.structs.replace(verdict_of(one, begun(one)), control_requests=9), b"")])
    assert (world.verdict(one).status, world.verdict(one).control_requests) == ("stopped", 0)
    assert world.view("ended_by, reason, ended_at IS NOT NULL")[0] == ("ann", "wrong arms", True)


def test_the_commands(world: World, monkeypatch: pytest.MonkeyPatch, postgres_url: str):
    monkeypatch.setenv("COAGENT_POSTGRES__URL", postgres_url)
    monkeypatch.setenv("COLUMNS", "120")
    run = CliRunner().invoke
    assert "None yet" in run(app, ["verdict", "list"]).output
    started = run(app, ["verdict", "start", "release 3", "--control", "1", "--candidate", "2", "--by", "ann"])
    assert started.exit_code == 0, started.output
    assert "success rate" in started.output
    again = run(app, ["verdict", "start", "release 3", "--control", "1", "--candidate", "2"])
    assert "runs already" in str(again.exception)
    assert "release 3" in run(app, ["verdict", "list"]).output
    world.start(trial(margins=MARGINS))
    world.run(Log(harmless(4)))
    shown = run(app, ["verdict", "show", "release 2"])
    assert "typical latency" in shown.output
    assert "comparisons" in shown.output
    as_json = msgspec.json.decode(run(app, ["verdict", "show", "release 2", "--json"]).output, type=Verdict)
    assert as_json.trial.name == "release 2"
    assert run(app, ["verdict", "stop", "release 3", "--by", "ann", "--reason", "done"]).exit_code == 0
    assert "has ended already" in str(run(app, ["verdict", "stop", "release 3"]).exception)
    assert "no such trial" in str(run(app, ["verdict", "show", "release 9"]).exception)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--margin", "speed=1"], "no metric speed"),
        (["--margin", "success"], "write a metric and a number"),
        (["--margin", "success=0"], "has to be above what is expected"),
        (["--margin", "success=0.02", "--expect", "cost=-0.3"], "--margin names no cost"),
        (["--mode", "shadow"], "needs --pair"),
        (["--arm", "colour"], "one of app_version"),
        (["--alpha", "0.9"], "--alpha"),
    ],
)
def test_what_makes_no_sense_is_refused(
    arguments: list[str], problem: str, monkeypatch: pytest.MonkeyPatch, postgres_url: str
):
    monkeypatch.setenv("COAGENT_POSTGRES__URL", postgres_url)
    said = CliRunner().invoke(app, ["verdict", "start", "x", "--control", "1", "--candidate", "2", *arguments])
    assert problem in str(said.exception)


class Decided:
    """The decisions as they stand."""

    def __init__(self, *stand: KnownOpportunity) -> None:
        self.stand = list(stand)

    def known(self) -> list[KnownOpportunity]:
        return self.stand


def test_an_approval_starts_a_trial_and_a_rejection_stops_it(world: World):
    approved = known("/model", "gpt-5-mini")
    decisions = Decided(approved)
    step = TrialsStep(decisions, world.store, world.clock)
    assert (step.run(), step.run()) == (1, 0)
    [(running, state)] = world.store.running()
    assert (running.opportunity_id, state) == ("right-1", None)
    decisions.stand = [msgspec.structs.replace(approved, status="rejected")]
    assert (step.run(), step.run()) == (1, 0)
    found = world.verdict(running)
    assert (found.status, found.ended_by, found.reason) == (
        "stopped",
        "coagent",
        "its opportunity is not approved any more",
    )
    assert world.run(Log([])) == 1
    assert {row[0] for row in world.view("opportunity_id")} == {"right-1"}


def test_an_approval_older_than_its_trial_would_last_starts_none(world: World):
    world.clock = FixedClock(NOON + timedelta(days=30))
    assert TrialsStep(Decided(known("/model", "gpt-5-mini")), world.store, world.clock).run() == 0
    assert world.store.all(9) == []


def test_a_trial_begins_when_it_is_added_and_keeps_that_beginning(world: World):
    world.clock = FixedClock(NOON + timedelta(days=29))
    step = TrialsStep(Decided(known("/model", "gpt-5-mini")), world.store, world.clock)
    step.run()
    world.clock.move(timedelta(minutes=1))
    assert step.run() == 0
    [(running, _)] = world.store.running()
    assert (running.since, running.ends_at) == (NOON + timedelta(days=29), NOON + timedelta(days=30))


def test_a_trial_whose_time_is_over_is_left_to_its_verdict(world: World):
    world.clock = FixedClock(NOON)
    step = TrialsStep(Decided(known("/model", "gpt-5-mini")), world.store, world.clock)
    step.run()
    world.clock.move(timedelta(days=31))
    assert step.run() == 0
    assert len(world.store.running()) == 1


def test_a_trial_that_ended_is_not_started_again_by_the_same_approval(world: World):
    step = TrialsStep(Decided(known("/model", "gpt-5-mini")), world.store, world.clock)
    step.run()
    [(running, _)] = world.store.running()
    world.store.end(running.id, "ann", "enough", world.clock.now())
    assert step.run() == 0
    assert world.store.running() == []
