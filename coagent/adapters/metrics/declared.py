"""Every metric, declared once: name, kind, labels and what it means. docs/operations.md lists them from here."""

from typing import Literal, NamedTuple

Kind = Literal["counter", "gauge"]


class Metric(NamedTuple):
    """`name` ends in its unit, a counter's in `_total`."""

    name: str
    kind: Kind
    text: str
    labels: tuple[str, ...] = ()


TURN_AGE = Metric("coagent_turn_age_seconds", "gauge", "Seconds since the process last got through a turn of its work.")

INGEST_MESSAGES = Metric("coagent_ingest_messages_total", "counter", "Telemetry messages read.")
INGEST_ROWS = Metric("coagent_ingest_rows_total", "counter", "Requests sent on to detection.")
INGEST_BATCHES = Metric("coagent_ingest_batches_total", "counter", "Batches that carried them.")
INGEST_OVERFLOWED = Metric("coagent_ingest_overflowed_total", "counter", "Requests counted under `(other)`.")
INGEST_SKIPPED = Metric("coagent_ingest_skipped_total", "counter", "Records that are no request, by why.", ("reason",))
INGEST_REJECTED = Metric(
    "coagent_ingest_rejected_total",
    "counter",
    "Records that cannot be read, by why.",
    ("reason",),
)
INGEST_NOTED = Metric(
    "coagent_ingest_noted_total", "counter", "Values not read or not believed of accepted requests.", ("reason",)
)
INGEST_WAITING = Metric("coagent_ingest_waiting_records", "gauge", "Records handed to Kafka and not yet taken.")

WORKER_MESSAGES = Metric("coagent_worker_messages_total", "counter", "Messages stepped through, by stage.", ("stage",))
WORKER_DEAD_LETTERS = Metric(
    "coagent_worker_dead_letters_total", "counter", "Messages that a stage could not take.", ("stage", "reason")
)
WORKER_CHECKPOINTS = Metric("coagent_worker_checkpoints_total", "counter", "Checkpoints written, by stage.", ("stage",))
WORKER_OWED = Metric(
    "coagent_worker_owed_messages", "gauge", "Messages that are read and not yet acknowledged, by stage.", ("stage",)
)

SINK_VALUES = Metric("coagent_sink_values_total", "counter", "Values written to Postgres, by topic.", ("topic",))
SINK_REFUSED = Metric("coagent_sink_refused_total", "counter", "Messages that became dead letters, by why.", ("why",))
SINK_RETRIES = Metric("coagent_sink_retries_total", "counter", "Writes tried again because Postgres was away.")

AGENT_RUNS = Metric("coagent_agent_job_runs_total", "counter", "Runs of a job that ended well.", ("job",))
AGENT_DONE = Metric("coagent_agent_job_done_total", "counter", "Things that a job did.", ("job",))
AGENT_FAILURES = Metric("coagent_agent_job_failures_total", "counter", "Runs of a job that failed.", ("job",))
STAGE_LAG = Metric("coagent_stage_lag_messages", "gauge", "Messages that wait for a stage.", ("stage",))
OLDEST_FINDING = Metric(
    "coagent_oldest_unhandled_finding_seconds", "gauge", "Age of the oldest shift that has no insight yet; 0: none."
)
OLDEST_OWED = Metric(
    "coagent_oldest_owed_delivery_seconds", "gauge", "Age of the oldest message that a channel is owed; 0: none."
)
PARKED = Metric("coagent_parked_deliveries", "gauge", "Messages that a channel refused for good and people decide on.")

UP_CHILDREN = Metric("coagent_up_child_running", "gauge", "Whether a child of `coagent up` runs, 1 or 0.", ("child",))
UP_RESTARTS = Metric("coagent_up_child_restarts_total", "counter", "Starts of a child after its first.", ("child",))

ALL = tuple(value for value in list(globals().values()) if isinstance(value, Metric))
