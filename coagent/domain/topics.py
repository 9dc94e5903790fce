"""Names of coagent's own topics, declared once."""

REQUESTS = "coagent.requests.v1"
EVIDENCE = "coagent.evidence.v1"
CANDIDATES = "coagent.candidates.v1"
SHIFTS = "coagent.shifts.v1"
ROLLUPS = "coagent.rollups.v1"
INSIGHTS = "coagent.insights.v1"
DEADLETTER = "coagent.deadletter.v1"
CONTROL = "coagent.control.v1"
DETECTORS = "coagent.detectors.v1"
INTAKE = "coagent.intake.v1"

PUBLIC = (SHIFTS, INSIGHTS, ROLLUPS)
ALL = (REQUESTS, EVIDENCE, CANDIDATES, SHIFTS, ROLLUPS, INSIGHTS, DEADLETTER, CONTROL, DETECTORS, INTAKE)
