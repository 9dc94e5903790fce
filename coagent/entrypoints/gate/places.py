"""Where a finding is shown in the repository."""

from coagent.domain.gate import Finding, GateReport
from coagent.entrypoints.gate.files import POLICY_FILE


def place_of(report: GateReport, finding: Finding) -> tuple[str, int]:
    """File and line of its change; of the first one where it is about all, and the policy's where there is none."""
    changes = report.changes
    if not changes:
        return str(POLICY_FILE), 1
    change = changes[finding.change or 0].change
    return change.file, max(change.line, 1)
