"""All that the sensors know of one stream."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from coagent.detect.group.share import Share
from coagent.detect.sensor.dead_band import Wander, no_wander
from coagent.detect.sensor.declared import Declared
from coagent.detect.sensor.groups import Groups
from coagent.detect.sensor.kept_rows import KeptRows, no_rows
from coagent.detect.sensor.kernel import Evidence, Sensed, no_evidence
from coagent.detect.sensor.levels import Levels, no_levels
from coagent.detect.sensor.parts import Parts
from coagent.detect.sensor.reference import Reference, no_reference
from coagent.detect.sensor.sensed import BY_GROUP, BY_INPUT, BY_OUTPUT, COUNT, WITHIN
from coagent.detect.sensor.slow import SLOW, Slow, no_slow
from coagent.detect.sensor.strata import Plan
from coagent.detect.unit_price import UnitPrice

Longs = NDArray[np.int64]


@dataclass(slots=True)
class SensorState:
    """`rows` counts all rows sensed; `categories` those that are taken in the reference. `plans` are the ways in which
    the stream is cut, the first three from its beginning, and `plan_of` is each signal's. `settled` groups have all
    their strata. `early` signals had values by the first cut. `louder`: how often each signal's limit was raised.
    `share`: what other streams of its provider and model are told.
    `alarmed` signals raise nothing until they are over. `learning`: whether rows join the reference.
    """

    rows: int = 0
    groups: Groups = field(default_factory=Groups)
    categories: int = 0
    plans: list[Plan] = field(default_factory=lambda: [Plan(BY_INPUT), Plan(BY_OUTPUT), Plan(BY_GROUP)])
    plan_of: Longs = field(default_factory=WITHIN.copy)
    settled: list[bool] = field(default_factory=list)
    kept: KeptRows = field(default_factory=no_rows)
    reference: Reference = field(default_factory=no_reference)
    wander: Wander = field(default_factory=no_wander)
    evidence: Evidence = field(default_factory=no_evidence)
    louder: Longs = field(default_factory=lambda: np.zeros(COUNT, np.int64))
    early: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(COUNT, np.bool_))
    alarmed: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(COUNT, np.bool_))
    learning: bool = True
    price: UnitPrice = field(default_factory=UnitPrice)
    declared: Declared = field(default_factory=Declared)
    parts: Parts = field(default_factory=Parts)
    levels: Levels = field(default_factory=no_levels)
    slow: Slow = field(default_factory=no_slow)
    share: Share = field(default_factory=Share)

    @property
    def sensed(self) -> Sensed:
        return Sensed(self.wander, self.evidence, self.levels, self.slow)

    def forget_evidence(self, signals: NDArray[np.bool_]) -> None:
        """Of these signals: it starts anew."""
        for array in self.evidence:
            array[signals] = 0
        self.share.begin_anew()
        self.parts.forget_evidence(signals)
        self.slow.bets[signals[SLOW]] = 0
