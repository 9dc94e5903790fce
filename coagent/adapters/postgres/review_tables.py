"""The tables of the review queue as SQLAlchemy sees them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from coagent.adapters.postgres.tables import INSTANT, metadata

FIGURES = ("cost_usd", "quality_score", "mean_logprob")


def _segment(*, primary: bool = False, known: bool = True) -> Column[str]:
    return Column("segment_id", Text, ForeignKey("coagent.segments.id"), primary_key=primary, nullable=not known)


def _day(*, primary: bool = False) -> Column[object]:
    drawn = ForeignKey("coagent.review_draws.day", ondelete="CASCADE")
    return Column("day", INSTANT, drawn, primary_key=primary, nullable=False)


review_parts = Table(
    "review_parts",
    metadata,
    Column("day", INSTANT, primary_key=True),
    _segment(primary=True),
    Column("part", Text, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("requests", JSONB, nullable=False),
    Column("without_id", BigInteger, nullable=False),
    Column("changed_at", INSTANT, nullable=False, server_default=text("now()")),
)

review_entries = Table(
    "review_entries",
    metadata,
    Column("day", INSTANT, primary_key=True),
    _segment(primary=True),
    Column("request_id", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("rank", BigInteger, nullable=False),
    Column("time", INSTANT, nullable=False),
    *(Column(name, Text) for name in ("task", "tenant")),
    *(Column(name, Double) for name in FIGURES),
    Index("review_entries_rank", "day", "segment_id", "reason", "rank"),
)

review_draws = Table(
    "review_draws",
    metadata,
    Column("drawn_on", Date, primary_key=True),
    Column("day", INSTANT, nullable=False, unique=True),
    Column("at", INSTANT, nullable=False),
    *(Column(name, Integer, nullable=False) for name in ("budget", "looks")),
)

review_cells = Table(
    "review_cells",
    metadata,
    _day(primary=True),
    _segment(primary=True),
    Column("reason", Text, primary_key=True),
    Column("requests", BigInteger, nullable=False),
    Column("stratum", Text, nullable=False),
    Column("stratum_requests", BigInteger, nullable=False),
    Column("stratum_drawn", Integer, nullable=False),
)

review_queue = Table(
    "review_queue",
    metadata,
    Column("id", Text, primary_key=True),
    _day(),
    *(Column(name, Integer, nullable=False) for name in ("place", "looks")),
    *(Column(name, Text, nullable=False) for name in ("reason", "request_id")),
    _segment(known=False),
    Column("stratum", Text),
    Column("probability", Double),
    Column("time", INSTANT),
    *(Column(name, Text) for name in ("task", "tenant")),
    *(Column(name, Double) for name in FIGURES),
    Column("link", Text),
    UniqueConstraint("day", "place"),
    Index("review_queue_request", "request_id"),
)

review_labels = Table(
    "review_labels",
    metadata,
    Column("id", Text, primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("kind", "request_id", "by")),
    Column("at", INSTANT, nullable=False),
    Column("verdict", Text),
    Column("tags", JSONB, nullable=False),
    Column("cluster", Text, nullable=False),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("recorded_at", INSTANT, nullable=False, server_default=text("now()")),
    Index("review_labels_request", "request_id", "by", "at"),
    Index("review_labels_recorded", "recorded_at"),
)

quality = Table(
    "quality",
    metadata,
    Column("id", Text, primary_key=True),
    Column("day", INSTANT, nullable=False),
    Column("days", Integer, nullable=False),
    _segment(known=False),
    *(Column(name, Text) for name in ("provider", "request_model", "task")),
    Column("is_by_task", Boolean, nullable=False),
    *(Column(name, BigInteger, nullable=False) for name in ("requests", "drawn", "labelled", "unsure")),
    *(Column(name, Double) for name in ("success_rate", "low", "high", "low_if_failed", "high_if_succeeded")),
    Column("disagreement", Double),
    Column("change", Text),
    Column("reference_rate", Double),
    Column("evaluated_at", INSTANT, nullable=False, server_default=text("now()")),
    Index("quality_day", "day"),
)

quality_changes = Table(
    "quality_changes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    _segment(),
    Column("status", Text, nullable=False),
    Column("finding", JSONB, nullable=False),
    Column("found_on", INSTANT, nullable=False),
    Column("ended_at", INSTANT),
    CheckConstraint("status IN ('open', 'recovered', 'accepted')"),
    CheckConstraint("(status = 'open') = (ended_at IS NULL)"),
    Index("quality_changes_open", "segment_id", unique=True, postgresql_where=text("status = 'open'")),
)

review_agreement = Table(
    "review_agreement",
    metadata,
    Column("measure", Text, nullable=False),
    *(Column(name, Text) for name in ("reviewer", "other_reviewer")),
    Column("requests", BigInteger, nullable=False),
    Column("agreed_share", Double, nullable=False),
    Column("value", Double),
    Column("evaluated_at", INSTANT, nullable=False, server_default=text("now()")),
)
