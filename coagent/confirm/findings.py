"""All evidence about a candidate's cause."""

from collections.abc import Mapping

from coagent.confirm.fields import field_findings
from coagent.confirm.finding import Finding
from coagent.confirm.neighbours import Neighbours, neighbour_findings
from coagent.confirm.reading import Reading
from coagent.confirm.signal_findings import moved_findings, replaced_findings, still_findings
from coagent.confirm.traffic import traffic_findings
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
