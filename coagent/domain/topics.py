"""Names of coagent's own topics, declared once."""

REQUESTS = "coagent.requests.v2"
"""Keyed by stream; v1 was keyed by task and tenant too."""
EARLIER_REQUESTS = "coagent.requests.v1"
"""Where a version before may have left batches that no worker read; made by none any more."""
CANDIDATES = "coagent.candidates.v1"
SHIFTS = "coagent.shifts.v1"
ROLLUPS = "coagent.rollups.v1"
INSIGHTS = "coagent.insights.v1"
DEADLETTER = "coagent.deadletter.v1"
CONTROL = "coagent.control.v1"
DETECTORS = "coagent.detectors.v1"
INTAKE = "coagent.intake.v1"
EVIDENCE = "coagent.evidence.v2"
"""Keyed by provider and model. v1 was another evidence, batch by batch."""
GROUPS = "coagent.groups.v1"
"""Keyed by stream."""
POLICY = "coagent.policy.v1"
"""Compacted, one key: the newest message is the policy."""
HEARTBEATS = "coagent.heartbeats.v1"
"""Keyed by process and instance."""

REVIEW = "coagent.review.v1"
"""Keyed by stream: counts of requests by day and reason, and ids of those that may be drawn for people."""
LABELS = "coagent.labels.v1"
"""Keyed by request id: what people say of single requests."""
PROBES = "coagent.probes.v1"
"""Keyed by stream: what each batch of an active probe says."""


PUBLIC = (SHIFTS, INSIGHTS, ROLLUPS, POLICY, HEARTBEATS, PROBES)
ALL = (
    *(REQUESTS, CANDIDATES, SHIFTS, ROLLUPS, INSIGHTS, DEADLETTER, CONTROL, DETECTORS, INTAKE, EVIDENCE, GROUPS),
    *(POLICY, HEARTBEATS, REVIEW, LABELS, PROBES),
)
