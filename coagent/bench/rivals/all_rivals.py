"""Everybody in the comparison, in the order in which they are shown."""

from coagent.bench.rivals.coagent_sensor import CoagentSensor
from coagent.bench.rivals.dummies import Always, Never
from coagent.bench.rivals.frouros_detector import FrourosCusum, FrourosKolmogorovSmirnov, is_installed
from coagent.bench.rivals.rival import Rival
from coagent.bench.rivals.river_detector import (
    ADWIN_RAW,
    ADWIN_STANDARDIZED,
    KSWIN_STANDARDIZED,
    PAGE_HINKLEY,
)
from coagent.bench.rivals.three_sigma import ThreeSigma

RIVER: tuple[Rival, ...] = (ADWIN_RAW, ADWIN_STANDARDIZED, PAGE_HINKLEY, KSWIN_STANDARDIZED)
FROUROS: tuple[Rival, ...] = (FrourosCusum(), FrourosKolmogorovSmirnov())
WITHOUT_FROUROS = "frouros is not installed, its detectors were left out: `make rivals` installs it"


def rivals() -> tuple[Rival, ...]:
    """Those that can run here, slow ones too."""
    frouros = FROUROS if is_installed() else ()
    return (CoagentSensor(), *RIVER, *frouros, ThreeSigma(), Never(), Always())


def left_out() -> list[str]:
    """Who cannot run here, and what to do about it."""
    return [] if is_installed() else [WITHOUT_FROUROS]
