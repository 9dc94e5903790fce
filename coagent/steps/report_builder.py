"""The newest state of all that an analysis found."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import msgspec
import numpy as np

from coagent.columns import Columns
from coagent.count.by_account import ByAccount
from coagent.domain.batch import Batch
from coagent.domain.histogram import added, percentiles
from coagent.domain.opportunity import Opportunity
from coagent.domain.report import (
    DismissedReport,
    OpportunityReport,
    Percentiles,
    Records,
    Report,
    SegmentReport,
    ShiftReport,
)
from coagent.domain.rollup import Rollup
from coagent.domain.segment import Segment
from coagent.domain.shift import Dismissed, Shift
from coagent.steps.spend import scorecard, spend
from coagent.steps.traffic import daily_traffic
from coagent.steps.unpriced import UnpricedCounts


class Tally:
    """Takes what the steps say, keeps the newest of each, and gives it in a stable order."""

    def __init__(self) -> None:
        self._rollups: dict[Segment, dict[tuple[datetime, str], Rollup]] = defaultdict(dict)
        self._outcomes: Counter[Segment] = Counter()
        self._unpriced = UnpricedCounts()
        self._shifts: dict[str, Shift] = {}
        self._dismissed: dict[str, Dismissed] = {}

    @property
    def rollups(self) -> list[Rollup]:
        """The newest of each segment, minute and part."""
        return [rollup for of_segment in self._rollups.values() for rollup in of_segment.values()]

    def add(self, batch: Batch) -> None:
        """Requests whose outcome or price is not known."""
        self._unpriced.add(batch)
        columns = Columns(batch)
        groups = ByAccount.of(columns)
        for place, known in zip(
            groups.places, groups.sums(np.isfinite(columns.successes()).astype(int)).tolist(), strict=True
        ):
            account = msgspec.structs.replace(batch.segment, task=place.task, tenant=place.tenant)
            self._outcomes[account] += known

    def count(self, rollups: Sequence[Rollup]) -> None:
        """Absolute values: a newer one of the same minute and part replaces the one before."""
        for rollup in rollups:
            self._rollups[rollup.segment][rollup.minute, rollup.part] = rollup

    def judge(self, shifts: Sequence[Shift], dismissed: Sequence[Dismissed]) -> None:
        self._shifts.update({shift.id: shift for shift in shifts})
        self._dismissed.update({one.id: one for one in dismissed})

    def report(self, records: Records, opportunities: Sequence[Opportunity]) -> Report:
        """`records`: what was read and what became of it."""
        return Report(
            records=records,
            segments=[self._segment(segment) for segment in sorted(self._rollups, key=self._by_size)],
            shifts=[ShiftReport.of(shift) for shift in sorted(self._shifts.values(), key=_when)],
            dismissed=[DismissedReport.of(one) for one in self._dismissed.values() if one.id not in self._shifts],
            opportunities=[OpportunityReport.of(one) for one in opportunities],
            unpriced=self._unpriced.models(),
            spend=spend(self.rollups),
            scorecard=scorecard(self.rollups),
            traffic=list(daily_traffic(self.rollups)),
        )

    def _by_size(self, segment: Segment) -> tuple[int, bytes]:
        return -sum(rollup.requests for rollup in self._rollups[segment].values()), segment.key()

    def _segment(self, segment: Segment) -> SegmentReport:
        rollups = list(self._rollups[segment].values())
        known = self._outcomes[segment]
        costs = [rollup.cost_usd for rollup in rollups if rollup.cost_usd is not None]
        return SegmentReport(
            segment=segment,
            requests=sum(rollup.requests for rollup in rollups),
            cost_usd=sum(costs, Decimal(0)) if costs else None,
            duration_s=Percentiles(*percentiles(added(rollup.duration for rollup in rollups), (0.5, 0.95, 0.99)) or ()),
            success_rate=1 - sum(rollup.errors for rollup in rollups) / known if known else None,
        )


def _when(shift: Shift) -> tuple[datetime, str]:
    return shift.raised.time, shift.id
