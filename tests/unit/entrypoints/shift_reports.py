"""Shifts to draw: of one to many signals, binary ones, unknown values, names meant to do harm."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from coagent.domain.explanation import Explanation, Neighbour
from coagent.domain.report import Place, ShiftReport, SignalReport
from coagent.domain.segment import Segment
from coagent.domain.shift import QUANTILES, Cause, Effect, Summary
from coagent.domain.signal import BY_NAME, SIGNALS
from coagent.domain.trace import Trace

START = datetime(2026, 7, 1, 12, tzinfo=UTC)
SEGMENT = Segment("openai", "gpt-4", task="summary")
ONSET, ALARM, NOW = 2000, 2024, 2280
HOSTILE = "a\x1b[2J[red]b[/red]</text><script>$\\frac{1}{0}$\u202e&amp;\n-->"
NAN = float("nan")


def place(row: int) -> Place:
    return Place(START + timedelta(seconds=row), f"r{row}", row)


def trace(*, recovered: bool = False) -> Trace:
    rng = np.random.default_rng(3)
    rows = [*range(100, ONSET - 5, 90), *range(ONSET, ALARM + 1), *range(ALARM + 1, NOW + 1, 15)]
    calm = rng.normal(2, 0.2, len(rows))
    evidence = [
        6.2 - (3.5 * (row - ALARM) / (NOW - ALARM) if recovered else 0.0)
        if row >= ALARM
        else float(level if row < ONSET else 2 + 3.8 * (row - ONSET) / (ALARM - ONSET))
        for row, level in zip(rows, calm, strict=True)
    ]
    times = [START + timedelta(seconds=row) for row in rows]
    return Trace(log10_threshold=6.0, rows=rows, times=times, log10_evidence=evidence)


def summary(name: str, median: float, n: int, spread: float = 0.5) -> Summary:
    if BY_NAME[name].kind == "binary" or np.isnan(median):
        return Summary(n, median)
    values = np.sort(median * np.exp(spread * np.random.default_rng(n).normal(0, 1, 500)))
    return Summary(n, median, [float(f"{one:.4g}") for one in np.quantile(values, QUANTILES)])


def signal(name: str, before: float, after: float, effect: float = 0.5, interval: float = 0.1) -> SignalReport:
    kind = "risk_difference" if BY_NAME[name].kind == "binary" else "cliffs_delta"
    return SignalReport(
        name=name,
        before=summary(name, before, 192),
        after=summary(name, after, 280),
        effect=Effect(kind, effect, effect - interval, effect + interval),
        p_value=0.001,
        q_value=0.002,
        unit=BY_NAME[name].unit,
    )


LENGTHS = signal("output_tokens", 240.0, 96.0, -0.7)
ERRORS = signal("error", 0.004, 0.081, 0.077, 0.03)


def shift(*signals: SignalReport, **changes: Any) -> ShiftReport:
    fields: dict[str, Any] = {
        "id": "0123456789abcdef",
        "segment": SEGMENT,
        "status": "open",
        "onset": place(ONSET),
        "raised": place(ALARM + 8),
        "signals": list(signals),
        "cause": Cause("provider", "silent_version", 0.93, ["output tokens fell", "the traffic stood still"]),
        "page": True,
        "onset_low": ONSET - 3,
        "onset_high": ONSET + 6,
        "alarm": place(ALARM),
        "updated": place(NOW),
        "evidence": trace(),
    }
    return ShiftReport(**{**fields, **changes})


def of_signals(count: int) -> ShiftReport:
    """The first so many signals, binary ones too."""
    chosen = [one.name for one in SIGNALS[::-1][:2] + SIGNALS[:-2]][:count]
    return shift(*(signal(name, 0.2 * (place + 1), 0.3 * (place + 1), 0.4) for place, name in enumerate(chosen)))


def alone(found: ShiftReport) -> Explanation:
    return Explanation(shift=found, neighbours=[])


ORDINARY = Explanation(
    shift=shift(LENGTHS, ERRORS),
    neighbours=[
        Neighbour(segment=Segment("openai", "gpt-4", task="search"), requests=1200, shift="fedcba9876543210"),
        Neighbour(segment=Segment("openai", "gpt-4-mini"), requests=53_000, shift=None),
    ],
)
RECOVERED = alone(shift(LENGTHS, status="recovered", evidence=trace(recovered=True)))
BARE = alone(
    shift(
        SignalReport(
            name="duration_s",
            before=Summary(0, NAN),
            after=Summary(64, 2.0),
            effect=Effect("cliffs_delta", NAN, NAN, NAN),
            p_value=None,
            q_value=None,
        ),
        onset=Place(START, None),
        raised=Place(START, None),
        onset_low=None,
        onset_high=None,
        alarm=None,
        updated=None,
        evidence=None,
    )
)
"""As an older version wrote it, with values that are not known."""

CONSTANT = alone(
    shift(
        SignalReport(
            name="output_tokens",
            before=Summary(192, 5.0, [5.0] * len(QUANTILES)),
            after=Summary(64, 5.0, [5.0] * len(QUANTILES)),
            effect=Effect("cliffs_delta", 0.0, -0.1, 0.1),
            p_value=None,
            q_value=None,
        )
    )
)
HARMFUL = Explanation(
    shift=shift(
        LENGTHS,
        id=f"../../{HOSTILE}",
        segment=Segment(HOSTILE, "x" * 400, task=HOSTILE),
        onset=Place(START, HOSTILE, ONSET),
        cause=Cause("provider", "silent_version", 0.93, [HOSTILE, "y" * 900]),
    ),
    neighbours=[Neighbour(segment=Segment(HOSTILE, HOSTILE), requests=None, shift=HOSTILE)],
)
EVERYTHING = {
    "ordinary": ORDINARY,
    "recovered": RECOVERED,
    "bare": BARE,
    "constant": CONSTANT,
    "harmful": HARMFUL,
    **{f"{count} signals": alone(of_signals(count)) for count in (0, 1, 2, 5, 8, 12)},
}
