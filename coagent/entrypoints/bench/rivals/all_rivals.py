"""Everybody in the comparison, in the order in which they are shown."""

from coagent.entrypoints.bench.rivals.coagent_sensor import CoagentSensor
from coagent.entrypoints.bench.rivals.dummies import Always, Never
from coagent.entrypoints.bench.rivals.rival import Rival
from coagent.entrypoints.bench.rivals.river_detector import (
    ADWIN_RAW,
    ADWIN_STANDARDIZED,
    KSWIN_STANDARDIZED,
    PAGE_HINKLEY,
)
from coagent.entrypoints.bench.rivals.three_sigma import ThreeSigma

RIVALS: tuple[Rival, ...] = (
    CoagentSensor(),
    ADWIN_RAW,
    ADWIN_STANDARDIZED,
    PAGE_HINKLEY,
    KSWIN_STANDARDIZED,
    ThreeSigma(),
    Never(),
    Always(),
)
