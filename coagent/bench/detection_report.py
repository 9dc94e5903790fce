"""All that `coagent bench detection` measured: encodes to its JSON."""

import msgspec

from coagent.bench.sections.case_rivals import CaseRival
from coagent.bench.sections.cases import Case
from coagent.bench.sections.causes import Causes
from coagent.bench.sections.comparison import Compared
from coagent.bench.sections.cost import Cost
from coagent.bench.sections.delays import Delay
from coagent.bench.sections.null_rows import NullRows
from coagent.bench.sections.run_length import RunLength
from coagent.bench.sections.stream_nulls import StreamNull
from coagent.bench.sections.stream_sensor import StreamCase


class DetectionReport(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of the simulator come from `seeds`, rivals were tuned on `tuning_seeds`; None: not asked for.
    `left_out` tells what could not be measured here and why.
    """

    seeds: list[int]
    tuning_seeds: list[int]
    cases: list[Case] | None = None
    delays: list[Delay] | None = None
    null: list[NullRows] | None = None
    run_length: list[RunLength] | None = None
    causes: Causes | None = None
    cost: Cost | None = None
    comparison: list[Compared] | None = None
    case_rivals: list[CaseRival] | None = None
    stream_cases: list[StreamCase] | None = None
    stream_nulls: list[StreamNull] | None = None
    left_out: list[str] = []
