"""Everybody beside coagent, in the order in which they are shown."""

from coagent.bench.rivals.always import Always
from coagent.bench.rivals.rival import Rival
from coagent.bench.rivals.river_detector import ADWIN_STANDARDIZED, KSWIN_STANDARDIZED, PAGE_HINKLEY_STANDARDIZED
from coagent.bench.rivals.three_sigma import ThreeSigma

RIVALS: tuple[Rival, ...] = (
    ADWIN_STANDARDIZED, PAGE_HINKLEY_STANDARDIZED, KSWIN_STANDARDIZED, ThreeSigma(), Always(),
)  # fmt: skip
