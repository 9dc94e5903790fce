"""frouros' detectors over a signal; only where the package is installed (`make rivals`)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from coagent.bench.rivals.standardized import standardized
from coagent.bench.simulator.rows import Columns

REFERENCE_ROWS, WINDOW_ROWS = 400, 100
"""Of the incremental Kolmogorov-Smirnov test (dos Reis and others, 2016): the rows it learns and those it compares."""


def is_installed() -> bool:
    return find_spec("frouros") is not None


def _cusum(threshold: float) -> Any:
    from frouros.detectors.concept_drift import CUSUM, CUSUMConfig  # noqa: PLC0415  a development tool

    return CUSUM(config=CUSUMConfig(lambda_=threshold))


@dataclass(frozen=True, slots=True)
class FrourosCusum:
    """Two, for it looks upwards alone: one of the signal, one of its negative. The knob is their threshold, all else
    frouros' defaults; they start anew after each drift.
    """

    name: str = "frouros CUSUM, standardized"
    knobs: tuple[float, ...] = (25.0, 50.0, 100.0, 200.0, 400.0, 800.0)
    slow: bool = False
    make: Callable[[float], Any] = _cusum

    def alarms(self, columns: Columns, signal: str, knob: float) -> Iterator[int]:
        """See `Rival`."""
        up, down = self.make(knob), self.make(knob)
        for row, value in enumerate(standardized(columns.numbers[signal]).tolist()):
            up.update(value=value)
            down.update(value=-value)
            if up.drift or down.drift:
                yield row
                up.reset()
                down.reset()


@dataclass(frozen=True, slots=True)
class FrourosKolmogorovSmirnov:
    """Its test after each row; the knob is the p value below which it alarms. It learns anew after each alarm."""

    name: str = "frouros incremental KS, raw"
    knobs: tuple[float, ...] = (1e-4, 1e-6, 1e-8)
    slow: bool = True

    def alarms(self, columns: Columns, signal: str, knob: float) -> Iterator[int]:
        """See `Rival`."""
        from frouros.detectors.data_drift.streaming import IncrementalKSTest  # noqa: PLC0415  a development tool

        values, at = columns.numbers[signal], 0
        while at + REFERENCE_ROWS + WINDOW_ROWS < len(values):
            detector = IncrementalKSTest(window_size=WINDOW_ROWS)
            detector.fit(X=values[at : at + REFERENCE_ROWS])
            at += REFERENCE_ROWS
            for value in values[at:].tolist():
                at += 1
                result, _ = detector.update(value=value)
                if result is not None and result.p_value < knob:
                    yield at - 1
                    break
