"""Whether the provider declared another version, or the client deployed one, at the onset."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coagent.confirm.cause.finding import Finding
from coagent.domain.candidate import FieldCounts
from coagent.domain.number_format import percent
from coagent.domain.signal import DECLARED, DEPLOY
from coagent.domain.vocabulary import signal_name

SIGNIFICANT = 1e-4


@dataclass(frozen=True, slots=True)
class Gain:
    """The value of a field whose share grew most; `moved` is the share of the rows that changed value at all."""

    field: str
    value: str
    before: float
    after: float
    moved: float
    p_value: float

    @property
    def text(self) -> str:
        share = f"from {percent(self.before)} to {percent(self.after)} of the rows"
        return f"{signal_name(self.field)} {self.value} went {share}"


def field_findings(fields: Sequence[FieldCounts]) -> list[Finding]:
    """`declared` and `deploy`, each with the field that changed most."""
    found = []
    for finding, names in (("declared", DECLARED), ("deploy", DEPLOY)):
        gains = [gain for one in fields if one.field in names and (gain := gained(one)) is not None]
        real = [gain for gain in gains if gain.p_value <= SIGNIFICANT]
        if real:
            largest = max(real, key=lambda gain: gain.moved)
            found.append(Finding(finding, min(1.0, largest.moved / 0.8), largest.text))
    return found


def gained(counts: FieldCounts) -> Gain | None:
    """Fisher's exact p-value, corrected for choosing the value that grew most; None where a side knows no value."""
    from scipy import stats  # noqa: PLC0415  takes half a second to load

    before, after = sum(counts.before.values()), sum(counts.after.values())
    if not before or not after:
        return None
    values = sorted({*counts.before, *counts.after})
    growth = {v: counts.after.get(v, 0) / after - counts.before.get(v, 0) / before for v in values}
    value = max(values, key=growth.__getitem__)
    was, now = counts.before.get(value, 0), counts.after.get(value, 0)
    exact = stats.fisher_exact(np.array([[now, after - now], [was, before - was]]), alternative="greater")
    return Gain(
        field=counts.field,
        value=value,
        before=was / before,
        after=now / after,
        moved=sum(max(change, 0.0) for change in growth.values()),
        p_value=min(1.0, float(exact.pvalue) * len(values)),
    )
