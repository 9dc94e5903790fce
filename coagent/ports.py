"""What the rooms and steps ask of the world. Adapters fulfil these; `bootstrap` joins them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol, runtime_checkable

import msgspec

from coagent.domain.batch import Batch
from coagent.domain.brief import BriefFacts
from coagent.domain.command import Command, SaidCommand
from coagent.domain.conversation import Answer, Conversation, Ticket
from coagent.domain.decision import Hold, KnownOpportunity, OpportunityDecision
from coagent.domain.detector import Detectors
from coagent.domain.draft_record import DraftRecord
from coagent.domain.inquiry import Inquiry
from coagent.domain.insight import Insight, OutboxMessage
from coagent.domain.intake import Intake
from coagent.domain.label import Said, SaidOfRequest
from coagent.domain.notice import Word
from coagent.domain.opportunity import Opportunity
from coagent.domain.probe import Probe, ProbeOutcome
from coagent.domain.probe_call import Answer as ProbeAnswer
from coagent.domain.probe_call import Ask
from coagent.domain.probe_state import ProbeState
from coagent.domain.quality_change import Accepted, QualityChange, ShiftThen
from coagent.domain.rejected import DeadLetter, Rejected, Skipped
from coagent.domain.review import Agreement, Cell, CurrentLabel, Draw, DrawnDay, Quality, ReviewEntry, ReviewPool
from coagent.domain.rollup import Rollup
from coagent.domain.routing_policy import RoutingPolicy
from coagent.domain.saving import CellUsage, Saving
from coagent.domain.segment import Segment
from coagent.domain.shift import Dismissed, Shift
from coagent.domain.silence import Pauses, Silence
from coagent.domain.slo import Bucket, Burn, Slo, SloStatus
from coagent.domain.subject import Waiting
from coagent.domain.usage import Usage
from coagent.domain.verdict import Trial, Verdict


class Clock(Protocol):
    """Where "now" comes from."""

    def now(self) -> datetime:
        """Aware UTC."""
        ...


class RawRecord(msgspec.Struct, frozen=True):
    """A telemetry record as it came: its bytes, and the place as people read it (`file:line`, `topic[0]@17`).

    `outcome` is set where the source itself could not read it: such a record goes to no decoder.
    """

    value: bytes
    place: str
    outcome: Rejected | Skipped | None = None


class RecordSource(Protocol):
    """A finite source of raw records, such as log files."""

    def records(self) -> Iterator[RawRecord]:
        """In order; raises Fatal where the source is missing, empty or unreadable."""
        ...


class ChatAnswer(msgspec.Struct, frozen=True):
    """A JSON object, and the tokens that it took; None where the server does not count them."""

    value: dict[str, Any]
    input_tokens: int | None = None
    output_tokens: int | None = None


class ChatModel(Protocol):
    """A language model that answers in JSON."""

    @property
    def name(self) -> str: ...

    async def answer(self, system: str, user: str, schema: dict[str, Any]) -> ChatAnswer:
        """One answer within one deadline. The server is asked to keep to the JSON schema; whether it did, the caller
        checks. Raises Transient when the server is away, late or answers with no JSON object.
        """
        ...


class Investigator(Protocol):
    """Read-only questions with parameters about what is around a subject. Raises Transient."""

    async def look_up(self, inquiry: Inquiry) -> list[dict[str, Any]]:
        """Rows of the answer by column name, a bounded number of them."""
        ...


class AfterEffects(Protocol):
    """What follows a decision about an opportunity, such as a published policy."""

    async def apply(self, opportunity: Opportunity, word: Word) -> None:
        """Idempotent: called again after a crash with the same word. Raises Transient."""
        ...


class TelemetryStore(Protocol):
    """Where the sink keeps what the topics said. Each call is one transaction; every row is an upsert that a lower
    sequence never overwrites, so any call may be repeated. Raises Transient when the database is away.
    """

    def write_rollups(self, rollups: Sequence[Rollup]) -> None: ...
    def write_shifts(self, shifts: Sequence[Shift]) -> None: ...
    def write_dismissals(self, dismissals: Sequence[Dismissed]) -> None: ...
    def write_detectors(self, detectors: Sequence[Detectors]) -> None: ...
    def write_commands(self, commands: Sequence[SaidCommand]) -> None: ...
    def write_dead_letters(self, letters: Sequence[DeadLetter]) -> None: ...
    def write_intake(self, counts: Sequence[Intake]) -> None: ...
    def write_review(self, pools: Sequence[ReviewPool]) -> None: ...
    def write_labels(self, said: Sequence[SaidOfRequest]) -> None: ...


class InsightStore(Protocol):
    """Where the agent finds what to report and keeps what was reported."""

    def claim_subjects(self, edition: int, limit: int, at: datetime) -> list[Waiting]:
        """Shifts, then opportunities, whose newest sequence has no insight of that edition or a later one, claimed by
        this caller for a while; oldest first. For edition 1: only those that have a plain insight of that sequence.
        """
        ...

    def put_back(self, waiting: Waiting, at: datetime) -> None:
        """It failed: behind the others, and tried again after a pause that grows."""
        ...

    def insight(self, insight_id: str) -> Insight | None: ...

    def traffic(self, window: timedelta, now: datetime) -> tuple[int, datetime, datetime] | None:
        """Requests of the fleet in the last `window` of data up to now, with the first and the last minute of them."""
        ...

    def save_opportunities(self, opportunities: Sequence[Opportunity], at: datetime) -> None: ...

    def save_insight(
        self, insight: Insight, messages: Sequence[OutboxMessage], drafts: Sequence[DraftRecord] = ()
    ) -> None:
        """Insight, outbox rows and drafts in one transaction. An insight is overwritten by a higher sequence, or by a
        higher edition of the same one; a repeated idempotency key or draft changes nothing.
        """
        ...


class UsageReader(Protocol):
    """What the advisors read."""

    def usage_since(self, since: datetime) -> Usage | None:
        """Accounts by day, from the start of that UTC day on; None where there is nothing. Raises Transient."""
        ...


class RollupStore(Protocol):
    """Minutes summed to hours and days. Raises Transient when the database is away."""

    def sum_changed(self) -> int:
        """Sums the hours that changed, and their days; how many hours. What was forgotten is not summed again."""
        ...


class BriefStore(Protocol):
    """What a brief is about, and which ones were decided on. Raises Transient when the database is away."""

    def facts(self, since: datetime, until: datetime) -> BriefFacts: ...
    def is_done(self, name: str) -> bool: ...

    def save(self, name: str, messages: Sequence[OutboxMessage], at: datetime) -> bool:
        """Notes it as done with the messages that it owes, in one transaction; False where another agent was first."""
        ...


class RetentionStore(Protocol):
    """What is forgotten by age. Raises Transient when the database is away."""

    def forget(self, before: Mapping[str, datetime]) -> int:
        """Deletes what is older, by the name of what is kept; how many rows, and days of rollups. What is open or owed
        stays.
        """
        ...


class SilenceStore(Protocol):
    """Where the agent sees who stopped."""

    def newest_minute(self, now: datetime) -> datetime | None:
        """The last minute, up to now, in which any segment has requests."""
        ...

    def quiet_segments(self, *, since: datetime, before: datetime, newest: datetime, now: datetime) -> list[Pauses]:
        """Segments without requests from `before` on, and those with some from `newest` on, that are not reported as
        silent; pauses are counted from `since` on. Segments whose last minute is older than `since` are left out.
        Minutes after `now` do not count: some clock is ahead.
        """
        ...

    def returned_silences(self, now: datetime) -> list[tuple[Silence, datetime]]:
        """Silences whose segment has requests again by now, with the first minute of them."""
        ...

    def open_lags(self) -> list[Silence]:
        """Backlogs of coagent's own stages that are not over."""
        ...

    def save_silences(self, silences: Sequence[Silence]) -> None: ...

    def unreported_silences(self, limit: int) -> list[Silence]:
        """Those whose newest sequence has no insight yet, oldest first."""
        ...


class SloStore(Protocol):
    """Where the agent counts what SLOs speak of, and keeps what burns. Raises Transient when the database is away."""

    def buckets(self, slo: Slo, now: datetime) -> list[Bucket]:
        """Of the SLO's window: minutes of the last one to two hours, hours of the three days before, then days."""
        ...

    def open_burns(self) -> dict[str, Burn]:
        """By the name of their SLO."""
        ...

    def save(self, statuses: Sequence[SloStatus], burns: Sequence[Burn]) -> None:
        """Replaces all statuses; a burn of a lower sequence than is known changes nothing."""
        ...

    def unreported_burns(self, limit: int) -> list[Burn]:
        """Those whose newest sequence has no insight yet, oldest first."""
        ...


class ProbeEndpoint(Protocol):
    """A model server that is asked, once for each call. Never raises for what it answers."""

    async def ask(self, ask: Ask) -> ProbeAnswer: ...

    async def embed(self, model: str, text: str) -> list[float] | None:
        """None where it fails."""
        ...

    async def close(self) -> None: ...


class ProbeStore(Protocol):
    """Probes, what they have learned, what came of their batches, and what a day has cost. Raises Transient when the
    database is away.
    """

    def add(self, probe: Probe, at: datetime) -> None:
        """One that was removed is taken up again. Raises Fatal where the name is taken."""
        ...

    def remove(self, name: str, at: datetime) -> bool:
        """Whether it was there. Its outcomes stay."""
        ...

    def probes(self) -> list[tuple[Probe, datetime]]:
        """By name, with when each is due."""
        ...

    def state(self, name: str) -> ProbeState: ...
    def save_state(self, name: str, state: ProbeState, due_at: datetime | None = None) -> None: ...

    def save_outcome(self, state: ProbeState, outcome: ProbeOutcome, due_at: datetime) -> None:
        """Both in one transaction."""
        ...

    def revise(self, outcome: ProbeOutcome) -> None:
        """Replaces one of a lower sequence."""
        ...

    def newest(self, since: datetime) -> dict[str, ProbeOutcome]:
        """Of each probe, by its name."""
        ...

    def unpublished(self, limit: int) -> list[ProbeOutcome]:
        """Whose newest sequence was not published yet, oldest first."""
        ...

    def mark_published(self, outcome: ProbeOutcome) -> None: ...

    def reserve(self, at: datetime, usd: Decimal, limit: Decimal) -> bool:
        """Takes it from the budget of that day (UTC), before anything is asked; False where it would pass the limit,
        however many ask for it at a time. What a killed process had reserved stays spent.
        """
        ...

    def settle(self, at: datetime, reserved: Decimal, actual: Decimal) -> None:
        """Gives back what was not used."""
        ...

    def spent(self, at: datetime) -> Decimal:
        """US dollars of that day, reserved ones among them."""
        ...


class ProbePublisher(Protocol):
    """Where others read what probes say."""

    def publish(self, outcome: ProbeOutcome) -> None:
        """Returns when it is taken; the same may be published again. Raises Transient."""
        ...


class Decisions(Protocol):
    """What people decided about opportunities. Raises Transient when the database is away."""

    def undecided(self, limit: int) -> list[Word]:
        """Words that approve, reject or snooze something and were not acted on, oldest first."""
        ...

    def save(self, decision: OpportunityDecision) -> None:
        """One that is there already changes nothing."""
        ...

    def mark_decided(self, word: str) -> None: ...

    def known(self) -> list[KnownOpportunity]:
        """All opportunities as they stand."""
        ...

    def save_holds(self, found: Sequence[Hold]) -> None:
        """Replaces all that are known."""
        ...


class SavingsStore(Protocol):
    """What days cost, and the ledger. Raises Transient when the database is away."""

    def complete_until(self) -> datetime | None:
        """The end of the newest minute that is summed; None: none is."""
        ...

    def usage(
        self, accounts: Sequence[Segment], target: Mapping[str, str], since: datetime
    ) -> dict[datetime, list[CellUsage]]:
        """Days from `since` on, by cell: an account. With a target (provider, model, endpoint) work may move: a cell is
        a task of a tenant, in these accounts and in those of the target.
        """
        ...

    def replace(self, opportunity_id: str, rows: Sequence[Saving], since: datetime) -> None:
        """Puts the rows in place of those of days from `since` on."""
        ...

    def newest(self) -> dict[str, datetime]:
        """The newest day of each opportunity in the ledger."""
        ...


class PolicyStore(Protocol):
    """Every version of the routing policy. Raises Transient when the database is away."""

    def newest(self) -> RoutingPolicy | None: ...

    def save(self, policy: RoutingPolicy) -> bool:
        """Whether it was new: a version that is there already is not overwritten."""
        ...


class VerdictStore(Protocol):
    """Trials with what they know. Raises Transient when the database is away."""

    def running(self) -> list[tuple[Trial, bytes | None]]:
        """Those that run, with their state as it was saved last; None before the first row."""
        ...

    def add(self, verdict: Verdict) -> bool:
        """Whether it was new: one that is there already is not overwritten."""
        ...

    def save(self, found: Sequence[tuple[Verdict, bytes]]) -> None:
        """State and figures in one transaction; of those alone that still run."""
        ...

    def end(self, trial_id: str, by: str, reason: str, at: datetime) -> bool:
        """Stops one without a verdict; False where it does not run."""
        ...

    def unreported(self, limit: int) -> list[Verdict]:
        """Those that have ended and whose end has no insight yet, oldest first."""
        ...


class RequestLog(Protocol):
    """The batches that ingest writes, of all partitions, read without a group: who reads keeps the positions."""

    def begin(self, positions: Mapping[str, int], since: datetime) -> None:
        """Reads on from these positions, by partition; others from what came at `since`. Raises Transient."""
        ...

    def read(self) -> list[tuple[str, int, Batch | None]]:
        """Partition, offset and batch, None where it cannot be read; empty where nothing came within a moment. Raises
        Transient.
        """
        ...

    def has_read(self, until: datetime) -> bool:
        """Whether all that came before that time is read, as far as the broker knows. Raises Transient."""
        ...

    def close(self) -> None: ...


class PolicyPublisher(Protocol):
    """Where the newest policy is read by routers."""

    def publish(self, policy: RoutingPolicy) -> None:
        """Returns when it is taken; the same version may be published again. Raises Transient."""
        ...


class Outbox(Protocol):
    """External effects that are owed, and how far they have come."""

    def claim(self, limit: int, at: datetime, kind: str | None = None) -> list[OutboxMessage]:
        """Messages that are due, leased to this caller for a minute; of that kind of channel, None: of any.

        A channel gets the messages of one conversation in order: none while an earlier one is owed.
        """
        ...

    def kinds(self) -> set[str]:
        """Kinds of channel that are owed something."""
        ...

    def mark_sent(self, idempotency_key: str, at: datetime) -> None: ...

    def mark_failed(self, idempotency_key: str, error: str, retry_at: datetime | None) -> None:
        """To be retried at `retry_at`; None parks it, visible to the operator."""
        ...


class Tickets(Protocol):
    """Which message or issue of a channel is a conversation's."""

    def get(self, channel: str, conversation: str) -> Ticket | None: ...

    def begin(self, channel: str, conversation: str, at: datetime) -> Ticket:
        """Before it is made there, so that a crash in between is known."""
        ...

    def save(self, ticket: Ticket) -> None: ...

    def forget(self, channel: str, conversation: str) -> None:
        """It is gone there, or was never made."""
        ...


class Conversations(Protocol):
    """What people were shown of each finding. Raises Transient when the database is away."""

    def unrouted(self, limit: int) -> list[tuple[Insight, Conversation | None]]:
        """Insights with a sequence that was not considered yet, oldest first."""
        ...

    def due(self, at: datetime, limit: int) -> list[Conversation]:
        """Those whose timer has run out."""
        ...

    def get(self, conversation: str) -> Conversation | None: ...
    def insight(self, conversation: str) -> Insight | None: ...

    def members(self, group: str, limit: int) -> tuple[list[Insight], int, int]:
        """The findings of a group, those that page first, then the oldest; how many there are and are open."""
        ...

    def waiting(self) -> list[tuple[Insight, Conversation]]:
        """Findings that wait for the next digest, oldest first."""
        ...

    def opened_since(self, group_key: str, since: datetime) -> int: ...
    def group_of(self, group_key: str, since: datetime) -> Conversation | None: ...
    def owed_since(self, channel: str, since: datetime) -> int: ...
    def words(self, limit: int) -> list[Word]: ...

    def accepted_by(self, subject_id: str) -> Word | None:
        """Who accepted it, where that is known."""
        ...

    def save(
        self, conversations: Sequence[Conversation], messages: Sequence[OutboxMessage], words: Sequence[str] = ()
    ) -> None:
        """Conversations, outbox rows and words that are done, in one transaction."""
        ...


@runtime_checkable
class AnswerSource(Protocol):
    """A tracker that can be asked what people said."""

    @property
    def channel(self) -> str: ...

    async def answers(self, ref: str, since: datetime) -> tuple[list[Answer], str | None]:
        """Comments since then of those who may decide, and who closed it: None while it is open or gone."""
        ...


class WordStore(Protocol):
    """Where people's words go, and the tickets about which they are said."""

    def open_ones(self, kind: str) -> list[Ticket]: ...
    def add_word(self, word: Word) -> bool: ...


class ReviewStore(Protocol):
    """What may be drawn for people, what was, and what they say. Raises Transient when the database is away."""

    def is_drawn_on(self, date: date) -> bool:
        """Whether a queue was drawn on that UTC date, of whatever day."""
        ...

    def undrawn_day(self, since: datetime, before: datetime, quiet: timedelta) -> datetime | None:
        """The newest day from `since` on and before `before` that has requests, none new for `quiet`, and no draw."""
        ...

    def requests(self, day: datetime) -> dict[Cell, int]: ...

    def lowest(self, day: datetime, limit: int) -> dict[Cell, list[ReviewEntry]]:
        """Of each cell the entries of the lowest ranks, ascending."""
        ...

    def open_reports(self, limit: int) -> list[str]:
        """Ids of requests that users reported and that are in no queue, oldest first."""
        ...

    def save_draw(self, draw: Draw) -> bool:
        """All of it in one transaction; False where its day was drawn, or another day on its date."""
        ...

    def has_news(self) -> bool:
        """Whether something was drawn or said since `save_quality`, or about then."""
        ...

    def drawn_days(self) -> list[DrawnDay]:
        """Ascending."""
        ...

    def labels(self) -> list[CurrentLabel]:
        """Of requests in the queue: of each reviewer the newest."""
        ...

    def streams(self) -> dict[str, Segment]:
        """By id, of those that were drawn from."""
        ...

    def changes(self) -> list[QualityChange]:
        """Changes of success rates, open and ended."""
        ...

    def accepted(self) -> list[Accepted]:
        """Words that accept a change which is open."""
        ...

    def shifts_then(self, stream: Segment, since: datetime, until: datetime) -> list[ShiftThen]:
        """Shifts of the stream, or of its model everywhere, open at some time from the day `since` to the day
        `until`; first those that paged and are open still, then others that paged, five at most.
        """
        ...

    def save_quality(
        self, found: Sequence[Quality], agreements: Sequence[Agreement], changes: Sequence[QualityChange]
    ) -> None:
        """Replaces what is known of quality, and all agreements; changes of a higher sequence replace theirs. One
        transaction.
        """
        ...

    def unreported_changes(self, limit: int) -> list[QualityChange]:
        """Those whose newest sequence has no insight yet, oldest first."""
        ...


class LabelSayer(Protocol):
    """The way of labels."""

    def say(self, said: Sequence[Said]) -> None:
        """Returns when all are taken. Raises Transient, Fatal."""
        ...


class CommandSayer(Protocol):
    """The way upstream."""

    def say(self, command: Command) -> None:
        """Returns when it is taken. Raises Transient, Fatal."""
        ...


Picture = Callable[[Insight], bytes | None]
"""PNG of what changed, before and after; None where there is nothing to draw."""


class Notifier(Protocol):
    """One way to the outside."""

    @property
    def channel(self) -> str: ...

    @property
    def at_once(self) -> int:
        """Messages that may be under way together."""
        ...

    @property
    def pace_s(self) -> float:
        """Seconds between two messages."""
        ...

    async def send(self, message: OutboxMessage) -> None:
        """Returns when the other side has taken it. Raises Transient to be retried, Fatal to be parked."""
        ...
