"""The tables of schema `coagent` as SQLAlchemy sees them; the revisions under migrations/ make them."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from coagent.adapters.postgres.histogram_column import HistogramColumn

metadata = MetaData(schema="coagent")
INSTANT = DateTime(timezone=True)


def _given(name: str, kind: TypeEngine[Any] | type[TypeEngine[Any]]) -> Column[Any]:
    return Column(name, kind, nullable=False)


def _segment() -> Column[Any]:
    return Column("segment_id", Text, ForeignKey("coagent.segments.id"), nullable=False)


def _row(prefix: str, *, known: bool = True) -> tuple[Column[Any], ...]:
    """A RowRef in three columns."""
    return (
        Column(f"{prefix}_ordinal", BigInteger, nullable=not known),
        Column(f"{prefix}_time", INSTANT, nullable=not known),
        Column(f"{prefix}_request_id", Text),
    )


segments = Table(
    "segments",
    metadata,
    Column("id", Text, primary_key=True),
    _given("provider", Text),
    _given("request_model", Text),
    Column("endpoint", Text),
    Column("task", Text),
    Column("tenant", Text),
    _given("stream_id", Text),
    Index("segments_stream", "provider", "request_model"),
)

KNOWN = ("refusals_known", "fallbacks_known", "retries_known", "finishes_known", "cacheable_input_tokens")
ADVISED = (
    *("tiers_known", "priority_requests", "batched_requests", "long_inputs", "long_input_tokens"),
    *("max_tokens_known", "tool_requests", "tools_known", "quality_scores_known"),
)
"""What only the advisors read."""


def _advised() -> tuple[Column[Any], ...]:
    """Of minutes, hours and days."""
    counts = (Column(name, BigInteger, nullable=False, server_default=text("0")) for name in ADVISED)
    failed = Column("failed_cost_usd", Numeric, nullable=False, server_default=text("0"))
    return (*counts, Column("max_tokens", BigInteger), failed, Column("quality_score", Numeric))


rollups_1m = Table(
    "rollups_1m",
    metadata,
    Column("segment_id", Text, primary_key=True),
    Column("minute", INSTANT, primary_key=True),
    Column("part", Text, primary_key=True),
    *(_given(name, BigInteger) for name in ("sequence", "requests", "errors", "truncations")),
    *(Column(name, BigInteger) for name in ("refusals", "fallbacks", "cache_hits", "streamed")),
    *(Column(name, BigInteger) for name in ("input_tokens", "output_tokens", "cached_input_tokens")),
    *(Column(name, BigInteger) for name in ("cache_write_tokens", "reasoning_tokens")),
    Column("cost_usd", Numeric),
    _given("cost_known", BigInteger),
    *(Column(name, Text) for name in ("price_version", "service_tier")),
    _given("prompts_known", BigInteger),
    Column("prompt_sketch", LargeBinary),
    Column("distinct_prompts", Double),
    _given("cost_doubtful", BigInteger),
    Column("list_cost_usd", Numeric),
    _given("list_cost_known", BigInteger),
    *(Column(name, HistogramColumn) for name in ("duration", "time_to_first_token")),
    _given("outcomes_known", BigInteger),
    Column("retries", BigInteger),
    _given("error_types", JSONB),
    _given("prefixes_known", BigInteger),
    Column("prefix_sketch", LargeBinary),
    Column("distinct_prefixes", Double),
    *(_given(name, BigInteger) for name in KNOWN),
    *_advised(),
    Index("rollups_1m_minute", "minute"),
    postgresql_partition_by="RANGE (minute)",
)


def _longer(unit: str) -> Table:
    """Hours or days, summed from minutes."""
    counts = ("requests", "outcomes_known", "errors", "truncations")
    optional = ("refusals", "fallbacks", "retries", "cache_hits", "streamed", "input_tokens", "output_tokens")
    tokens = ("cached_input_tokens", "cache_write_tokens", "reasoning_tokens")
    known = ("prompts_known", "prefixes_known", *KNOWN)
    return Table(
        f"rollups_{unit}",
        metadata,
        _given("segment_id", Text),
        _given("start", INSTANT),
        Column("service_tier", Text),
        *(_given(name, BigInteger) for name in counts),
        *(Column(name, BigInteger) for name in (*optional, *tokens)),
        Column("cost_usd", Numeric),
        *(_given(name, BigInteger) for name in ("cost_known", "cost_doubtful")),
        Column("list_cost_usd", Numeric),
        _given("list_cost_known", BigInteger),
        Column("price_version", Text),
        *(_given(name, BigInteger) for name in known),
        _given("error_types", JSONB),
        *(Column(name, HistogramColumn) for name in ("duration", "time_to_first_token")),
        *(Column(name, LargeBinary) for name in ("prompt_sketch", "prefix_sketch")),
        *(Column(name, Double) for name in ("distinct_prompts", "distinct_prefixes")),
        *_advised(),
        UniqueConstraint(
            "segment_id", "start", "service_tier", name=f"rollups_{unit}_key", postgresql_nulls_not_distinct=True
        ),
        Index(f"rollups_{unit}_start", "start"),
        postgresql_partition_by='RANGE ("start")' if unit == "1h" else None,
    )


rollups_1h = _longer("1h")
rollups_1d = _longer("1d")

models_1d = Table(
    "models_1d",
    metadata,
    _given("start", INSTANT),
    *(_given(name, Text) for name in ("provider", "request_model")),
    *(Column(name, Text) for name in ("task", "service_tier")),
    *(_given(name, BigInteger) for name in ("requests", "outcomes_known", "errors", "cost_known", "truncations")),
    *(_given(name, BigInteger) for name in KNOWN),
    *(Column(name, BigInteger) for name in ("refusals", "fallbacks", "retries", "input_tokens", "output_tokens")),
    Column("cached_input_tokens", BigInteger),
    Column("cost_usd", Numeric),
    *(Column(name, HistogramColumn) for name in ("duration", "time_to_first_token")),
    Index("models_1d_start", "start", "provider", "request_model"),
)
"""Days by model, task and tier, summed from those of accounts."""

rollup_days = Table(
    "rollup_days",
    metadata,
    Column("unit", Text, CheckConstraint("unit IN ('minutes', 'hours')"), primary_key=True),
    Column("day", INSTANT, primary_key=True),
    Column("made_at", INSTANT, nullable=False, server_default=text("now()")),
    Column("present", Boolean, nullable=False, server_default=text("true")),
    Column("forgotten", Boolean, nullable=False, server_default=text("false")),
)
"""Partitions of minutes and hours; `rollup_days` the module says more."""

changed_hours = Table(
    "changed_hours",
    metadata,
    Column("segment_id", Text, primary_key=True),
    Column("hour", INSTANT, primary_key=True),
    _given("changes", BigInteger),
)

complete_until = Table(
    "complete_until",
    metadata,
    Column("single", Boolean, primary_key=True, server_default=text("true")),
    _given("minute", INSTANT),
    CheckConstraint("single"),
)

shifts = Table(
    "shifts",
    metadata,
    Column("id", Text, primary_key=True),
    _given("sequence", BigInteger),
    _segment(),
    _given("status", Text),
    *_row("onset"),
    _given("onset_low", BigInteger),
    _given("onset_high", BigInteger),
    *_row("raised"),
    *_row("updated"),
    _given("signals", JSONB),
    _given("cause_family", Text),
    _given("cause_kind", Text),
    _given("cause_confidence", Double),
    _given("cause_because", JSONB),
    _given("page", Boolean),
    *_row("alarm", known=False),
    Column("evidence", JSONB(none_as_null=True)),
    Column("direction", Text, nullable=False, server_default="neither"),
    Column("held_because", JSONB, nullable=False, server_default=text("'[]'")),
    Column("parts", JSONB, nullable=False, server_default=text("'[]'")),
    Column("cost", JSONB(none_as_null=True)),
    Column("declared", JSONB, nullable=False, server_default=text("'[]'")),
    *(Column(name, INSTANT) for name in ("ended_at", "paged_at")),
    CheckConstraint("(status = 'open') = (ended_at IS NULL)", "shifts_ended"),
    CheckConstraint("onset_time <= ended_at AND raised_time <= ended_at", "shifts_moments"),
    CheckConstraint(
        "onset_ordinal <= coalesce(alarm_ordinal, raised_ordinal) AND "
        "coalesce(alarm_ordinal, raised_ordinal) <= raised_ordinal AND raised_ordinal <= updated_ordinal",
        "shifts_rows",
    ),
)

dismissals = Table(
    "dismissals",
    metadata,
    Column("id", Text, primary_key=True),
    _given("sequence", BigInteger),
    _segment(),
    _given("signal", Text),
    *_row("raised"),
    _given("why", Text),
    Column("held_because", JSONB, nullable=False, server_default=text("'[]'")),
)

detectors = Table(
    "detectors",
    metadata,
    Column("segment_id", Text, ForeignKey("coagent.segments.id"), primary_key=True),
    Column("signal", Text, primary_key=True),
    _given("sequence", BigInteger),
    _given("time", INSTANT),
    _given("rows_seen", BigInteger),
    _given("segment_promise_rows", Double),
    _given("status", Text),
    *(Column(name, Double) for name in ("promise_rows", "log10_needed")),
    *(_given(name, Double) for name in ("log10_evidence", "log10_peak", "budget_share")),
    _given("reference_rows", BigInteger),
    _given("caution", Double),
    _given("false_alarms", BigInteger),
    Column("muted_until", INSTANT),
)

commands = Table(
    "commands",
    metadata,
    Column("id", Text, primary_key=True),
    _given("kind", Text),
    Column("segment_id", Text, ForeignKey("coagent.segments.id")),
    _given("at", INSTANT),
    _given("by", Text),
    _given("reason", Text),
    Column("shift_id", Text),
    Column("muted_until", INSTANT),
    Column("signals", JSONB(none_as_null=True)),
    Column("rows_per_month", Double),
    _given("cluster", Text),
    _given("partition", Integer),
    _given("offset", BigInteger),
    Index("commands_segment", "segment_id", "at"),
)

obeyed_commands = Table(
    "obeyed_commands",
    metadata,
    Column("id", Text, primary_key=True),
    Column("obeyed_at", INSTANT, nullable=False, server_default=text("now()")),
)
"""Apart from the commands: which of the two topics is read first is not known."""

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("cluster", Text, primary_key=True),
    Column("topic", Text, primary_key=True),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("offset", BigInteger, primary_key=True, autoincrement=False),
    Column("index", Integer, primary_key=True, autoincrement=False),
    _given("reason", Text),
    _given("detail", Text),
    Column("recorded_at", INSTANT, nullable=False, server_default=text("now()")),
)

intake = Table(
    "intake",
    metadata,
    Column("id", Text, primary_key=True),
    _given("sequence", BigInteger),
    *(_given(name, Text) for name in ("run", "cluster", "topic")),
    _given("at", INSTANT),
    *(_given(name, BigInteger) for name in ("read", "accepted")),
    _given("last", Text),
    _given("reasons", JSONB),
)

opportunities = Table(
    "opportunities",
    metadata,
    Column("id", Text, primary_key=True),
    _given("sequence", BigInteger),
    _given("kind", Text),
    _segment(),
    _given("title", Text),
    *(_given(f"monthly_savings_{estimate}_usd", Numeric) for estimate in ("low", "expected", "high")),
    _given("assumptions", JSONB),
    _given("evidence", JSONB),
    _given("action", JSONB),
    _given("risk", Text),
    _given("validation", Text),
    Column("price_version", Text),
    *(_given(name, INSTANT) for name in ("found_at", "updated_at", "seen_at")),
    *(Column(f"alone_savings_{estimate}_usd", Numeric) for estimate in ("low", "expected", "high")),
    Column("parts", JSONB, nullable=False, server_default=text("'[]'")),
    Column("benefit", Text),
    Column("effort", Text, nullable=False, server_default="medium"),
    Column("wrong_if", Text, nullable=False, server_default=""),
    Column("sample_size", BigInteger),
)

state_checkpoints = Table(
    "state_checkpoints",
    metadata,
    Column("table", Text, primary_key=True),
    Column("key", LargeBinary, primary_key=True),
    _given("cluster", Text),
    _given("messages", BigInteger),
    _given("state", LargeBinary),
    Column("updated_at", INSTANT, nullable=False, server_default=text("now()")),
)

silences = Table(
    "silences",
    metadata,
    Column("id", Text, primary_key=True),
    _given("sequence", BigInteger),
    _segment(),
    _given("status", Text),
    _given("last", INSTANT),
    _given("noticed", INSTANT),
    Column("returned", INSTANT),
    _given("pauses", BigInteger),
    _given("longest_s", Double),
    Column("about", Text, nullable=False, server_default="segment"),
    Column("waiting", BigInteger),
)

insights = Table(
    "insights",
    metadata,
    Column("id", Text, primary_key=True),
    _given("kind", Text),
    _given("subject_id", Text),
    _given("sequence", BigInteger),
    _segment(),
    _given("title", Text),
    _given("text", Text),
    _given("page", Boolean),
    _given("narrator", Text),
    _given("facts", JSONB),
    _given("subject", JSONB),
    *(_given(name, INSTANT) for name in ("created_at", "updated_at")),
    Column("edition", Integer, nullable=False, server_default=text("0")),
    Column("provenance", JSONB, nullable=False, server_default=text("'{}'")),
    UniqueConstraint("kind", "subject_id"),
)

claims = Table(
    "claims",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("subject_id", Text, primary_key=True),
    Column("edition", Integer, primary_key=True, autoincrement=False),
    _given("sequence", BigInteger),
    _given("attempts", Integer),
    _given("until", INSTANT),
    Index("claims_until", "until"),
)

drafts = Table(
    "drafts",
    metadata,
    Column("insight_id", Text, primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _given("model", Text),
    _given("answer", Text),
    _given("problems", JSONB),
    _given("accepted", Boolean),
    _given("at", INSTANT),
    Index("drafts_at", "at"),
)

briefs = Table(
    "briefs",
    metadata,
    Column("name", Text, primary_key=True),
    _given("at", INSTANT),
    _given("messages", Integer),
)

outbox = Table(
    "outbox",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("idempotency_key", Text, nullable=False, unique=True),
    _given("channel", Text),
    _given("insight_id", Text),
    _given("payload", LargeBinary),
    Column(
        "state",
        Text,
        CheckConstraint("state IN ('owed', 'sent', 'parked', 'dropped')"),
        nullable=False,
        server_default="owed",
    ),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("due_at", INSTANT, nullable=False, server_default=text("'-infinity'")),
    Column("sent_at", INSTANT),
    Column("error", Text),
    Column("created_at", INSTANT, nullable=False, server_default=text("now()")),
    Index("outbox_owed", "due_at", postgresql_where=text("state = 'owed'")),
    Index("outbox_order", "channel", "insight_id", "position", postgresql_where=text("state = 'owed'")),
    Index("outbox_created", "channel", "created_at"),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", Text, primary_key=True),
    _given("kind", Text),
    _given("sequence", BigInteger),
    Column("group_id", Text),
    Column("group_key", Text),
    _given("digest", Boolean),
    _given("opened_at", INSTANT),
    Column("due_at", INSTANT),
    _given("state", JSONB),
    Index("conversations_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    Index("conversations_group", "group_id", postgresql_where=text("group_id IS NOT NULL")),
    Index("conversations_key", "group_key", "opened_at"),
    Index("conversations_digest", "opened_at", postgresql_where=text("digest")),
)

tickets = Table(
    "tickets",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("conversation", Text, primary_key=True),
    _given("begun_at", INSTANT),
    Column("ref", Text),
    Column("url", Text),
    _given("revision", Integer),
    _given("closed", Boolean),
    Index("tickets_ref", "ref"),
)

words = Table(
    "words",
    metadata,
    Column("id", Text, primary_key=True),
    _given("conversation", Text),
    _given("kind", Text),
    _given("by", Text),
    _given("via", Text),
    _given("at", INSTANT),
    Column("until", INSTANT),
    _given("reason", Text),
    *(Column(name, INSTANT) for name in ("done_at", "decided_at")),
    Index("words_open", "at", postgresql_where=text("done_at IS NULL")),
    Index(
        "words_undecided", "at", postgresql_where=text("decided_at IS NULL AND kind IN ('approve', 'reject', 'snooze')")
    ),
)

slo_status = Table(
    "slo_status",
    metadata,
    Column("name", Text, primary_key=True),
    _given("definition", JSONB),
    *(_given(name, BigInteger) for name in ("events", "bad")),
    Column("budget_left", Double),
    Column("exhausted_at", INSTANT),
    _given("burn_rates", JSONB),
    _given("evaluated_at", INSTANT),
)

burns = Table(
    "burns",
    metadata,
    Column("id", Text, primary_key=True),
    _given("sequence", BigInteger),
    _segment(),
    *(_given(name, Text) for name in ("slo", "status")),
    _given("burn", JSONB),
    _given("began_at", INSTANT),
    Column("ended_at", INSTANT),
    CheckConstraint("(status = 'open') = (ended_at IS NULL)"),
    Index("burns_slo", "slo", "began_at"),
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("id", Text, primary_key=True),
    _given("sequence", BigInteger),
    _segment(),
    *(_given(name, Text) for name in ("name", "status")),
    _given("verdict", JSONB),
    Column("state", LargeBinary),
    Column("opportunity_id", Text),
    _given("started_at", INSTANT),
    Column("ended_at", INSTANT),
    CheckConstraint("status IN ('running', 'certified', 'halted', 'undecided', 'stopped')"),
    CheckConstraint("(status = 'running') = (sequence = 0)"),
    CheckConstraint("(status = 'running') = (ended_at IS NULL)"),
    Index("verdicts_running", "started_at", postgresql_where=text("status = 'running'")),
    Index("verdicts_name", "name", unique=True, postgresql_where=text("status = 'running'")),
    Index("verdicts_opportunity", "opportunity_id", "started_at"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Text, primary_key=True),
    _given("opportunity_id", Text),
    Column("kind", Text, CheckConstraint("kind IN ('approve', 'reject', 'snooze')"), nullable=False),
    *(_given(name, Text) for name in ("by", "via")),
    _given("at", INSTANT),
    Column("until", INSTANT),
    _given("reason", Text),
    _given("sequence", BigInteger),
    _given("promised_usd", Numeric),
    Index("decisions_opportunity", "opportunity_id", "at"),
)

holds = Table(
    "holds",
    metadata,
    Column("opportunity_id", Text, primary_key=True),
    *(_given(name, Text) for name in ("slo", "burn_id")),
    _given("since", INSTANT),
    _given("reason", Text),
)

savings = Table(
    "savings",
    metadata,
    Column("opportunity_id", Text, primary_key=True),
    Column("day", INSTANT, primary_key=True),
    Column("basis", Text, CheckConstraint("basis IN ('approved', 'seen')"), nullable=False),
    _given("since", INSTANT),
    *(_given(name, BigInteger) for name in ("requests", "requests_compared")),
    _given("promised_usd", Numeric),
    *(Column(name, Numeric) for name in ("cost_usd", "expected_cost_usd", "realised_usd")),
    *(Column(name, Numeric) for name in ("tokens_usd", "price_usd", "volume_usd", "mix_usd")),
)

policies = Table(
    "policies",
    metadata,
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    _given("at", INSTANT),
    _given("policy", JSONB),
)

probes = Table(
    "probes",
    metadata,
    Column("name", Text, primary_key=True),
    _segment(),
    *(_given(name, JSONB) for name in ("definition", "state")),
    *(_given(name, INSTANT) for name in ("added_at", "due_at")),
    Column("removed_at", INSTANT),
)

probe_outcomes = Table(
    "probe_outcomes",
    metadata,
    Column("id", Text, primary_key=True),
    _given("sequence", BigInteger),
    Column("probe", Text, ForeignKey("coagent.probes.name"), nullable=False),
    _segment(),
    _given("batch", BigInteger),
    _given("outcome", JSONB),
    *(_given(name, INSTANT) for name in ("began_at", "at")),
    Column("published", BigInteger, nullable=False, server_default=text("0")),
    UniqueConstraint("probe", "batch"),
    Index("probe_outcomes_at", "at"),
    Index("probe_outcomes_unpublished", "at", postgresql_where=text("published < sequence")),
)

probe_days = Table(
    "probe_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("usd", Numeric, CheckConstraint("usd >= 0"), nullable=False),
)
