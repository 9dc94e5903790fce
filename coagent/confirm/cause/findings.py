"""All evidence about a candidate's cause."""

from collections.abc import Mapping

from coagent.confirm.cause.covariates import traffic_findings
from coagent.confirm.cause.declared_fields import field_findings
from coagent.confirm.cause.finding import Finding
from coagent.confirm.cause.neighbours import Neighbours, neighbour_findings
from coagent.confirm.cause.signals import moved_findings, replaced_findings, still_findings
from coagent.confirm.compare.signal_result import Reading
from coagent.domain.candidate import Candidate


def findings(candidate: Candidate, read: Mapping[str, Reading], neighbours: Neighbours) -> list[Finding]:
    """Rows of the table in weights.py that apply, in no order."""
    return [
        *field_findings(candidate.fields),
        *traffic_findings(candidate, read),
        *moved_findings(read),
        *replaced_findings(read),
        *still_findings(read),
        *neighbour_findings(neighbours),
    ]
