"""All that `coagent bench detection` measured: encodes to its JSON."""

import msgspec

from coagent.bench.sections.case_rivals import RivalCase
from coagent.bench.sections.cases import Case
from coagent.bench.sections.causes import Causes
from coagent.bench.sections.cost import Cost
from coagent.bench.sections.demo import DemoRun
from coagent.bench.sections.nulls import Null
from coagent.bench.sections.power import Power
from coagent.bench.sections.promise import Promise
from coagent.bench.sections.variants import Varied


class DetectionReport(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of the simulator come from `seeds`, which nothing was tuned on; None: not asked for."""

    seeds: list[int]
    cases: list[Case] | None = None
    variants: list[Varied] | None = None
    rivals: list[RivalCase] | None = None
    nulls: list[Null] | None = None
    power: list[Power] | None = None
    promise: list[Promise] | None = None
    causes: Causes | None = None
    demo: list[DemoRun] | None = None
    cost: Cost | None = None
