"""All evidence about a candidate's cause."""

from coagent.confirm.cause.covariates import traffic_findings
from coagent.confirm.cause.declared_fields import field_findings
from coagent.confirm.cause.finding import Finding
from coagent.confirm.cause.neighbours import Neighbours, neighbour_findings
from coagent.confirm.cause.signals import moved_findings, replaced_findings, still_findings, unseen_findings
from coagent.confirm.compare.signal_result import Results
from coagent.domain.candidate import Candidate


def findings(candidate: Candidate, results: Results, neighbours: Neighbours) -> list[Finding]:
    """Rows of likelihood_table.py that apply, in no order."""
    return [
        *field_findings(candidate.fields),
        *traffic_findings(candidate, results),
        *moved_findings(results),
        *replaced_findings(results),
        *unseen_findings(results),
        *still_findings(results),
        *neighbour_findings(neighbours),
    ]
