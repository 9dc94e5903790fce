"""A change of a stream's success rate, from people's labels to the messages that people are owed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from threading import Event, Thread

import pytest
from msgspec.structs import replace
from rich.console import Console
from sqlalchemy import Engine, text
from typer.testing import CliRunner

from coagent.adapters.memory.clock import FixedClock
from coagent.adapters.postgres.conversations import PostgresConversations
from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.insight_store import PostgresInsightStore
from coagent.adapters.postgres.retention import AGED, PostgresRetention
from coagent.adapters.postgres.review_store import PostgresReviewStore
from coagent.adapters.postgres.shift_reader import PostgresShiftReader
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.deliver.subject import severity_of, subject_of
from coagent.domain.insight import Insight
from coagent.domain.label import Label, SaidOfRequest
from coagent.domain.notice import Word
from coagent.domain.review import ReasonRequests, ReviewEntry, ReviewPool
from coagent.domain.segment import Segment
from coagent.domain.shift import Cause, Shift
from coagent.entrypoints.agent_jobs import Between
from coagent.entrypoints.cli.main import app
from coagent.entrypoints.on_call.follow_up import follow_up
from coagent.review.links import link_maker
from coagent.steps.review import QueueConfig, ReviewStep
from coagent.steps.sink import SinkStep
from tests.contract.samples import shift

DAY = datetime(2026, 11, 1, tzinfo=UTC)
STREAM = Segment("openai", "gpt-4")
BUDGET = 40
COUNTS = """
SELECT (SELECT count(*) FROM insights.quality_changes), (SELECT count(*) FROM coagent.insights WHERE kind = 'quality'),
    (SELECT count(*) FROM coagent.outbox WHERE channel = 'kafka')
"""

Fails = Callable[[int], bool]


class World:
    """Each day 40 of 400 requests are drawn, and `ann` labels them: which of them fail, by their place."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.sink = SinkStep(PostgresTelemetryStore(engine))
        self.insights = PostgresInsightStore(engine)
        self.said = 0

    def step(self, day: int, hours: float = 26) -> int:
        return self.review(day, hours).run()

    def review(self, day: int, hours: float) -> ReviewStep:
        clock = FixedClock(DAY + timedelta(days=day, hours=hours))
        config = QueueConfig(BUDGET, 0.0, timedelta(0))
        return ReviewStep(PostgresReviewStore(self.engine), self.insights, clock, config, link_maker(None))

    def draw(self, day: int) -> list[str]:
        start = DAY + timedelta(days=day)
        entries = [
            ReviewEntry(request_id=f"day-{day}-{at}", reason="random", rank=at, time=start) for at in range(BUDGET)
        ]
        counts = [ReasonRequests("random", 400)]
        pool = ReviewPool(
            segment=STREAM, day=start, part=f"p{day}", sequence=1, requests=counts, without_id=0, entries=entries
        )
        self.sink([pool])
        self.step(day)
        return [one.request_id for one in entries]

    def label(self, names: list[str], day: int, fails: Fails) -> None:
        """Every request anew: the newest label of a reviewer counts."""
        self.said += 1
        at = DAY + timedelta(days=day, hours=27, seconds=self.said)
        labels = [
            Label(
                id=f"{name}/{self.said}",
                at=at,
                by="ann",
                request_id=name,
                verdict="failure" if fails(int(name.split("-")[2])) else "success",
            )
            for name in names
        ]
        self.sink([SaidOfRequest(one, "main", 0, place) for place, one in enumerate(labels)])

    def days(self, days: range, fails: Fails) -> None:
        for day in days:
            self.label(self.draw(day), day, fails)
            self.step(day, 28)

    def rows(self, query: str) -> list[tuple]:
        with transaction(self.engine) as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    def insight(self) -> Insight:
        [(name,)] = self.rows("SELECT id FROM insights.quality_changes ORDER BY found_on DESC LIMIT 1")
        found = self.insights.insight(name)
        assert found is not None
        return found


@pytest.fixture
def world(postgres_engine: Engine) -> World:
    return World(postgres_engine)


def few(at: int) -> bool:
    """5 %."""
    return at % 20 == 7


def many(at: int) -> bool:
    """50 %."""
    return at % 2 == 0


def test_a_worse_stream_is_reported_once_however_often_the_job_runs(world: World):
    world.days(range(5), few)
    assert world.rows(COUNTS) == [(0, 0, 0)]
    PostgresTelemetryStore(world.engine).write_shifts([replace(open_shift(), page=False)])
    world.days(range(5, 7), many)
    for hour in (28.5, 29, 30):
        world.step(6, hour)
    assert world.rows(COUNTS) == [(1, 1, 1)]
    insight = world.insight()
    assert (insight.kind, insight.page, insight.segment) == ("quality", True, STREAM)
    assert insight.title == "Success rate of openai/gpt-4 fell from 95 % to 50 %"
    for part in (
        "It changed about 2026-11-06 UTC, found on the labels up to 2026-11-06 UTC.",
        "- before: 95 % (95 % interval 90 % to 98 %), 200 labelled requests of 2026-11-01 to 2026-11-05",
        "- then: 50 % (34 % to 66 %), 40 labelled requests of 2026-11-06",
        "The last days' labels are from 1 person",
        "- shift `shift-then` of this stream was open then, since 2026-03-01 12:16:40 UTC: Likely quantized",
        "- Compare with the change at the provider: `coagent explain shift-then`.",
        f"**Accept** `coagent accept {insight.id}`",
    ):
        assert part in insight.text, insight.text
    assert severity_of(subject_of(insight)) == "page"
    explained = PostgresShiftReader(world.engine).explained(open_shift())
    assert [one.id for one in explained.qualities] == [insight.id]
    shown = StringIO()
    Console(file=shown, width=200).print(follow_up(explained, DAY))
    assert "since about 2026-11-06 success rate by people's labels from 95 % to 50 %" in shown.getvalue()


@pytest.mark.parametrize("status", ["open", "recovered"])
def test_people_who_were_paged_for_a_shift_that_goes_on_are_not_paged_again(world: World, status: str):
    """One that pages no more since its last look has paged all the same."""
    world.days(range(5), few)
    telemetry, ended = PostgresTelemetryStore(world.engine), open_shift()
    telemetry.write_shifts([replace(ended, page=True)])
    telemetry.write_shifts([replace(ended, sequence=2, page=False, held_because=["recently_paged"])])
    telemetry.write_shifts(
        [
            replace(
                ended,
                sequence=3,
                status=status,
                page=False,
                updated=replace(ended.updated, time=DAY + timedelta(days=6)),
            )
        ]
    )
    world.days(range(5, 7), many)
    insight = world.insight()
    is_held = status == "open"
    assert (insight.page, severity_of(subject_of(insight))) == ((False, "warning") if is_held else (True, "page"))
    assert ("Not paged: already paged as another shift." in insight.text) is is_held
    assert "shift `shift-then` of this stream was open then" in insight.text
    assert ("it paged, and is open still" in insight.text) is is_held
    [(page, holds)] = world.rows("SELECT page, held_because FROM insights.quality_changes")
    assert (page, holds) == (not is_held, ["already_paged"] if is_held else [])


PAGES = "SELECT page, held_because, shift_ids FROM insights.quality_changes"


def test_a_paged_shift_that_is_open_holds_the_page_however_many_newer_ones_ended(world: World):
    paged = [open_shift(), *(replace(open_shift(), id=f"newer-{at}", onset=onset_on(5)) for at in range(5))]
    world.days(range(5), few)
    telemetry = PostgresTelemetryStore(world.engine)
    telemetry.write_shifts(paged)
    telemetry.write_shifts([ended_on(one, 5) for one in paged[1:]])
    world.days(range(5, 7), many)
    [(page, holds, shifts)] = world.rows(PAGES)
    assert (page, holds, "shift-then" in shifts, len(shifts)) == (False, ["already_paged"], True, 5)


@pytest.mark.parametrize("comes_back", [False, True])
def test_a_rate_that_stays_bad_without_the_paged_shift_pages_once(world: World, comes_back: bool):
    """By seven days of labels since the shift ended: those before it say nothing of that."""
    world.days(range(5), few)
    telemetry = PostgresTelemetryStore(world.engine)
    telemetry.write_shifts([open_shift()])
    world.days(range(5, 13), many)
    telemetry.write_shifts([ended_on(open_shift(), 12)])
    later = few if comes_back else many
    world.days(range(13, 19), later)
    assert not world.insight().page
    world.days(range(19, 22), later)
    insight = world.insight()
    if comes_back:
        assert (insight.page, insight.sequence, subject_of(insight).state) == (False, 2, "recovered")
        return
    assert (insight.page, insight.sequence, severity_of(subject_of(insight))) == (True, 2, "page")
    assert world.rows(PAGES) == [(True, [], ["shift-then"])]
    assert "Not paged" not in insight.text


def test_half_a_day_of_labels_calls_nothing_changed(world: World):
    """Only the failures were looked at so far."""
    world.days(range(5), few)
    names = world.draw(5)
    world.label(names[:20], 5, lambda _: True)
    world.step(5, 28)
    assert world.rows(COUNTS) == [(0, 0, 0)]
    world.label(names[20:], 5, lambda at: at % 20 == 7)
    world.step(5, 29)
    assert world.rows(COUNTS) == [(1, 1, 1)]


def test_a_day_that_stays_half_labelled_counts_when_the_next_is_drawn(world: World):
    world.days(range(5), few)
    world.label(world.draw(5)[:30], 5, lambda _: True)
    world.step(5, 28)
    assert world.rows(COUNTS) == [(0, 0, 0)]
    world.label(world.draw(6)[:1], 6, few)
    world.step(6, 28)
    assert world.rows(COUNTS) == [(1, 1, 1)]
    assert "found on the labels up to 2026-11-06 UTC" in world.insight().text


def test_it_recovers_says_so_once_and_a_relapse_is_another(world: World):
    world.days(range(5), few)
    world.days(range(5, 7), many)
    first = world.insight()
    world.days(range(7, 20), few)
    ended = world.insight()
    assert (ended.id, ended.sequence, ended.page, subject_of(ended).state) == (first.id, 2, False, "recovered")
    assert ended.title == "Recovered: success rate of openai/gpt-4 is 89 %", "its last seven days"
    assert "it had fallen from 95 % to 50 %" in ended.text
    assert "No action needed." in ended.text
    assert "coagent accept" not in ended.text
    assert world.rows(COUNTS) == [(1, 1, 2)]
    world.days(range(20, 24), many)
    assert world.insight().id != first.id
    assert world.rows(COUNTS) == [(2, 2, 3)]


def test_labels_that_are_taken_back_end_it(world: World):
    world.days(range(5), few)
    names = world.draw(5)
    world.label(names, 5, many)
    world.step(5, 28)
    world.label(names, 5, few)
    world.step(5, 29)
    assert subject_of(world.insight()).state == "recovered"
    world.label(names, 5, many)
    world.step(5, 30)
    assert (world.insight().sequence, subject_of(world.insight()).state) == (3, "open")
    assert world.rows(COUNTS) == [(1, 1, 3)]


def test_what_gets_better_is_told_and_never_pages(world: World):
    world.days(range(5), many)
    world.days(range(5, 7), few)
    insight = world.insight()
    assert insight.title == "Success rate of openai/gpt-4 rose from 50 % to 95 %"
    assert (insight.page, severity_of(subject_of(insight))) == (False, "info")
    assert "Not paged: it got better, nothing got worse." in insight.text


def test_what_is_accepted_is_the_new_reference(world: World):
    world.days(range(5), few)
    world.days(range(5, 7), many)
    first = world.insight()
    assert first.sequence == 1
    accept(world, first, "w1")
    accept(world, first, "w2")
    for hour in (29, 30):
        world.step(6, hour)
    accepted = world.insight()
    assert (accepted.sequence, subject_of(accepted).state) == (2, "accepted")
    assert "`ann` accepted it: later days are compared with those from 2026-11-06 UTC on." in accepted.text
    world.days(range(7, 12), many)
    assert world.rows(COUNTS) == [(1, 1, 2)]
    changes = "SELECT change, reference_rate FROM insights.quality WHERE scope = 'stream' ORDER BY day DESC LIMIT 1"
    assert world.rows(changes) == [("none", pytest.approx(0.5))]
    world.days(range(12, 15), few)
    assert world.insight().title == "Success rate of openai/gpt-4 rose from 50 % to 95 %"


def test_what_a_crash_left_unreported_is_reported_by_the_next_run(world: World):
    world.days(range(5), few)
    world.label(world.draw(5), 5, many)
    insights, world.insights = world.insights, Crashing()
    with pytest.raises(ConnectionError):
        world.step(5, 28)
    world.insights = insights
    assert world.rows(COUNTS) == [(1, 0, 0)]
    world.step(5, 29)
    assert world.rows(COUNTS) == [(1, 1, 1)]


def test_one_that_has_ended_is_forgotten_with_its_insight_and_an_open_one_stays(world: World):
    world.days(range(5), few)
    world.days(range(5, 7), many)
    retention = PostgresRetention(world.engine)
    later = dict.fromkeys(KEPT, datetime.now(UTC) + timedelta(days=999))
    with transaction(world.engine) as connection:
        connection.execute(text("UPDATE coagent.outbox SET state = 'sent', sent_at = now()"))
    retention.forget(later)
    assert world.rows(COUNTS) == [(1, 1, 0)]
    with transaction(world.engine) as connection:
        ended = "UPDATE coagent.quality_changes SET status = 'recovered', ended_at = now()"
        connection.execute(text(ended))
    retention.forget(later)
    assert world.rows(COUNTS) == [(0, 0, 0)]


def test_the_commands_explain_and_accept_it(world: World, postgres_url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COAGENT_POSTGRES__URL", postgres_url)
    world.days(range(5), few)
    world.days(range(5, 7), many)
    insight = world.insight()
    shown = CliRunner().invoke(app, ["explain", insight.id[:8]]).stdout
    assert "Success rate of openai/gpt-4 fell from 95 % to 50 %" in shown
    assert "coagent accept" in shown
    said = CliRunner().invoke(app, ["accept", insight.id, "--by", "ann", "--wait", "0"]).stdout
    assert "recorded, and not taken yet: is `coagent agent` running" in said
    world.step(6, 29)
    conversations = PostgresConversations(world.engine)
    word = conversations.accepted_by(insight.id)
    assert (subject_of(world.insight()).state, word and word.by) == ("accepted", "ann")
    again = CliRunner().invoke(app, ["accept", insight.id])
    assert "is accepted already" in str(again.exception)


def test_a_word_is_taken_up_at_once_though_labels_are_read_once_a_minute(
    world: World, postgres_url: str, monkeypatch: pytest.MonkeyPatch
):
    """As the agent runs it: all of the step has just run, and runs again in an hour."""
    monkeypatch.setenv("COAGENT_POSTGRES__URL", postgres_url)
    world.days(range(5), few)
    world.days(range(5, 7), many)
    step = world.review(6, 29)
    look, stop = Between(3600, step.run, step.obey), Event()
    look()

    def agent() -> None:
        while not stop.wait(0.05):
            look()

    running = Thread(target=agent)
    running.start()
    said = CliRunner().invoke(app, ["accept", world.insight().id, "--by", "ann"])
    stop.set()
    running.join()
    assert "done. It ended as accepted" in said.stdout
    assert subject_of(world.insight()).state == "accepted"


KEPT = {one.setting for one in AGED} | {"minutes", "hours"}


class Crashing(PostgresInsightStore):
    """The database goes away between two transactions."""

    def __init__(self) -> None:
        pass

    def save_insight(self, *_: object) -> None:
        raise ConnectionError


def accept(world: World, insight: Insight, name: str) -> None:
    at = insight.created_at + timedelta(minutes=1)
    word = Word(id=name, conversation=insight.id, kind="accept", by="ann", via="slack", at=at)
    PostgresConversations(world.engine).add_word(word)


def onset_on(day: int):
    return replace(open_shift().onset, time=DAY + timedelta(days=day))


def ended_on(one: Shift, day: int) -> Shift:
    time = DAY + timedelta(days=day, hours=12)
    return replace(one, sequence=2, status="recovered", page=False, updated=replace(one.updated, time=time))


def open_shift() -> Shift:
    cause = Cause("provider", "quantization_or_stack", 0.9, [])
    return shift(id="shift-then", segment=STREAM, cause=cause)
