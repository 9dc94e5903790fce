"""A group's detectors as people see them, beside those of its streams."""

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from coagent.detect.constants import DIGITS, TRAFFIC_POWER
from coagent.detect.group.add_up import budget_shares, limits, louder
from coagent.detect.group.group import Group
from coagent.detect.report_schedule import digest_of
from coagent.detect.sensor.sensed import IS_TRAFFIC, NAMES
from coagent.domain.detector import Detector, Detectors
from coagent.domain.evidence import Evidence


def detectors_due(group: Group, evidence: Evidence) -> list[Detectors]:
    """All of the group's detectors after this evidence, where it is time; none before streams sent some."""
    seen = np.flatnonzero(group.early | (group.peak > 0)).tolist()
    rows = sum(member.until for member in group.members.values())
    notable = (evidence.promise_rows, group.number, sorted(group.members))
    due = group.reported.renewed(rows, evidence.time_s, digest_of(notable, (group.early, louder(group))))
    if due is None or not seen:
        return []
    group.reported = due
    needed = _needed(group, evidence.promise_rows)
    return [
        Detectors(
            segment=evidence.stream.pool,
            sequence=due.sequence,
            time=datetime.fromtimestamp(due.time_s, UTC),
            rows_seen=rows,
            promise_rows=evidence.promise_rows,
            muted_until=None,
            detectors=[_detector(group, signal, float(needed[signal])) for signal in seen],
        )
    ]


def _needed(group: Group, promise_rows: float) -> NDArray[np.float64]:
    """Evidence at which each signal raises an alarm; input lengths: at which they count as moved."""
    return np.where(IS_TRAFFIC, promise_rows**TRAFFIC_POWER, limits(group, promise_rows))


def _detector(group: Group, signal: int, needed: float) -> Detector:
    """What one stream learned is in its own caution: evidence comes here lowered by it."""
    return Detector(
        signal=NAMES[signal],
        status="watching",
        promise_rows=needed,
        log10_needed=_log10(needed),
        log10_evidence=_log10(group.mean[signal]),
        log10_peak=_log10(group.peak[signal]),
        budget_share=round(float(budget_shares(group)[signal]), DIGITS),
        reference_rows=int(group.rows[signal]),
        caution=1.0,
        false_alarms=int(louder(group)[signal]),
        muted_until=None,
    )


def _log10(evidence: float) -> float:
    return round(float(np.log10(max(evidence, 1.0))), DIGITS)
